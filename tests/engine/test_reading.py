"""Before a submission runs it is read: what a person should look at becomes a flag, never a mark."""

import base64
import json
import random
import re
from collections.abc import Callable, Mapping

import pytest

from autograder.course import Course
from autograder.engine.grade import grade
from autograder.engine.student import Student
from autograder.results.model import Criterion, Result
from autograder.sandbox import Limits, Zygote
from autograder.submission import from_files
from tests.commands.course import SOLVED, make_course, with_code

Grade = Callable[[Mapping[str, bytes]], Result]
GAN = "generative/gan.py"


@pytest.fixture(scope="module")
def graded(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Grade:
    bench = Course(make_course(tmp_path_factory.mktemp("course"))).bench(zygote, None)
    return lambda files: grade(from_files(files, name="ada"), bench)


def criterion(result: Result, id: str) -> Criterion:
    return next(c for q in result.questions for c in q.criteria if c.id == id)


def test_the_model_solution_calls_nobody(graded: Grade) -> None:
    assert graded(SOLVED).flags == []


FLAGS = {
    "reaches_into_python": (
        "X = discriminator_loss.__globals__",
        r"reaches beyond what the exercise needs: generative/gan\.py, line \d+: discriminator_loss\.__globals__: a name of Python's "
        r"own machinery",
    ),
    "remembers_calls": (
        "SEEN = []\ndef f(x): SEEN.append(x)\nKEPT = f",
        r"may answer otherwise after some calls: generative/gan\.py, line \d+: uses SEEN, made once for all calls: can it hold "
        r"something from an earlier one\?",
    ),
    "draws_in_its_own_way": (
        "MINE = torch.Generator()",
        r"draws random numbers in a way of its own: generative/gan\.py, line \d+: torch\.Generator: .*",
    ),
    "brings_data": (
        f"W = {[0] * 400}",
        r"brings numbers or texts along: generative/gan\.py, line \d+: 400 entries in one place: are they weights or images\?",
    ),
    "unreadable_code": (
        "W = " + "-" * 100_000 + "1",
        r"cannot be read before it runs: generative/gan\.py, line 1: nested too deeply to be read",
    ),
}


@pytest.mark.parametrize("kind", FLAGS)
def test_each_kind_of_finding_is_one_flag_that_says_where(graded: Grade, kind: str) -> None:
    code, text = FLAGS[kind]
    (flag,) = graded(with_code("gan.py", code)).flags
    assert flag.kind == kind
    assert re.fullmatch(text, flag.text)


def test_findings_cost_no_mark(graded: Grade) -> None:
    code = "SEEN = []\ndef f(x): SEEN.append(x)\nKEPT = f.__dict__"
    result = graded(with_code("gan.py", code))
    assert {flag.kind for flag in result.flags} == {"reaches_into_python", "remembers_calls"}
    assert result.score == graded(SOLVED).score


def test_of_many_findings_five_are_told_and_the_others_counted(graded: Grade) -> None:
    code = "\n".join("X = discriminator_loss.__dict__" for _ in range(8))
    (flag,) = graded(with_code("gan.py", code)).flags
    assert flag.text.count("discriminator_loss.__dict__") == 5
    assert flag.text.endswith("; and 3 more places")


def test_weights_in_a_file_that_takes_part_call_a_person(graded: Grade) -> None:
    weights = base64.b85encode(random.Random(0).randbytes(28 * 1024))
    files = {**SOLVED, "generative/start.py": b"START = %r" % weights}
    imported = {**files, GAN: SOLVED[GAN] + b"\nfrom .start import START\n"}
    assert [flag.kind for flag in graded(imported).flags] == ["brings_data"]
    assert graded(files).flags == []


HIDDEN = {
    **SOLVED,
    "generative/hidden.py": b"def discriminator_loss(*logits): raise RuntimeError('here I am')",
}


def test_what_was_not_read_is_not_there(zygote: Zygote) -> None:
    """What runs is what was read: only code that the rules do not understand could import another file."""
    with Student(zygote, HIDDEN, Limits(), seed=b"") as student:
        assert student.has("generative/hidden.py")
        student.read([GAN], ours=["generative/data.py"], graded=[])
        assert [name for name in HIDDEN if student.has(name)] == ["generative/data.py", GAN]


def test_where_code_imports_in_its_own_way_its_files_stay_and_a_person_is_called(graded: Grade) -> None:
    """It may be honest: nothing is taken from it."""
    code = "import importlib\nHIDDEN = importlib.import_module('generative.hidden')\ndef discriminator_loss(*logits): return HIDDEN.discriminator_loss(*logits)"
    result = graded(with_code("gan.py", code, HIDDEN))
    assert "here I am" in criterion(result, "discriminator_loss.value").message
    assert "reaches_into_python" in [flag.kind for flag in result.flags]


def test_code_that_nobody_calls_calls_nobody(graded: Grade) -> None:
    """A training loop of one's own, for example, with all that such a loop does."""
    code = """
HISTORY = []

def train(model, steps=1000):
    torch.manual_seed(0)
    for step in range(steps):
        loss = model.loss()
        loss.backward()
        HISTORY.append(loss.item())
    torch.save(model.state_dict(), "model.pt")

if __name__ == "__main__":
    train(eval("VAE()"))
"""
    assert graded(with_code("vae.py", code)).flags == []


def test_old_versions_kept_beside_the_code_call_nobody(graded: Grade) -> None:
    kept = b"".join(SOLVED[f"generative/{name}.py"] for name in ("divergence", "elbo", "gan", "vae")) * 2
    assert graded({**SOLVED, "generative/old.py": kept}).flags == []


def test_a_notebook_full_of_pictures_calls_nobody(graded: Grade) -> None:
    """No sandbox gets it."""
    pictures = base64.b64encode(random.Random(0).randbytes(1 << 20)).decode()
    outputs = [{"output_type": "display_data", "data": {"image/png": pictures}}]
    notebook = {"cells": [{"cell_type": "code", "outputs": outputs}]}
    assert graded({**SOLVED, "generative_models.ipynb": json.dumps(notebook).encode()}).flags == []
