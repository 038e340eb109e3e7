"""A known slip costs less than a wrong formula, and the same mistake is charged in full once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.marking import mark, remark, totals
from autograder.results.model import (
    Criterion,
    EngineRecord,
    Hint,
    Question,
    Result,
    SpecRecord,
    Status,
    SubmissionRecord,
)
from autograder.spec.model import Spec

KINDS = ("value", "gradient", "shape")
FUNCTIONS = ("first", "second", "third")
POINTS = {"first": (3, 2, 1), "second": (2, 1, 1), "third": (3, 2, 1)}
MISTAKES = ("missing_half", "sum_for_mean", "clamped")

Sheet = dict[str, tuple[float, ...]]


def spec_of(points: Sheet = POINTS, credit: dict[str, float] | None = None, repeat: float = 1.0) -> Spec:
    """A question for each function; the first has a training run of ten points, too."""
    questions: list[dict[str, Any]] = []
    for number, (function, own) in enumerate(points.items(), start=1):
        criteria = [
            {"id": f"{function}.{k}", "title": k, "points": p} for k, p in zip(KINDS, own, strict=True)
        ]
        if number == 1:
            criteria.append({"id": f"{function}.training", "title": "training", "points": 10})
        total = sum(c["points"] for c in criteria)
        questions.append(
            {"id": f"9-{number}", "title": function, "kind": "auto", "points": total, "criteria": criteria}
        )
    return Spec.model_validate(
        {
            "assignment": "toy",
            "title": "Toy",
            "sheet_version": "1",
            "max_score": 100,
            "data": {"name": "mnist", "sha256": {}},
            "visibility": dict.fromkeys([*KINDS, "training"], "visible"),
            "credit": credit or {},
            "repeat": repeat,
            "questions": questions,
        }
    )


def named(mistake: str | None, exact: bool = True) -> Hint:
    return Hint(bug="a_known_bug", text="You compute something else.", mistake=mistake, exact=exact)


def outcome(id: str, status: Status = "passed", hint: Hint | None = None, because: str = "") -> Criterion:
    return Criterion(
        id=id,
        title="",
        kind=id.partition(".")[2],  # type: ignore[arg-type]
        score=None,
        max_score=0,
        status=status,
        visibility="visible",
        hint=hint,
        because=because or None,
    )


def executed(**failures: tuple[str, Hint | None]) -> dict[str, Criterion]:
    """Everything passed, but of the named functions the kinds `"value gradient"` failed with a hint."""
    found = {f"{f}.{k}": outcome(f"{f}.{k}") for f in FUNCTIONS for k in KINDS}
    for function, (kinds, hint) in failures.items():
        found |= {f"{function}.{k}": outcome(f"{function}.{k}", "failed", hint) for k in kinds.split()}
    return found


def result_of(spec: Spec, questions: list[Question]) -> Result:
    score, graded, complete = totals(questions)
    return Result(
        assignment="toy",
        sheet_version="1",
        submission=SubmissionRecord(name="a", sha256="0", files=[], received_at=None),
        spec=SpecRecord(version="1", execution_sha256="0", marking_sha256="0"),
        data=None,
        options={},
        engine=EngineRecord(version="0", torch="0", device="cpu", sandbox=[]),
        seed_id="0",
        started_at="2027-01-01T00:00:00Z",
        seconds=0,
        status="graded",
        score=score,
        graded_max=graded,
        max_score=spec.max_score,
        complete=complete,
        questions=questions,
    )


def scores(spec: Spec, found: dict[str, Criterion]) -> dict[str, float | None]:
    return {c.id: c.score for q in mark(spec, found) for c in q.criteria}


def of(function: str, spec: Spec, found: dict[str, Criterion]) -> list[tuple[float | None, Status]]:
    """Score and status of each criterion of a function."""
    criteria = [c for q in mark(spec, found) for c in q.criteria]
    return [(c.score, c.status) for c in criteria if c.id.startswith(f"{function}.") and c.kind != "training"]


def test_a_known_slip_leaves_the_function_its_credit_shared_by_points() -> None:
    spec = spec_of(credit={"missing_half": 0.6})
    found = executed(first=("value gradient", named("missing_half")))
    # 60 % of 6 points are 3.6; shape has earned 1 of them, value and gradient share 2.6 as 3 to 2.
    assert of("first", spec, found) == [(1.56, "partial"), (1.04, "partial"), (1, "passed")]


def test_passed_criteria_that_earn_more_than_the_credit_stand_as_they_are() -> None:
    spec = spec_of(credit={"missing_half": 0.6})
    found = executed(first=("gradient", named("missing_half")))
    assert of("first", spec, found) == [(3, "passed"), (0, "failed"), (1, "passed")]


@pytest.mark.parametrize(
    "hint",
    [None, named("missing_half", exact=False), named("clamped"), named(None)],
    ids=["no hint", "not exact", "no credit for it", "no mistake"],
)
def test_what_is_not_proven_or_has_no_credit_earns_nothing(hint: Hint | None) -> None:
    spec = spec_of(credit={"missing_half": 0.6}, repeat=0.25)
    assert of("first", spec, executed(first=("value gradient shape", hint))) == [(0, "failed")] * 3


def test_a_mistake_of_two_functions_is_charged_in_full_where_it_costs_most() -> None:
    spec = spec_of(repeat=0.25)
    found = executed(
        second=("value gradient shape", named("clamped")), third=("value gradient", named("clamped"))
    )
    assert of("third", spec, found) == [(0, "failed"), (0, "failed"), (1, "passed")]  # loses 5
    assert of("second", spec, found) == [(1.5, "partial"), (0.75, "partial"), (0.75, "partial")]  # 1 of 4


def test_of_equal_losses_the_first_on_the_sheet_is_charged() -> None:
    spec = spec_of(repeat=0.25)
    found = executed(first=("value", named("clamped")), third=("value", named("clamped")))
    assert scores(spec, found)["first.value"] == 0
    assert scores(spec, found)["third.value"] == 2.25


def test_credit_and_repeat_together_forgive_most_of_the_reduced_loss() -> None:
    spec = spec_of(credit={"missing_half": 0.5}, repeat=0.25)
    everything = ("value gradient shape", named("missing_half"))
    questions = mark(spec, executed(first=everything, second=everything))
    assert [q.score for q in questions] == [3, 3.5, 6]  # half of 6 lost; a quarter of half of 4 lost


def test_different_mistakes_are_each_charged_in_full() -> None:
    spec = spec_of(repeat=0.25)
    found = executed(first=("value", named("clamped")), third=("value", named("sum_for_mean")))
    assert (scores(spec, found)["first.value"], scores(spec, found)["third.value"]) == (0, 0)


def test_a_function_that_is_not_exactly_the_mistake_is_no_repetition_of_it() -> None:
    spec = spec_of(repeat=0.25)
    found = executed(first=("value", named("clamped")), third=("value shape", named("clamped", exact=False)))
    assert of("third", spec, found) == [(0, "failed"), (2, "passed"), (0, "failed")]
    assert scores(spec, found)["first.value"] == 0


def test_the_sentence_says_what_is_kept_or_where_it_is_charged() -> None:
    spec = spec_of(credit={"missing_half": 0.6}, repeat=0.25)
    slip = ("value", named("missing_half"))
    found = executed(first=("value gradient", named("missing_half")), second=slip)
    said = {c.id: c.credit for q in mark(spec, found) for c in q.criteria if c.credit}
    assert said == {
        "first.value": "A known slip: the function keeps 60 % of its points.",
        "first.gradient": "A known slip: the function keeps 60 % of its points.",
        "second.value": "The same mistake is charged in full at 9-1, first; here only 25 % of the loss.",
    }


def test_a_repetition_that_costs_nothing_says_so() -> None:
    found = executed(first=("value", named("clamped")), third=("value", named("clamped")))
    questions = mark(spec_of(repeat=0), found)
    assert questions[2].criteria[0].credit == (
        "The same mistake is charged in full at 9-1, first; here nothing."
    )
    assert questions[2].score == questions[2].max_score


def test_a_crash_or_timeout_beside_the_slip_gets_no_part_of_the_credit() -> None:
    found = executed(first=("value", named("missing_half"))) | {
        "first.gradient": outcome("first.gradient", "crashed"),
        "first.shape": outcome("first.shape", "timeout"),
    }
    assert of("first", spec_of(credit={"missing_half": 0.6}), found) == [
        (3, "partial"),
        (0, "crashed"),
        (0, "timeout"),
    ]


def test_a_criterion_that_we_could_not_grade_takes_no_part() -> None:
    found = executed(first=("value", named("missing_half"))) | {
        "first.gradient": outcome("first.gradient", "grader_error")
    }
    # 60 % of the 4 points that were graded
    assert of("first", spec_of(credit={"missing_half": 0.6}), found) == [
        (1.4, "partial"),
        (None, "grader_error"),
        (1, "passed"),
    ]


def test_a_training_run_that_its_cause_left_out_takes_the_share_that_the_cause_keeps() -> None:
    spec = spec_of(credit={"missing_half": 0.6})
    found = executed(first=("value gradient shape", named("missing_half"))) | {
        "first.training": outcome("first.training", "skipped", because="first")
    }
    assert scores(spec, found)["first.training"] == 6


def test_points_that_do_not_divide_add_up_to_what_the_function_keeps() -> None:
    spec = spec_of({"first": (1, 1, 1)}, credit={"missing_half": 0.5551})
    found = executed(first=("value gradient shape", named("missing_half")))
    assert scores(spec, found) == {
        "first.value": 0.5551,
        "first.gradient": 0.5551,
        "first.shape": 0.5551,
        "first.training": None,
    }
    thirds = spec_of({"first": (1, 1, 1)}, credit={"missing_half": 1 / 3 + 0.0001})
    assert mark(thirds, found)[0].score == 1.0003


FRACTION = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.6, 1 / 3, 0.8, 0.9999, 1.0])
POINT = st.integers(0, 400).map(lambda hundredths: hundredths / 100)
SHEETS = st.fixed_dictionaries({f: st.tuples(POINT, POINT, POINT) for f in FUNCTIONS})
CREDITS = st.dictionaries(st.sampled_from(MISTAKES), FRACTION)
EXECUTED: tuple[Status, ...] = ("passed", "passed", "failed", "failed", "timeout", "crashed", "grader_error")


@st.composite
def submissions(draw: st.DrawFn) -> dict[str, Criterion]:
    """Any outcomes; a function has at most one hint, which stands at each of its failed criteria."""
    found: dict[str, Criterion] = {}
    for function in FUNCTIONS:
        hint = draw(st.none() | st.builds(named, st.none() | st.sampled_from(MISTAKES), st.booleans()))
        for kind in KINDS:
            status = draw(st.sampled_from(EXECUTED))
            id = f"{function}.{kind}"
            found[id] = outcome(id, status, hint if status == "failed" else None)
    if draw(st.booleans()):
        found["first.training"] = outcome("first.training", "skipped", because="first")
    return found


@given(SHEETS, CREDITS, FRACTION, submissions())
def test_forgiving_never_lowers_a_score_nor_exceeds_the_points(
    points: Sheet, credit: dict[str, float], repeat: float, found: dict[str, Criterion]
) -> None:
    before, after = scores(spec_of(points), found), scores(spec_of(points, credit, repeat), found)
    limits = {c.id: c.points for c in spec_of(points).criteria}
    for id, score in after.items():
        plain = before[id]
        assert (score is None) == (plain is None)
        assert score is None or plain is None or plain <= score <= limits[id]


@given(SHEETS, CREDITS, FRACTION, submissions())
def test_only_a_failed_criterion_of_a_proven_mistake_is_raised_and_it_says_why(
    points: Sheet, credit: dict[str, float], repeat: float, found: dict[str, Criterion]
) -> None:
    spec = spec_of(points, credit, repeat)
    for criterion in (c for q in mark(spec, found) for c in q.criteria if c.kind != "training"):
        executed = found[criterion.id]
        if criterion.status == "partial":
            assert executed.status == "failed"
            assert executed.hint is not None
            assert executed.hint.exact
            assert executed.hint.mistake
            assert (criterion.score or 0) > 0
        else:
            assert criterion.status == executed.status
        assert bool(criterion.credit) == (criterion.status == "partial")


@given(SHEETS, CREDITS, FRACTION, submissions())
def test_marking_stored_results_again_changes_nothing(
    points: Sheet, credit: dict[str, float], repeat: float, found: dict[str, Criterion]
) -> None:
    spec = spec_of(points, credit, repeat)
    first = result_of(spec, mark(spec, found))
    stored = Result.model_validate_json(first.model_dump_json(by_alias=True))
    assert remark(stored, spec, "0") == first


@given(SHEETS, CREDITS, FRACTION, submissions())
def test_marking_again_without_credit_forgets_it_and_with_it_restores_it(
    points: Sheet, credit: dict[str, float], repeat: float, found: dict[str, Criterion]
) -> None:
    generous, plain = spec_of(points, credit, repeat), spec_of(points)
    forgiven = result_of(generous, mark(generous, found))
    strict = remark(forgiven, plain, "0")
    assert strict == result_of(plain, mark(plain, found))
    assert remark(strict, generous, "0") == forgiven


@given(SHEETS, FRACTION, FRACTION, FRACTION, submissions())
def test_more_credit_and_a_smaller_repeat_never_lower_the_sum(
    points: Sheet, one: float, other: float, repeat: float, found: dict[str, Criterion]
) -> None:
    def total(credit: float, repeat: float) -> float:
        return totals(mark(spec_of(points, dict.fromkeys(MISTAKES, credit), repeat), analytic))[0]

    analytic = {id: c for id, c in found.items() if c.kind != "training"}
    less, more = sorted((one, other))
    rounding = 3 * 0.5e-4 * 2  # each function's sum is rounded once
    assert total(less, repeat) <= total(more, repeat) + rounding
    assert total(one, max(repeat, other)) <= total(one, min(repeat, other)) + rounding


@given(SHEETS, FRACTION, FRACTION, submissions())
def test_a_function_with_a_mistake_of_its_own_keeps_the_larger_of_credit_and_what_passed(
    points: Sheet, credit: float, repeat: float, found: dict[str, Criterion]
) -> None:
    alone = {id: c for id, c in found.items() if id.startswith("first.") and c.kind != "training"}
    spec = spec_of(points, dict.fromkeys(MISTAKES, credit), repeat)
    graded = [c for c in mark(spec, alone)[0].criteria if c.score is not None]
    passed = sum(c.max_score for c in graded if c.status == "passed")
    possible = passed + sum(c.max_score for c in graded if c.status in ("failed", "partial"))
    proven = any(c.hint and c.hint.exact and c.hint.mistake for c in alone.values())
    keeps = min(possible, max(passed, credit * sum(c.max_score for c in graded))) if proven else passed
    assert sum(c.score or 0 for c in graded) == pytest.approx(keeps, abs=1e-4)
