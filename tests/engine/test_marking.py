"""From outcomes to marks: a pure function of what was executed and of grading.yml."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.credit import UNGRADED
from autograder.engine.marking import mark, totals, worst
from autograder.results.model import Criterion, Status
from autograder.spec.model import Spec
from tests.engine.toy_spec import toy_spec

IDS = ["double.value", "double.gradient", "double.training", "square.value", "halve.value"]
STATUSES: list[Status] = [s for s in get_args(Status) if s not in ("partial", "skipped")]


def outcome(id: str, status: Status, because: str | None = None) -> Criterion:
    """A criterion as execution leaves it: without title, points or visibility of its own."""
    return Criterion(
        id=id,
        title="",
        kind=id.partition(".")[2],  # type: ignore[arg-type]
        score=None,
        max_score=0,
        status=status,
        visibility="hidden",
        because=because,
    )


def executed(**changes: Any) -> dict[str, Criterion]:
    """Everything passed but what is named, by id with `_` for the dot."""
    statuses: dict[str, Status] = {id: changes.get(id.replace(".", "_"), "passed") for id in IDS}
    return {
        id: outcome(id, status, "double" if status == "skipped" else None) for id, status in statuses.items()
    }


@pytest.fixture
def spec() -> Spec:
    return toy_spec()


def test_all_passed_is_everything(spec: Spec) -> None:
    questions = mark(spec, executed())
    assert [(q.id, q.score, q.max_score, q.status) for q in questions] == [
        ("1a", 3, 3, "passed"),
        ("1b", 2, 2, "passed"),
    ]
    assert totals(questions) == (5, 5, True)


@pytest.mark.parametrize(
    ("first", "second", "status", "score"),
    [
        ("failed", "passed", "partial", 1),
        ("failed", "failed", "failed", 0),
        ("timeout", "failed", "timeout", 0),
        ("crashed", "failed", "crashed", 0),
        ("grader_error", "passed", "grader_error", 1),
        ("grader_error", "failed", "grader_error", 0),
        ("pending", "passed", "pending", 1),
        ("pending", "failed", "failed", 0),
    ],
)
def test_a_question_says_the_most_telling_of_its_criteria(
    spec: Spec, first: Status, second: Status, status: Status, score: float
) -> None:
    question = mark(spec, executed(square_value=first, halve_value=second))[1]
    assert (question.status, question.score) == (status, score)


def test_what_we_could_not_grade_is_no_zero(spec: Spec) -> None:
    questions = mark(spec, executed(square_value="grader_error", halve_value="grader_error"))
    assert questions[1].score is None
    assert [c.score for c in questions[1].criteria] == [None, None]
    assert totals(questions) == (3, 3, False)


def test_what_was_not_run_is_pending_and_not_counted(spec: Spec) -> None:
    known = executed()
    del known["double.training"]
    questions = mark(spec, known)
    assert (questions[0].status, questions[0].score, questions[0].criteria[2].message) == (
        "pending",
        2,
        "not run yet",
    )
    assert totals(questions) == (4, 4, False)


@pytest.mark.parametrize(
    ("value", "gradient", "share"),
    [
        ("passed", "passed", 1),
        ("passed", "failed", 0.75),
        ("failed", "passed", 0.25),
        ("failed", "timeout", 0),
    ],
)
def test_a_skipped_training_takes_the_share_that_its_cause_earned(
    value: Status, gradient: Status, share: float
) -> None:
    spec = toy_spec(double_points=5)  # value 3, gradient 1, training 1
    criteria = mark(spec, executed(double_value=value, double_gradient=gradient, double_training="skipped"))[
        0
    ].criteria
    assert criteria[2].score == share


def test_points_titles_and_visibility_are_those_of_grading_yml(spec: Spec) -> None:
    hidden = spec.model_copy(update={"visibility": {**spec.visibility, "gradient": "after_published"}})
    criteria = mark(hidden, executed())[0].criteria
    assert [(c.title, c.max_score, c.visibility) for c in criteria] == [
        ("double.value", 1, "visible"),
        ("double.gradient", 1, "after_published"),
        ("double.training", 1, "visible"),
    ]


def test_a_written_question_waits_for_people() -> None:
    written = {"id": "w", "title": "Explain", "kind": "written", "points": 4}
    old = toy_spec().model_dump(by_alias=True)
    spec = Spec.model_validate({**old, "max_score": 9, "questions": [*old["questions"], written]})
    questions = mark(spec, executed())
    assert (questions[2].status, questions[2].score, questions[2].max_score) == ("pending", None, 4)
    assert totals(questions) == (5, 5, False)


@given(st.tuples(*[st.sampled_from(STATUSES) for _ in IDS]))
def test_the_score_is_what_passed_of_what_was_graded(statuses: tuple[Status, ...]) -> None:
    spec = toy_spec(double_points=7.5)
    points = {c.id: c.points for c in spec.criteria}
    by_id = dict(zip(IDS, statuses, strict=True))
    questions = mark(spec, {id: outcome(id, status) for id, status in by_id.items()})
    score, graded, complete = totals(questions)
    assert score == sum(points[id] for id, status in by_id.items() if status == "passed")
    assert graded == sum(points[id] for id, status in by_id.items() if status not in UNGRADED)
    assert complete == (not UNGRADED & set(statuses))
    assert score == sum(q.score or 0 for q in questions)


@given(st.lists(st.sampled_from(STATUSES)))
def test_the_worst_is_one_of_them_and_passed_only_if_all_are(statuses: list[Status]) -> None:
    assert worst(statuses) in statuses or not statuses
    assert (worst(statuses) == "passed") == all(s == "passed" for s in statuses)
