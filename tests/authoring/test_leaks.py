"""A tree with a solved line, a model answer or a hidden check in it is refused, wherever the text stands."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.leaks import find_leaks, refuse_leaks
from autograder.authoring.secrets import find_secrets
from autograder.authoring.trees import read_tree
from autograder.errors import CheckFailed

SOURCE = {f"source/{name}": text for name, text in read_tree(Path(__file__).parent / "course/source").items()}
HIDDEN = {
    "autograder/assignment/facts.py": b'"""Facts: never negative, zero for equal distributions."""\n'
    b"import a_library_with_a_long_name_that_says_nothing\n"
    b"total = kl(first, second) + kl(second, first)  # symmetric in its two arguments, whatever they are\n"
    b'"""KL divergence of two normal distributions."""\n'
}
SECRETS = find_secrets(SOURCE, HIDDEN)


def leaks(path: str, text: str) -> list[str]:
    return [leak.secret.text for leak in find_leaks({path: text.encode()}, SECRETS)]


SOLVED = [
    "distance = (mu1 - mu2) ** 2",
    "quotient = (sigma1**2 + distance) / (2 * sigma2**2)",
    "return math.log(sigma2 / sigma1) + quotient - HALF_OF_ONE_AS_A_FRACTION",
    "# both halves of the quadratic term",
    "HALF_OF_ONE_AS_A_FRACTION = 1 / 2",
    "def _centre_of_the_encoding(self, x: float) -> float:",
    "divergence_from_itself = 0.0",
    'assert abs(divergence_from_itself - 0.0) < 1e-12, "a hidden check"',
]
ANSWERS = [
    "The logarithm of the quotient of two normal densities is a quadratic polynomial in x.",
    "Its expectation follows from the second moment alone.",
    "the second moment alone.",
    "$$\\mathbb{E}[(x-\\mu_2)^2] = \\sigma_1^2 + (\\mu_1 - \\mu_2)^2$$",
    "One point for each density, one for the labels of the axes.",
]
CHECKS = [
    "total = kl(first, second) + kl(second, first)",
    "symmetric in its two arguments, whatever they are",
    "Facts: never negative, zero for equal distributions.",
    "from autograder.assignment.facts import divergence",
    "see autograder/assignment/",
]
DISGUISES = {
    "as it is": lambda text: text,
    "with other spaces": lambda text: "\t" + re.sub(r" ", "   ", text),
    "as a doctest": lambda text: f">>> {text}",
    "as a comment": lambda text: f"#  {text}",
    "with a comment": lambda text: f"{text}  # see the lecture",
    "with windows line ends": lambda text: f"{text}\r",
}


@given(
    secret=st.sampled_from([*SOLVED, *CHECKS]),
    disguise=st.sampled_from(sorted(DISGUISES)),
    path=st.sampled_from(["release/generative/vae.py", "release/README.md", "release/given.txt"]),
    before=st.lists(st.sampled_from(["x = 1", "", "import sys", "# text"])),
)
def test_a_secret_line_is_found_in_any_file_and_disguise_with_its_line(
    secret: str, disguise: str, path: str, before: list[str]
) -> None:
    text = "\n".join([*before, DISGUISES[disguise](secret), "last = 1"])
    found = find_leaks({path: text.encode()}, SECRETS)
    assert {(leak.path, leak.place) for leak in found} == {(path, f"line {len(before) + 1}")}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_model_answer_is_found_even_if_it_is_broken_into_other_lines(answer: str) -> None:
    assert leaks("release/README.md", "Given.\n" + answer.replace(" ", "\n  "))


def test_a_long_solved_line_is_found_inside_another_one() -> None:
    assert leaks("vae.py", f"if x: {SOLVED[1]}; y = 2")


def test_a_short_solved_line_means_nothing_inside_another_one() -> None:
    assert leaks("vae.py", "squared_distance = (mu1 - mu2) ** 20") == []


@pytest.mark.parametrize(
    "part",
    [
        {"cells": [{"source": ["x\n", SOLVED[1]]}]},
        {"cells": [{"outputs": [{"data": {"text/plain": [f"{SOLVED[1]}\n", "y"]}}]}]},
        {"cells": [{"outputs": [{"traceback": [f"---> 12 {SOLVED[1]}"]}]}]},
        {"cells": [{"metadata": {"note": SOLVED[1]}}]},
        {"cells": [{"attachments": {SOLVED[1]: {}}}]},
        {"cells": [], "metadata": {"authors": [{"note": SOLVED[1]}]}},
    ],
)
def test_every_string_of_a_notebook_is_searched(part: dict[str, object]) -> None:
    assert leaks("n.ipynb", json.dumps({"metadata": {}, **part})) == [
        f"{SOLVED[1]}  # both halves of the quadratic term"
    ]


def test_a_model_answer_is_found_across_the_lines_of_a_cell() -> None:
    lines = ["Its expectation\n", "follows from the second\n", "moment alone."]
    found = find_leaks({"n.ipynb": json.dumps({"cells": [{"source": lines}]}).encode()}, SECRETS)
    assert (found[0].place, found[0].secret.text) == ("cell 1, source, line 1", ANSWERS[1])


def test_what_the_source_gives_away_itself_is_no_secret() -> None:
    unmarked = (
        "    mu, logvar = model.encode(x)\n    return kl_standard_normal(mu, logvar)\n"
        "KL divergence of two normal distributions.\n"
        "from generative.divergence import kl_standard_normal\n"
    )
    assert leaks("release/given.py", unmarked) == []


def test_trivial_solved_lines_are_no_secrets() -> None:
    assert leaks("release/given.py", ")\nreturn\nimport a_library_with_a_long_name\nreturn x\n") == []


@pytest.mark.parametrize(
    ("folder", "counts"), [("facts", True), ("torch_models", False), ("training", False)]
)
def test_code_of_a_hidden_check_is_never_given_but_a_training_loop_may_be(folder: str, counts: bool) -> None:
    loop = b"for batch in order.split(batch_size): step(batch)\n"
    hidden = {f"autograder/assignment/{folder}/loop.py": loop}
    assert bool(find_secrets({"source/training.py": loop}, hidden)) is counts
    assert find_secrets({"source/training.py": b""}, hidden), (
        "what the source does not say is a secret in any folder"
    )


def test_a_solved_line_without_a_name_is_no_secret() -> None:
    assert (
        find_secrets({"a.py": b"### BEGIN SOLUTION\n1 + 2 + 3 + 4 if not 0 else 5\n### END SOLUTION\n"}, {})
        == []
    )


def test_a_model_answer_that_repeats_the_task_is_no_secret() -> None:
    task = "The divergence has a closed form for two normal distributions."
    answer = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {"nbgrader": {"solution": True}},
        "source": [task],
    }
    notebook = json.dumps({"cells": [answer], "nbformat": 4, "nbformat_minor": 5}).encode()
    assert [secret.text for secret in find_secrets({"n.ipynb": notebook}, {})] == [task]
    assert find_secrets({"n.ipynb": notebook, "README.md": f"Show: {task}".encode()}, {}) == []


def test_a_telling_solved_line_is_a_secret_even_if_the_source_has_it_unmarked_elsewhere() -> None:
    pasted = {**SOURCE, "source/given.py": f"{SOLVED[1]}\n".encode()}
    found = find_leaks({"release/given.py": pasted["source/given.py"]}, find_secrets(pasted, {}))
    assert [leak.path for leak in found] == ["release/given.py"]


def test_a_short_solved_line_that_is_given_code_elsewhere_is_no_secret() -> None:
    given_code = {**SOURCE, "source/given.py": f"{SOLVED[0]}\n".encode()}
    assert find_leaks({"release/given.py": given_code["source/given.py"]}, find_secrets(given_code, {})) == []


def test_the_refusal_names_file_line_text_and_origin() -> None:
    with pytest.raises(CheckFailed) as caught:
        refuse_leaks({"release/vae.py": f"\n# {SOLVED[0]}".encode()}, SECRETS)
    assert str(caught.value) == (
        "Students would get 1 secret(s); nothing was written.\n"
        "  release/vae.py, line 2: 'distance = (mu1 - mu2) ** 2' gives away "
        "source/generative-models/generative/divergence.py:16\n"
        "Put these lines between solution marks, or write the given text differently from the solution."
    )


def test_a_clean_tree_passes() -> None:
    refuse_leaks({"release/README.md": b"Solve the functions, then answer in the notebook.\n"}, SECRETS)
