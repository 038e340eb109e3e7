"""What of a notebook is solved, and what nbgrader could not keep back."""

import json
from typing import Any

import pytest

from autograder.authoring.cells import Cell, check_cells, read_cells, split_cell
from autograder.errors import AuthoringError

ANSWER = {"nbgrader": {"solution": True, "grade": True, "grade_id": "9-1a"}}


def cell(source: str, metadata: dict[str, Any] = ANSWER, kind: str = "code", **attachments: Any) -> Cell:
    return Cell("n.ipynb, cell 2 (9-1a)", kind, source, metadata, attachments)


def solved_lines(source: str, metadata: dict[str, Any] = ANSWER) -> list[str]:
    return [line.text for line in split_cell(cell(source, metadata)) if line.solved]


def notebook(minor: int = 5, **changes: Any) -> bytes:
    plain = {"cell_type": "code", "id": "first", "metadata": {}, "source": ["a\n", "b"], "outputs": []}
    return json.dumps(
        {"cells": [plain | changes], "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
    ).encode()


def test_cells_are_named_by_file_number_and_grade_id_or_id() -> None:
    (plain,) = read_cells(notebook(), "n.ipynb")
    assert (plain.place, plain.kind, plain.source) == ("n.ipynb, cell 1 (first)", "code", "a\nb")
    (answer,) = read_cells(notebook(metadata=ANSWER, source="a"), "n.ipynb")
    assert (answer.place, answer.is_solution) == ("n.ipynb, cell 1 (9-1a)", True)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"nbformat": 3, "nbformat_minor": 0}', b"\xff"])
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(AuthoringError, match=r"^n\.ipynb: not a notebook\. Save it again from Jupyter\.$"):
        read_cells(content, "n.ipynb")


def test_cells_without_ids_are_refused_because_two_builds_would_differ() -> None:
    with pytest.raises(AuthoringError, match=r"^n\.ipynb: cells without an id.*Open and save the notebook"):
        read_cells(notebook(minor=4), "n.ipynb")


def test_only_the_region_of_an_answer_cell_is_solved() -> None:
    assert solved_lines("given\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\nlast") == ["x = 1"]


def test_an_answer_cell_without_a_region_is_solved_as_a_whole() -> None:
    assert solved_lines("The answer.\n\nIn two parts.") == ["The answer.", "", "In two parts."]


@pytest.mark.parametrize("region", ["HIDDEN TESTS", "MARK SCHEME"])
def test_hidden_tests_and_mark_schemes_are_solved_text_in_any_cell(region: str) -> None:
    assert solved_lines(f"given\n### BEGIN {region}\nsecret\n### END {region}", {}) == ["secret"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "### BEGIN SOLUTION\n### BEGIN HIDDEN TESTS",
            "line 2: nested marks. Close the SOLUTION region first.",
        ),
        (
            "x\n### END SOLUTION",
            "line 2: END SOLUTION without BEGIN SOLUTION. Remove it or open the region.",
        ),
        (
            "### BEGIN SOLUTION\n### END MARK SCHEME",
            "line 2: END MARK SCHEME without BEGIN MARK SCHEME. Remove it or open the region.",
        ),
        ("### BEGIN SOLUTION\nx", "line 2: the SOLUTION region is never closed. Write '### END SOLUTION'."),
        ("### Begin Solution", "line 1: '### Begin Solution' is not a mark. Write '### BEGIN SOLUTION'."),
        (
            "x = 1\n# HASHED AUTOTEST x",
            "line 2: AUTOTEST would run the notebook. Write the public check out in full.",
        ),
    ],
)
def test_a_mark_that_nbgrader_could_not_follow_is_refused_with_cell_line_and_fix(
    source: str, message: str
) -> None:
    with pytest.raises(AuthoringError) as caught:
        check_cells([cell(source)])
    assert str(caught.value) == f"n.ipynb, cell 2 (9-1a), {message}"


def test_a_solution_in_a_cell_that_is_no_answer_is_refused() -> None:
    with pytest.raises(
        AuthoringError, match=r"cell that is not an answer cell\. Set its nbgrader type to an answer\.$"
    ):
        check_cells([cell("### BEGIN SOLUTION\nx\n### END SOLUTION", metadata={})])


def test_an_image_in_a_model_answer_is_refused_because_nbgrader_clears_text_only() -> None:
    check_cells([cell("given ![](attachment:a.png)", metadata={}, kind="markdown", **{"a.png": {}})])
    with pytest.raises(AuthoringError, match=r"cell 2 \(9-1a\): an image attached to an answer cell stays"):
        check_cells([cell("![](attachment:a.png)", kind="markdown", **{"a.png": {}})])
