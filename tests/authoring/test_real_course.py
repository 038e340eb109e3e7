"""The course of this repository: students get every function of the sheet as a stub, and nothing but stubs changes."""

import ast
from pathlib import Path

import pytest

from autograder.authoring.building import RELEASE, SOLUTIONS, STAGE, make_trees
from autograder.authoring.trees import Tree
from autograder.course import Course

ROOT = Path(__file__).parent.parent.parent

SHEET = {  # what the exercise sheet asks for, by file
    "divergence.py": {"kl_normal": "9-1 (a)", "kl_standard_normal": "9-1 (b)"},
    "elbo.py": {
        "elbo_definition": "9-1 (c)",
        "elbo_decomposition": "9-1 (c)",
        "bernoulli_log_likelihood": "9-1 (d)",
        "elbo": "9-1 (d)",
    },
    "vae.py": dict.fromkeys(
        ["reparameterize", "VAE.__init__", "VAE.encode", "VAE.decode", "VAE.forward", "VAE.sample"], "9-1 (e)"
    ),
    "gan.py": {
        "discriminator_loss": "9-2 (b)",
        "generator_loss_minimax": "9-2 (c)",
        "generator_loss_nonsaturating": "9-2 (d)",
    },
}


@pytest.fixture(scope="module")
def trees() -> dict[str, Tree]:
    return make_trees(ROOT, Course(ROOT).spec)


def functions(content: bytes) -> dict[str, ast.FunctionDef]:
    """Functions of a module and methods of its classes by qualified name."""
    module = ast.parse(content)
    owners = [("", module), *((f"{c.name}.", c) for c in module.body if isinstance(c, ast.ClassDef))]
    return {prefix + f.name: f for prefix, o in owners for f in o.body if isinstance(f, ast.FunctionDef)}


@pytest.mark.parametrize("file", SHEET)
def test_every_function_of_the_sheet_is_a_stub_that_names_itself_and_its_exercise(
    trees: dict[str, Tree], file: str
) -> None:
    last = {
        name: ast.unparse(function.body[-1])
        for name, function in functions(trees[RELEASE][f"generative/{file}"]).items()
    }
    assert last == {
        name: f"raise NotImplementedError('{name}: exercise {exercise}')"
        for name, exercise in SHEET[file].items()
    }


@pytest.mark.parametrize("file", SHEET)
def test_a_stub_has_the_signature_and_the_docstring_of_its_solution(
    trees: dict[str, Tree], file: str
) -> None:
    stubs, solved = (functions(trees[tree][f"generative/{file}"]) for tree in (RELEASE, SOLUTIONS))
    for name, stub in stubs.items():
        assert ast.unparse(stub.args) == ast.unparse(solved[name].args)
        assert ast.get_docstring(stub, clean=False) == ast.get_docstring(solved[name], clean=False)


def test_no_mark_is_left_where_students_or_readers_of_the_solutions_look(trees: dict[str, Tree]) -> None:
    for tree in (RELEASE, SOLUTIONS):
        assert not [name for name, content in trees[tree].items() if b"SOLUTION" in content]
    assert not [
        name for name, text in trees[STAGE].items() if b"SOLUTION" in text and not name.endswith(".ipynb")
    ]
