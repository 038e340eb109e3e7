"""Notebooks come out of nbgrader's own steps: cleared for students, complete for the solutions."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.notebook import load_config, make_release_notebook, make_solved_notebook
from autograder.errors import AuthoringError

NAME = "generative_models.ipynb"


def cells(content: bytes) -> dict[str, Any]:
    return {cell["id"]: {**cell, "source": "".join(cell["source"])} for cell in json.loads(content)["cells"]}


def test_students_get_stubs_in_answer_cells_and_given_cells_as_they_are(course: Path, source: Path) -> None:
    content = (source / NAME).read_bytes()
    before, after = cells(content), cells(make_release_notebook(content, NAME, load_config(course)))
    assert after["answer-a"]["source"] == "*Your answer here.*"
    assert after["predict"]["source"] == (
        "# What is the divergence of a distribution from itself?\n# Your code here.\nraise NotImplementedError"
    )
    assert after["test"]["source"] == "assert isinstance(divergence_from_itself, float)"
    assert after["task"]["source"] == "Draw both densities."
    assert after["intro"] == before["intro"]
    assert after["try"]["source"] == before["try"]["source"]
    assert after["try"]["outputs"] == []
    assert after["answer-a"]["metadata"]["nbgrader"]["checksum"], "nbgrader knows an untouched answer by it"


def test_the_solutions_hold_the_model_answers_and_no_marks(course: Path, source: Path) -> None:
    content = (source / NAME).read_bytes()
    before, after = cells(content), cells(make_solved_notebook(content, NAME, load_config(course)))
    assert after["answer-a"]["source"] == before["answer-a"]["source"]
    assert after["predict"]["source"].endswith("itself?\ndivergence_from_itself = 0.0")
    assert '"a hidden check"' in after["test"]["source"]
    assert after["task"]["source"] == "Draw both densities."
    assert after["try"]["outputs"] == []


def test_what_nbgrader_refuses_is_told_with_the_file(course: Path, source: Path) -> None:
    notebook = json.loads((source / NAME).read_bytes())
    notebook["cells"][1]["metadata"]["nbgrader"]["grade_id"] = "predict"
    with pytest.raises(
        AuthoringError, match=rf"^{NAME}: nbgrader refuses it: .* Correct the cell in JupyterLab\.$"
    ):
        make_release_notebook(json.dumps(notebook).encode(), NAME, load_config(course))


def test_without_the_configuration_of_nbgrader_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(
        AuthoringError, match=r"nbgrader_config\.py: not found\. Run this in the folder that holds"
    ):
        load_config(tmp_path)
