"""What the points of the real grading.yml promise."""

import re
from pathlib import Path

import pytest

from autograder.assignment.facts import vae
from autograder.assignment.mistakes import MISTAKES
from autograder.course import Course
from autograder.engine.marking import mark, totals
from autograder.results.model import Criterion, Hint
from autograder.spec.model import CriterionSpec, Spec

ROOT = Path(__file__).parents[2]
SPEC = Course(ROOT).spec
ANALYTIC = [c for c in SPEC.criteria if c.kind != "training"]
FUNCTIONS = sorted({c.function for c in ANALYTIC} - {"predictions"})


def outcome(criterion: CriterionSpec) -> Criterion:
    """The criterion as execution leaves it if all is right."""
    return Criterion(
        id=criterion.id,
        title="",
        kind=criterion.kind,
        score=None,
        max_score=0,
        status="passed",
        visibility="visible",
    )


def lost(spec: Spec, *failed: str) -> float:
    """The points that a submission loses in which everything but these criteria passed."""
    outcomes = {c.id: outcome(c) for c in spec.criteria}
    outcomes |= {id: outcomes[id].model_copy(update={"status": "failed"}) for id in failed}
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


def test_the_example_of_the_marking_guide_is_what_the_marking_gives() -> None:
    missing_half = Hint(bug="b", text="", mistake="missing_half", exact=True)
    outcomes = {c.id: outcome(c) for c in SPEC.criteria}
    for function in ("kl_standard_normal", "discriminator_loss"):
        for kind in ("value", "gradient"):
            id = f"{function}.{kind}"
            outcomes[id] = outcomes[id].model_copy(update={"status": "failed", "hint": missing_half})
    questions = mark(SPEC, outcomes)
    scores = {c.id: c.score or 0 for q in questions for c in q.criteria}
    marks = {
        function: round(sum(scores[c.id] for c in ANALYTIC if c.function == function), 4)
        for function in ("kl_standard_normal", "discriminator_loss", "elbo", "generator_loss_minimax")
    }
    guide = (ROOT / "docs" / "marking.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` .*\*\*([\d.]+)\*\* of ([\d.]+) \|$", guide, re.MULTILINE)
    assert {function: float(own) for function, own, _ in rows} == marks
    assert all(float(points) == points_of(function) for function, _, points in rows)
    value, gradient = scores["kl_standard_normal.value"], scores["kl_standard_normal.gradient"]
    assert f"value ({value:g} of 3) and gradient ({gradient:g} of\n1.5)" in guide


def test_the_marking_guide_names_every_credit_and_the_repeat() -> None:
    guide = (ROOT / "docs" / "marking.md").read_text("utf-8")
    rules = guide.split("## An example")[0]
    assert sorted(map(float, re.findall(r" (0\.\d+)\b", rules))) == sorted(set(SPEC.credit.values()))
    assert "`repeat:` (a quarter)" in rules
    assert SPEC.repeat == 0.25
