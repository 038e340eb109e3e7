"""marks.jsonl: appended to, never rewritten; a mark belongs to the answer it was given for."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from autograder.results.marks import Mark, MarksError, append, latest, read_marks, totals
from autograder.results.model import Result

NOW = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
A, B = "a" * 64, "b" * 64


def mark(points: float = 2.0, answer: str = A, **more: Any) -> Mark:
    fields = {"submission": "group07", "question": "9-1a-written", "marker": "Ada", "time": NOW}
    return Mark(points=points, answer_sha256=answer, **(fields | more))


def test_marks_come_back_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    append(path, [mark(1), mark(2, items=["no-cross-term"], comment="“good”\nbut short")])
    first = path.read_bytes()
    append(path, [mark(3)])
    assert [m.points for m in read_marks(path)] == [1, 2, 3]
    assert read_marks(path)[1].items == ["no-cross-term"]
    assert path.read_bytes().startswith(first)


def test_no_file_means_no_marks_and_appending_nothing_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    append(path, [])
    assert not path.exists()
    assert read_marks(path) == []


def test_times_are_stored_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    append(path, [mark(time=datetime(2026, 12, 2, 10, 30, tzinfo=timezone(timedelta(hours=1))))])
    assert json.loads(path.read_text())["time"] == "2026-12-02T09:30:00Z"
    with pytest.raises(ValueError, match="needs a time zone"):
        mark(time=datetime(2026, 12, 2))


def test_a_write_cut_short_is_not_a_mark_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    append(path, [mark(1)])
    with path.open("ab") as file:
        file.write(b'{"submission": "group07", "quest')
    assert [m.points for m in read_marks(path)] == [1]
    append(path, [mark(2)])
    assert [m.points for m in read_marks(path)] == [1, 2]


def test_several_people_may_mark_at_once(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda n: append(path, [mark(n, comment="x" * 10_000)]), range(40)))
    assert sorted(m.points for m in read_marks(path)) == list(range(40))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    append(path, [mark(1)])
    with path.open("a") as file:
        file.write('{"submission": "group07"}\n')
    with pytest.raises(
        MarksError, match=r"marks.jsonl, line 2: question: Field required; mend or delete this line"
    ):
        read_marks(path)


@pytest.mark.parametrize("points", [-0.5, float("nan"), float("inf")])
def test_points_are_finite_and_not_negative(points: float) -> None:
    with pytest.raises(ValueError, match="points"):
        mark(points)


KEY = ("group07", "9-1a-written")


def test_an_unchanged_answer_keeps_its_last_mark() -> None:
    standing = latest([mark(1), mark(2)], {KEY: A})
    assert standing.counted[KEY].points == 2
    assert standing.stale == {}


def test_a_changed_answer_makes_its_mark_stale_listed_but_not_counted() -> None:
    standing = latest([mark(1), mark(2)], {KEY: B})
    assert standing.counted == {}
    assert standing.stale[KEY].points == 2


def test_a_mark_for_the_new_answer_ends_the_staleness_and_the_old_answer_has_its_old_mark() -> None:
    marks = [mark(1, A), mark(2, B)]
    assert latest(marks, {KEY: B}).counted[KEY].points == 2
    assert latest(marks, {KEY: A}).counted[KEY].points == 1
    assert latest(marks, {KEY: A}).stale == {}


def test_a_mark_of_a_submission_that_is_gone_is_stale() -> None:
    assert latest([mark()], {}).stale[KEY].points == 2


def test_totals_join_the_machine_and_people(golden: Result) -> None:
    alone = totals(golden, {})
    assert (alone.score, alone.graded_max, alone.max_score, alone.complete) == (34.1, 61, 100, False)
    joined = totals(golden, {"9-1a-written": mark(5)})
    assert joined.score == pytest.approx(39.1)
    assert joined.graded_max == 67
    assert not joined.complete


def test_totals_are_complete_when_every_question_has_a_mark_and_nothing_failed_on_our_side(
    golden: Result,
) -> None:
    marks = {q.id: mark(1, question=q.id) for q in golden.questions if q.kind == "written"}
    assert not totals(golden, marks).complete  # 9-2d is a grader_error
    golden.question("9-2d").score = 4.0
    for criterion in golden.question("9-2d").criteria:
        criterion.score = 2.0
    assert totals(golden, marks).complete
