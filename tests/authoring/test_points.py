"""Points of grading.yml in the notebook: one source of truth, and nbgrader's gradebook follows it."""

import json

import pytest

from autograder.authoring.points import with_points
from autograder.errors import AuthoringError

PATH = "source/n.ipynb"


def notebook(**points: float | None) -> bytes:
    """A notebook with one graded cell for each name, and one that nbgrader does not know."""
    cells = [
        {
            "id": name,
            "cell_type": "code",
            "metadata": {"nbgrader": {"grade": True, "grade_id": name, "points": value}},
            "source": [],
        }
        for name, value in points.items()
    ]
    free = {"id": "free", "cell_type": "code", "metadata": {}, "source": ["1"]}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [*cells, free]}).encode()


def points_in(content: bytes) -> dict[str, float]:
    cells = [cell["metadata"].get("nbgrader") for cell in json.loads(content)["cells"]]
    return {about["grade_id"]: about["points"] for about in cells if about}


def test_graded_cells_get_the_points_of_their_questions() -> None:
    changed = with_points(notebook(a=0, b=3, other=9), PATH, {"a": 7.0, "b": 2.5})
    assert points_in(changed) == {"a": 7, "b": 2.5, "other": 9}
    assert b'"points": 7,' not in changed, "the last key of its object"
    assert b'"points": 7\n' in changed, "whole numbers as nbgrader writes them"


def test_a_notebook_with_the_right_points_stays_as_it_is() -> None:
    content = notebook(a=7)
    assert with_points(content, PATH, {"a": 7.0}) is content


def test_what_is_no_notebook_is_named() -> None:
    with pytest.raises(AuthoringError, match=r"source/n\.ipynb: not a notebook"):
        with_points(b"{", PATH, {})
