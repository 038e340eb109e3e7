"""changes.csv: what a regrading changed, and why."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.results.changes import CHANGES, recorded, write_changes
from autograder.results.model import DataRecord, Result
from autograder.results.store import RESULT, read_result, write_answers, write_result
from tests.fronts.made_class import AUTO, WRITTEN, put_submission

Edit = Callable[[Result], Any]


def rows_after(folder: Path, *edits: Edit) -> list[list[str]]:
    """The rows of changes.csv when ada's result is edited like that."""
    before = recorded(folder)
    result = read_result(folder / "ada" / RESULT)
    for edit in edits:
        edit(result)
    write_result(folder / "ada", result)
    count = write_changes(folder, before)
    rows = list(csv.reader((folder / CHANGES).read_text("utf-8").splitlines()))
    assert rows[0] == ["id", "question", "old", "new", "why"]
    assert count == len(rows) - 1
    return rows[1:]


def score(value: float | None) -> Edit:
    return lambda result: setattr(result.questions[0], "score", value)


CAUSES: dict[str, Edit] = {
    "the submission is another one": lambda r: setattr(r.submission, "sha256", "cd" * 32),
    "checks, engine, limits or training settings changed": lambda r: setattr(
        r.spec, "execution_sha256", "new"
    ),
    "points, credit or dates in grading.yml changed": lambda r: setattr(r.spec, "marking_sha256", "new"),
    "another data set": lambda r: setattr(r, "data", DataRecord(name="embedded", sha256="ef")),
    "another device": lambda r: setattr(r.engine, "device", "cuda"),
    "another version of torch": lambda r: setattr(r.engine, "torch", "3.0"),
    "graded with other options": lambda r: setattr(r, "options", {"training": False}),
}


@pytest.mark.parametrize("why", CAUSES)
def test_a_changed_score_is_a_row_with_its_cause(tmp_path: Path, why: str) -> None:
    put_submission(tmp_path, "ada", 40)
    assert rows_after(tmp_path, score(42.5), CAUSES[why]) == [["ada", AUTO, "40", "42.5", why]]


def test_several_causes_are_all_named(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", 40)
    (row,) = rows_after(tmp_path, score(1), *list(CAUSES.values())[:2])
    assert row[-1] == "; ".join(list(CAUSES)[:2])


def test_without_a_cause_it_asks_a_person(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", 40)
    assert rows_after(tmp_path, score(41)) == [
        ["ada", AUTO, "40", "41", "nothing else changed: look at both runs"]
    ]


def test_a_question_that_was_not_graded_is_an_empty_cell_and_never_0(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", None)
    assert rows_after(tmp_path, score(0)) == [["ada", AUTO, "", "0", "it was not graded before"]]
    assert rows_after(tmp_path, score(None), lambda r: setattr(r, "status", "ungraded")) == [
        ["ada", AUTO, "0", "", "it could not be graded this time"]
    ]


def test_other_causes_without_other_points_are_no_rows(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", 40)
    assert rows_after(tmp_path, *CAUSES.values()) == []


def test_a_mark_that_no_longer_counts_is_a_row(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", 40, marked=30)
    before = recorded(tmp_path)
    write_answers(tmp_path / "ada", {WRITTEN: "another answer"})
    result = read_result(tmp_path / "ada" / RESULT)
    result.submission.sha256 = "cd" * 32
    write_result(tmp_path / "ada", result)
    write_changes(tmp_path, before)
    assert f"ada,{WRITTEN},30,,the submission is another one\n" in (tmp_path / CHANGES).read_text()


def test_a_first_grading_writes_no_changes_and_a_new_submission_is_none(tmp_path: Path) -> None:
    before = recorded(tmp_path)
    put_submission(tmp_path, "ada", 40)
    assert write_changes(tmp_path, before) == 0
    assert not (tmp_path / CHANGES).exists()
    before = recorded(tmp_path)
    put_submission(tmp_path, "bob", 40)
    assert write_changes(tmp_path, before) == 0


def test_a_broken_result_is_passed_over(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada", 40)
    (tmp_path / "ada" / RESULT).write_text("{")
    assert recorded(tmp_path) == {}
