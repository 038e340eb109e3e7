"""Facts of 9-1 (a) and (b): every known bug breaks one, no right solution does."""

import pytest

from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import divergence as bugs
from autograder.assignment.facts import divergence as facts
from autograder.engine.facts import facts_of
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, kinds_broken, model_solution
from tests.assignment.divergence.equivalents import EQUIVALENTS

FACTS = facts_of(facts)
RIGHT = [(name, solution) for name, solutions in EQUIVALENTS.items() for solution in solutions]


def own(name):
    return [fact for fact in FACTS if fact.about.name == name]


@pytest.mark.parametrize("bug", bugs_of(bugs), ids=lambda bug: bug.name)
def test_a_known_bug_breaks_a_fact_with_any_seed(bug):
    for seed in range(3):
        assert broken(own(bug.about.name), {bug.about.name: bug}, seed), f"survives with seed {seed}"


@pytest.mark.parametrize(("name", "solution"), RIGHT, ids=[f"{n}-{s.__name__}" for n, s in RIGHT])
def test_a_right_solution_satisfies_every_fact(name, solution):
    for seed in range(20):
        assert broken(own(name), {name: solution}, seed) == {}


def test_the_model_solution_satisfies_every_fact():
    with model_solution("divergence") as functions:
        for seed in range(20):
            assert broken(FACTS, functions, seed) == {}


@pytest.mark.parametrize(
    ("bug", "kinds"),
    [
        (bugs.kl_normal_missing_half, {"value"}),
        (bugs.kl_normal_reversed, {"value", "gradient", "stability"}),
        (bugs.kl_normal_summed, {"value", "shape", "stability"}),
        (bugs.kl_normal_detached, {"gradient", "stability"}),
        (bugs.kl_normal_sigma_clamped, {"stability"}),
        (bugs.kl_normal_in_place, {"shape"}),
        (bugs.kl_standard_normal_missing_half, {"value", "gradient"}),
        (bugs.kl_standard_normal_without_one, {"value"}),
        (bugs.kl_standard_normal_wrong_sign, {"value", "gradient"}),
        (bugs.kl_standard_normal_summed, {"value", "shape", "stability"}),
        (bugs.kl_standard_normal_logvar_clamped, {"stability"}),
        (bugs.kl_standard_normal_epsilon_in_log, {"stability"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_slip_costs_the_criteria_that_it_concerns_and_no_others(bug, kinds):
    for seed in range(3):
        assert kinds_broken(own(bug.about.name), {bug.about.name: bug}, seed) == kinds


@pytest.mark.parametrize("strange", STRANGE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_no_fact_stumbles_over_a_strange_reply_or_accepts_a_senseless_one(fact, strange):
    found = broken([fact], {fact.about.name: strange}, seed=0)
    assert found or strange not in NEVER_RIGHT


def test_messages_say_what_is_wrong():
    messages = broken(own("kl_normal"), {"kl_normal": bugs.kl_normal_summed}, seed=0)
    assert messages["kl_normal.elementwise"] == "the result should have shape (5,), got ()"
    messages = broken(own("kl_normal"), {"kl_normal": bugs.kl_normal_in_place}, seed=0)
    assert messages["kl_normal.float32_as_float64"] == "the call changes its arguments in place: mu1"
    messages = broken(own("kl_normal"), {"kl_normal": bugs.kl_normal_wrong_sign}, seed=0)
    assert messages["kl_normal.never_negative"].startswith("a KL divergence is never negative, got -")
    messages = broken(
        own("kl_standard_normal"), {"kl_standard_normal": bugs.kl_standard_normal_logvar_clamped}, 0
    )
    assert messages["kl_standard_normal.whole_range_in_float32"] == (
        "the fall of the result from logvar = -60 on, by equal steps cannot be formed: nothing changes there"
    )
