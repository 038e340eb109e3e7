"""Whatever a submission does, it costs the functions concerned and nothing else, says why, and leaves a result.

One class run of `autograder grade` on the real sheet. Of ten faulty functions each of the first two submissions has
five, so that the right ones stand between faulty ones.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from autograder.results.model import Criterion, Result
from autograder.results.schema import SCHEMA_FILE
from autograder.results.store import read_result
from tests.commands.course import SOLVED, STUBS, autograder, with_code
from tests.submission.packing import put_folder

# function: its file and faulty code, then what the student reads
FAULTS: dict[str, tuple[str, str, str, str | None, str]] = {
    "kl_normal": (
        "divergence.py",
        "def kl_normal(*tensors):\n    kl = tensors[0]",
        "failed",
        None,
        "kl_normal returned None: is a `return` missing?",
    ),
    "kl_standard_normal": (
        "divergence.py",
        "def kl_standard_normal(mu, logvar):\n    while True:\n        pass",
        "timeout",
        "timeout",
        "kl_standard_normal: no result within 0.5 seconds of computing time (a loop that does not end?)",
    ),
    "elbo_definition": (
        "elbo.py",
        "def elbo_definition(log_joint, log_q):\n    return 'an ELBO'",
        "failed",
        None,
        "elbo_definition should return a torch.Tensor, got str",
    ),
    "elbo_decomposition": (
        "elbo.py",
        "def elbo_decomposition(ll, prior, q):\n    return q.exp() * ll, (q.exp() * (q - prior)).sum(-1)",
        "failed",
        None,
        "reconstruction should have shape (300,), got (300, 5)",
    ),
    "bernoulli_log_likelihood": (
        "elbo.py",
        "def bernoulli_log_likelihood(x, logits):\n    return (logits - logits).flatten(1).sum(1) / 0",
        "failed",
        None,
        "the result is not finite: 3 of 3 entries are nan",
    ),
    "elbo": (
        "elbo.py",
        "def elbo(log_px_given_z, mu, logvar):\n    return log_px_given_z + torch.ones(10 * 2**30 // 4).sum()",
        "crashed",
        "memory",
        "elbo: out of memory",
    ),
    "reparameterize": (
        "vae.py",
        "def reparameterize(mu, logvar):\n    import os\n    os._exit(0)",
        "crashed",
        "crash",
        "reparameterize: the code ended Python, or closed its files (os._exit, os.close?), with status 0",
    ),
    "discriminator_loss": (
        "gan.py",
        "def discriminator_loss(r, f):\n    for _ in range(100):\n        print('x' * 1_000_000)\n    return r.mean()",
        "crashed",
        "output",
        "discriminator_loss: the code printed more than 4 MiB (a print inside a loop?)",
    ),
    "generator_loss_minimax": (
        "gan.py",
        STUBS["generative/gan.py"].decode().split("\n\n\n")[2],
        "failed",
        "exception",
        "not written yet (generator_loss_minimax: exercise 9-2 (c))",
    ),
    "generator_loss_nonsaturating": (
        "gan.py",
        "def generator_loss_nonsaturating(logits_fake):\n    return logits_fake.sigmod()",
        "failed",
        "exception",
        "generator_loss_nonsaturating: AttributeError: 'Tensor' object has no attribute 'sigmod' (gan.py, line ",
    ),
}
HALVES = {"odd": list(FAULTS)[::2], "even": list(FAULTS)[1::2]}


def without(files: Mapping[str, bytes], *paths: str) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path not in paths}


def faulty(names: list[str]) -> dict[str, bytes]:
    files = dict(SOLVED)
    for name in names:
        files = with_code(*FAULTS[name][:2], files)
    return files


SUBMISSIONS: dict[str, dict[str, bytes]] = {
    **{name: faulty(functions) for name, functions in HALVES.items()},
    "files": {
        **without(SOLVED, "generative/vae.py", "generative_models.ipynb"),
        "generative/__init__.py": b"raise RuntimeError('a package that fails')\n",
        "generative/divergence.py": SOLVED["generative/divergence.py"] + b"\ndef unfinished(:\n",
        "generative/gan.py": b"import tensorflow\n" + SOLVED["generative/gan.py"],
    },
    "imports": {
        **with_code("divergence.py", "while True: pass"),
        "generative/gan.py": b"import os\nos._exit(3)\n",
        "generative/predictions.py": b"print('x' * 100_000_000)\n",
    },
    "empty": {},
    "elsewhere": {"homework/notes.txt": b"my exercise is on my laptop"},
}


@pytest.fixture(scope="module")
def results(course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    paths = [put_folder(folder / name, files) for name, files in SUBMISSIONS.items()]
    done = autograder("grade", *paths, "--no-training", "--out", out, root=course)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert {p.name for p in out.iterdir() if p.is_dir()} == set(SUBMISSIONS)
    return {name: read_result(out / name / "result.json") for name in SUBMISSIONS}


def functions_that_lost(result: Result) -> dict[str, list[Criterion]]:
    """The criteria without full marks, by function."""
    lost: dict[str, list[Criterion]] = {}
    for criterion in (c for q in result.questions for c in q.criteria):
        if criterion.status != "passed" and criterion.kind != "training":
            lost.setdefault(criterion.id.partition(".")[0], []).append(criterion)
    return lost


@pytest.mark.parametrize("half", HALVES)
def test_each_fault_costs_its_own_function_and_no_other(results: dict[str, Result], half: str) -> None:
    lost = functions_that_lost(results[half])
    assert set(lost) == set(HALVES[half])
    assert {len(criteria) for criteria in lost.values()} == {4}
    assert results[half].score == pytest.approx(55 - sum(c.max_score for own in lost.values() for c in own))


@pytest.mark.parametrize("function", FAULTS)
def test_each_fault_is_said_in_words_that_a_student_understands(
    results: dict[str, Result], function: str
) -> None:
    _, _, status, cause, words = FAULTS[function]
    half = next(name for name, functions in HALVES.items() if function in functions)
    own = functions_that_lost(results[half])[function]
    assert {(c.status, c.cause) for c in own} == {(status, cause)}
    assert words in own[0].message


def test_a_broken_or_missing_file_costs_its_own_functions_only(results: dict[str, Result]) -> None:
    lost = functions_that_lost(results["files"])
    said = {name: {(c.cause, c.message) for c in criteria} for name, criteria in lost.items()}
    syntax = {
        (
            "import",
            f"generative/divergence.py cannot be imported: SyntaxError: invalid syntax (divergence.py, line {LAST_LINE})",
        )
    }
    missing = {("missing", "generative/vae.py is missing from the submission")}
    no_library = {
        (
            "import",
            "generative/gan.py cannot be imported: ModuleNotFoundError: No module named 'tensorflow' (gan.py, line 1)",
        )
    }
    assert said == {
        **dict.fromkeys(("kl_normal", "kl_standard_normal"), syntax),
        **dict.fromkeys(("reparameterize", "VAE"), missing),
        **dict.fromkeys(
            ("discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"), no_library
        ),
    }
    assert results["files"].question("9-1c").score == 10
    assert results["files"].question("9-1d").score == 11


LAST_LINE = SUBMISSIONS["files"]["generative/divergence.py"].count(b"\n")


def test_a_file_whose_import_never_ends_or_kills_python_costs_its_own_functions_only(
    results: dict[str, Result],
) -> None:
    lost = functions_that_lost(results["imports"])
    said = {name: (own[0].status, own[0].cause, own[0].message) for name, own in lost.items()}
    assert set(said) == {
        *("kl_normal", "kl_standard_normal", "predictions"),
        *("discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"),
    }
    assert said["kl_normal"] == (
        "timeout",
        "timeout",
        "importing generative/divergence.py: no result within 1.5 seconds of computing time (a loop that does not end?)",
    )
    assert said["discriminator_loss"] == (
        "crashed",
        "crash",
        "importing generative/gan.py: the code ended Python, or closed its files (os._exit, os.close?), with status 3",
    )
    assert said["predictions"][:2] == ("crashed", "output")
    assert "importing generative/predictions.py: the code printed more than 4 MiB" in said["predictions"][2]


def test_an_empty_folder_is_graded_and_says_what_is_missing(results: dict[str, Result]) -> None:
    empty = results["empty"]
    assert (empty.status, empty.score, empty.graded_max) == ("graded", 0, 55)
    assert empty.submission.notes == ["The folder is empty."]
    messages = {c.message for own in functions_that_lost(empty).values() for c in own}
    assert messages == {
        f"generative/{name}.py is missing from the submission"
        for name in ("divergence", "elbo", "vae", "gan", "predictions")
    }


def test_what_cannot_be_opened_has_a_result_that_says_why(results: dict[str, Result]) -> None:
    refused = results["elsewhere"]
    assert (refused.status, refused.score, refused.graded_max) == ("refused", 0, 55)
    assert refused.message.startswith(
        "The submission cannot be opened: looked for a folder generative/ or a notebook"
    )
    assert refused.message.endswith("Pack the folder that holds generative/ and submit again.")


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_every_result_is_valid_by_the_published_schema(results: dict[str, Result], name: str) -> None:
    schema: Any = json.loads(SCHEMA_FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(results[name].model_dump(by_alias=True))
    assert len(results[name].questions) == len(results["odd"].questions)
