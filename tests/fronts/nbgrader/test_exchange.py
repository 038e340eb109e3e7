"""Marks in two places come to agree, whoever changed what, and no decision of a person is lost."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from autograder.fronts.nbgrader.exchange import Held, exchange
from autograder.results.marks import Mark

Q = "9-1a-written"
MARKS = st.builds(Held, points=st.sampled_from([0.0, 1.0, 2.5]), comment=st.sampled_from(["", "good"]))


def mark(held: Held) -> Mark:
    return Mark(
        submission="ada",
        question=Q,
        points=held.points,
        comment=held.comment,
        marker="tom",
        time=datetime(2027, 1, 1, tzinfo=UTC),
        answer_sha256="0" * 64,
    )


def sides(held: Held | None) -> dict[str, Held]:
    return {} if held is None else {Q: held}


@given(st.none() | MARKS, st.none() | MARKS, st.none() | MARKS)
def test_after_an_exchange_both_sides_hold_the_same(
    held: Held | None, agreed: Held | None, standing: Held | None
) -> None:
    done = exchange(sides(held), sides(agreed), {q: mark(h) for q, h in sides(standing).items()})
    gradebook = {**sides(held), **done.write}
    file = {**sides(standing), **done.append}
    assert {q: h for q, h in gradebook.items() if h is not None} == file


@given(MARKS, MARKS)
def test_an_exchange_of_what_agrees_does_nothing(held: Held, agreed: Held) -> None:
    done = exchange({Q: held}, {Q: agreed}, {Q: mark(held)})
    assert (done.append, done.write) == ({}, {})


def test_a_change_in_formgrader_is_appended() -> None:
    old, new = Held(3, ""), Held(4, "after a talk")
    assert exchange({Q: new}, {Q: old}, {Q: mark(old)}).append == {Q: new}


def test_a_change_back_to_an_earlier_mark_is_a_change() -> None:
    first, second = Held(3, ""), Held(4, "")
    assert exchange({Q: first}, {Q: second}, {Q: mark(second)}).append == {Q: first}


def test_a_change_of_marks_jsonl_goes_to_the_gradebook() -> None:
    old, new = Held(3, ""), Held(4, "")
    assert exchange({Q: old}, {Q: old}, {Q: mark(new)}).write == {Q: new}


def test_of_two_changes_formgraders_counts_and_both_are_kept() -> None:
    done = exchange({Q: Held(1, "")}, {Q: Held(3, "")}, {Q: mark(Held(4, ""))})
    assert (done.append, done.write) == ({Q: Held(1, "")}, {})


def test_the_mark_of_an_answer_that_has_changed_is_taken_back() -> None:
    """It is stale in marks.jsonl, so that none stands; the gradebook still holds what was agreed."""
    held = Held(3, "")
    assert exchange({Q: held}, {Q: held}, {}).write == {Q: None}
