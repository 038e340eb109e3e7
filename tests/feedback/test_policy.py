"""Who sees what, when: the table of the policy, and the page that obeys it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from autograder.feedback.pages import student_page
from autograder.feedback.policy import Detail, detail
from autograder.results.model import Criterion, Evidence, FactRecord, Hint, Result, Visibility
from autograder.spec.model import Schedule, Spec

DUE = datetime(2027, 1, 15, 23, 59, tzinfo=UTC)
PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
OPEN, AFTER_DUE, AFTER_PUBLISHED = DUE - timedelta(seconds=1), DUE, PUBLISHED

# What may stand on the page, one letter each: T title and points, M message, hint and identity, G inputs and got, E expected.
MATRIX: dict[Visibility, dict[datetime, str]] = {
    "visible": {OPEN: "TMG", AFTER_DUE: "TMGE", AFTER_PUBLISHED: "TMGE"},
    "after_due": {OPEN: "", AFTER_DUE: "TMGE", AFTER_PUBLISHED: "TMGE"},
    "after_published": {OPEN: "", AFTER_DUE: "", AFTER_PUBLISHED: "TMGE"},
    "hidden": {OPEN: "", AFTER_DUE: "", AFTER_PUBLISHED: "T"},
}
CASES = [(v, t, seen) for v, times in MATRIX.items() for t, seen in times.items()]
LEVEL = {"": Detail.COUNTED, "T": Detail.OUTCOME, "TMG": Detail.INPUTS, "TMGE": Detail.EXPECTED}

TRACES = {
    "T": ["the-title"],
    "M": ["the-message", "the-hint", "the-identity", "-104.2", "polyline"],
    "G": ["the-input", "0.1234567", "7.654321"],
    "E": ["3.141593"],
}
NEVER = ["the-flag", "bug-name"]


@pytest.mark.parametrize(("visibility", "time", "seen"), CASES)
def test_detail_follows_the_table(visibility: Visibility, time: datetime, seen: str) -> None:
    assert detail(visibility, Schedule(due=DUE, published=PUBLISHED), time) == LEVEL[seen]


def test_a_date_that_is_not_set_has_not_passed() -> None:
    late = datetime(2099, 1, 1, tzinfo=UTC)
    assert detail("visible", Schedule(), late) == Detail.INPUTS
    assert detail("after_due", Schedule(), late) == Detail.COUNTED
    assert detail("after_published", Schedule(due=DUE), late) == Detail.COUNTED


def test_publishing_is_after_the_due_date_even_where_none_is_set() -> None:
    assert detail("after_due", Schedule(published=PUBLISHED), AFTER_PUBLISHED) == Detail.EXPECTED
    assert detail("visible", Schedule(published=PUBLISHED), AFTER_PUBLISHED) == Detail.EXPECTED


@pytest.fixture
def traced(result: Result) -> Callable[[Visibility], Result]:
    """A result with one question and one failed criterion, every part of which can be told on the page."""

    def make(visibility: Visibility) -> Result:
        question = result.question("9-1e")
        criterion = Criterion(
            id="vae.training",
            title="the-title",
            kind="training",
            score=0.25,
            max_score=8,
            status="failed",
            cause="exception",
            visibility=visibility,
            message="the-message",
            hint=Hint(bug="bug-name", text="the-hint"),
            evidence=[
                Evidence(
                    inputs={"the-input": 0.1234567}, got=7.654321, expected=3.141593, relation="the-identity"
                )
            ],
            facts=[FactRecord(id="f", title="the-identity", status="failed", message="the-message")],
        )
        question.criteria = [criterion]
        question.status, question.score, question.max_score = "failed", 0.25, 8
        result.questions = [question]
        result.flags[0].text = "the-flag"
        result.score = 0.25
        return result

    return make


@pytest.mark.parametrize(("visibility", "time", "seen"), CASES)
def test_a_page_holds_what_its_reader_may_see_and_no_trace_of_the_rest(
    traced: Callable[[Visibility], Result],
    spec_of: Callable[..., Spec],
    visibility: Visibility,
    time: datetime,
    seen: str,
) -> None:
    result = traced(visibility)
    page = student_page(result, spec_of(result), {}, time)
    for letter, traces in TRACES.items():
        for trace in traces:
            assert (trace in page) == (letter in seen), trace
    assert ("0.25 / 8" in page) == ("T" in seen)
    assert ("✗ failed" in page) == ("T" in seen)
    assert not any(trace in page for trace in NEVER)


def test_grading_yml_as_it_is_now_decides_not_as_it_was_when_graded(
    traced: Callable[[Visibility], Result], spec_of: Callable[..., Spec]
) -> None:
    result = traced("hidden")
    spec = spec_of(result)
    result.questions[0].criteria[0].visibility = "visible"
    assert "the-title" not in student_page(result, spec, {}, OPEN)


def test_hidden_criteria_are_counted_with_what_they_look_at_and_when_they_are_shown(
    result: Result, spec: Spec, spec_of: Callable[..., Spec]
) -> None:
    page = student_page(result, spec, {}, OPEN)
    assert (
        "2 hidden criteria look at gradients and extreme inputs; "
        "shown when marks are published (1 February 2027, 12:00 UTC)." in page
    )
    assert (
        "1 hidden criterion looks at extreme inputs; shown after the due date (15 January 2027, 23:59 UTC)."
        in page
    )
    undated = student_page(result, spec_of(result, due=None, published=None), {}, OPEN)
    assert (
        "2 hidden criteria look at gradients and extreme inputs; shown when marks are published." in undated
    )
