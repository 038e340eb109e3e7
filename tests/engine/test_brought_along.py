"""Code compresses well; weights and digits in it do not: more than code needs calls a person, and costs no mark."""

import base64
import json
import random

import pytest

from autograder.course import Course
from autograder.engine.grade import grade
from autograder.results.model import Result
from autograder.sandbox import Zygote
from autograder.submission import from_files
from tests.commands.course import SOLVED, make_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(make_course(tmp_path_factory.mktemp("course")))


def graded(zygote: Zygote, course: Course, name: str, content: bytes) -> Result:
    return grade(from_files({**SOLVED, name: content}, name="ada"), course.bench(zygote, None))


def test_weights_of_28_kib_in_the_code_call_a_person(zygote: Zygote, course: Course) -> None:
    weights = base64.b85encode(random.Random(0).randbytes(28 * 1024))
    result = graded(zygote, course, "generative/start.py", b"START = %r" % weights)
    (flag,) = result.flags
    assert flag.kind == "brings_data"
    assert flag.text.endswith(
        "KiB of its own even when compressed, most of it in generative/start.py: "
        "does it bring digits or trained weights along?"
    )
    assert result.score == graded(zygote, course, "generative/start.py", b"").score


def test_old_versions_kept_beside_the_code_call_nobody(zygote: Zygote, course: Course) -> None:
    kept = b"".join(SOLVED[f"generative/{name}.py"] for name in ("divergence", "elbo", "gan", "vae")) * 2
    assert graded(zygote, course, "generative/old.py", kept).flags == []


def test_a_notebook_full_of_pictures_calls_nobody(zygote: Zygote, course: Course) -> None:
    """No sandbox gets it."""
    pictures = base64.b64encode(random.Random(0).randbytes(1 << 20)).decode()
    outputs = [{"output_type": "display_data", "data": {"image/png": pictures}}]
    notebook = {"cells": [{"cell_type": "code", "outputs": outputs}]}
    assert graded(zygote, course, "generative_models.ipynb", json.dumps(notebook).encode()).flags == []
