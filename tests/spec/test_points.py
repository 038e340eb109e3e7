"""What the points of the real grading.yml promise."""

from pathlib import Path

import pytest

from autograder.assignment.facts import vae
from autograder.assignment.mistakes import MISTAKES
from autograder.course import Course
from autograder.engine.marking import mark, totals
from autograder.results.model import Criterion
from autograder.spec.model import CriterionSpec, Spec

ROOT = Path(__file__).parents[2]
SPEC = Course(ROOT).spec
ANALYTIC = [c for c in SPEC.criteria if c.kind != "training"]
FUNCTIONS = sorted({c.function for c in ANALYTIC} - {"predictions"})


def lost(spec: Spec, *failed: str) -> float:
    """The points that a submission loses in which everything but these criteria passed."""
    outcomes = {
        c.id: Criterion(
            id=c.id,
            title="",
            kind=c.kind,
            score=None,
            max_score=0,
            status="failed" if c.id in failed else "passed",
            visibility="visible",
        )
        for c in spec.criteria
    }
    score, graded, _ = totals(mark(spec, outcomes))
    return round(graded - score, 4)


def points_of(function: str) -> float:
    return sum(c.points for c in ANALYTIC if c.function == function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_unstable_at_extremes_costs_at_most_15_percent_of_a_function(function: str) -> None:
    assert 0 < lost(SPEC, f"{function}.stability") <= round(0.15 * points_of(function), 4)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_values_are_worth_most_and_every_kind_of_fault_costs_something(function: str) -> None:
    own = {c.kind: c.points for c in ANALYTIC if c.function == function}
    assert own.keys() == {"value", "gradient", "stability", "shape"}
    assert max(own.values()) == own["value"]
    assert min(own.values()) > 0


def test_code_tied_to_the_cpu_costs_at_most_5_percent_of_its_question() -> None:
    criterion = vae.any_device.criterion
    question = next(q for q in SPEC.questions if any(c.id == criterion for c in q.criteria))
    assert 0 < lost(SPEC, criterion) <= 0.05 * question.points


def test_one_broken_criterion_costs_its_own_points_and_nothing_else() -> None:
    def price(criterion: CriterionSpec) -> float:
        return lost(SPEC, criterion.id)

    assert [price(c) for c in SPEC.criteria] == [c.points for c in SPEC.criteria]


def test_the_slips_that_cost_less_are_known_mistakes_and_still_cost_something() -> None:
    assert {name: SPEC.credit[name] for name in MISTAKES if name in SPEC.credit} == {
        "missing_half": 0.6,
        "sum_for_mean": 0.6,
        "without_real_term": 0.8,
        "negative_elbo": 0.5,
    }
    assert 0 < SPEC.repeat < 1


def test_a_sheet_of_a_hundred_points_is_55_by_formulas_10_by_training_and_35_by_people() -> None:
    by_formulas = sum(c.points for c in ANALYTIC)
    by_training = sum(c.points for c in SPEC.criteria if c.kind == "training")
    by_people = sum(q.points for q in SPEC.questions if q.kind == "written")
    assert (round(by_formulas, 4), by_training, by_people) == (55, 10, 35)
