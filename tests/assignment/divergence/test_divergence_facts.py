"""Facts of 9-1 (a) and (b): every known bug breaks one, no right solution does."""

import pytest
import torch

from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import divergence as bugs
from autograder.assignment.equivalents import divergence as equivalents
from autograder.assignment.equivalents import equivalents_of
from autograder.assignment.facts import divergence as facts
from autograder.engine.facts import facts_of
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, count_calls, kinds_broken, model_solution

FACTS = facts_of(facts)
BUGS = bugs_of(bugs)
DRAWN_OR_ROUNDED = {
    "kl_normal_one_draw",
    "kl_normal_integers",
    "kl_normal_floor_division",
    "kl_normal_bfloat16",
    "kl_standard_normal_bfloat16",
    "kl_standard_normal_one_draw",
}
"""Bugs whose result is a matter of chance at any one point: which facts they break is, too."""


def own(name):
    return [fact for fact in FACTS if fact.about.name == name]


def found_broken(known, seed=0):
    """The facts that one entry of a bank breaks, by their names, with their messages."""
    messages = broken(own(known.about.name), {known.about.name: known}, seed)
    return {name.rpartition(".")[2]: message for name, message in messages.items()}


def kinds(known):
    return kinds_broken(own(known.about.name), {known.about.name: known}, 0)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_known_bug_breaks_facts_and_the_same_ones_with_any_seed(bug):
    patterns = [set(found_broken(bug, seed)) for seed in range(2)]
    assert all(patterns)
    assert patterns[0] == patterns[1] or bug.name in DRAWN_OR_ROUNDED


@pytest.mark.parametrize("right", equivalents_of(equivalents), ids=lambda right: right.name)
def test_a_right_solution_satisfies_every_fact(right):
    for seed in range(3):
        assert found_broken(right, seed) == {}


def test_the_model_solution_satisfies_every_fact():
    with model_solution("divergence") as functions:
        for seed in range(5):
            assert broken(FACTS, functions, seed) == {}


@pytest.mark.parametrize(
    ("bug", "expected"),
    [
        (bugs.kl_normal_missing_half, {"value"}),
        (bugs.kl_normal_without_means, {"value", "gradient", "stability"}),
        (bugs.kl_normal_means_only, {"value", "gradient", "stability"}),
        (bugs.kl_normal_free_bits, {"value"}),
        (bugs.kl_normal_doubled, {"value", "gradient"}),
        (bugs.kl_normal_log_base_two, {"value", "gradient"}),
        (bugs.kl_normal_mu2_detached, {"gradient"}),
        (bugs.kl_normal_detached, {"gradient", "stability"}),
        (bugs.kl_normal_reversed, {"value", "gradient", "stability"}),
        (bugs.kl_normal_summed, {"value", "shape", "stability"}),
        (bugs.kl_standard_normal_without_one, {"value"}),
        (bugs.kl_standard_normal_free_bits, {"value"}),
        (bugs.kl_standard_normal_missing_half, {"value", "gradient"}),
        (bugs.kl_standard_normal_wrong_sign, {"value", "gradient"}),
        (bugs.kl_standard_normal_weighted, {"value", "gradient"}),
        (bugs.kl_standard_normal_summed, {"value", "shape", "stability"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_slip_costs_the_criteria_that_it_concerns_and_no_others(bug, expected):
    assert kinds(bug) == expected


@pytest.mark.parametrize(
    "bug",
    [
        bugs.kl_normal_sigma_clamped,
        bugs.kl_normal_sigma_clamped_at_a_tenth,
        bugs.kl_normal_sigma_clamped_above,
        bugs.kl_normal_variance_of_p_clamped,
        bugs.kl_normal_ratio_clamped,
        bugs.kl_normal_distance_clamped,
        bugs.kl_normal_result_clamped,
        bugs.kl_normal_epsilon_on_variance,
        bugs.kl_normal_on_a_fixed_grid,
        bugs.kl_standard_normal_logvar_clamped,
        bugs.kl_standard_normal_logvar_clamped_wide,
        bugs.kl_standard_normal_logvar_clamped_above,
        bugs.kl_standard_normal_sigma_clamped,
        bugs.kl_standard_normal_mu_clamped,
        bugs.kl_standard_normal_result_clamped,
        bugs.kl_standard_normal_epsilon_in_log,
        bugs.kl_standard_normal_epsilon_on_sigma,
        bugs.kl_standard_normal_log_of_squared_variance,
    ],
    ids=lambda bug: bug.name,
)
def test_what_is_wrong_at_the_ends_of_the_range_only_costs_stability_alone(bug):
    assert kinds(bug) == {"stability"}


@pytest.mark.parametrize(
    "bug",
    [
        bugs.kl_normal_squeezed,
        bugs.kl_normal_flattened,
        bugs.kl_normal_extra_axis,
        bugs.kl_normal_zipped,
        bugs.kl_normal_expanded_to_mu1,
        bugs.kl_normal_equal_shapes_demanded,
        bugs.kl_normal_in_place,
        bugs.kl_normal_epsilon_added_in_place,
        bugs.kl_standard_normal_squeezed,
        bugs.kl_standard_normal_flattened,
        bugs.kl_standard_normal_matrices_only,
        bugs.kl_standard_normal_in_place,
        bugs.kl_standard_normal_mu_squared_in_place,
        bugs.kl_standard_normal_logvar_halved_in_place,
    ],
    ids=lambda bug: bug.name,
)
def test_right_numbers_in_the_wrong_form_cost_shape_alone(bug):
    assert kinds(bug) == {"shape"}


@pytest.mark.parametrize("strange", STRANGE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_no_fact_stumbles_over_a_strange_reply_or_accepts_a_senseless_one(fact, strange):
    found = broken([fact], {fact.about.name: strange}, seed=0)
    assert found or strange not in NEVER_RIGHT


@pytest.mark.parametrize(
    ("bug", "fact", "message"),
    [
        (bugs.kl_normal_without_return, "formula", "kl_normal returned None: is a `return` missing?"),
        (bugs.kl_normal_as_array, "formula", "kl_normal should return a torch.Tensor, got ndarray"),
        (bugs.kl_normal_as_number, "formula", "kl_normal should return a torch.Tensor, got float"),
        (bugs.kl_normal_as_list, "formula", "kl_normal should return one tensor, got a list of 12"),
        (bugs.kl_normal_summed, "elementwise", "the result should have shape (5,), got ()"),
        (bugs.kl_normal_squeezed, "elementwise", "the result should have shape (1,), got ()"),
        (bugs.kl_normal_zipped, "broadcasting", "the result should have shape (4, 3), got (3, 1)"),
        (bugs.kl_normal_integers, "formula", "kl_normal should return floating-point numbers, got int64"),
        (bugs.kl_normal_log_of_difference, "formula", "the result is not finite: 6 of 12 entries are nan"),
        (
            bugs.kl_normal_plus_half,
            "equal_normals",
            "the result differs in 6 of 6 entries, by up to 1",
        ),
        (
            bugs.kl_normal_p_detached,
            "derivative_in_sigma2",
            "kl_normal gives no gradient with respect to sigma2 (detached, `.item()`, `.numpy()` or `no_grad` "
            "break the graph)",
        ),
        (bugs.kl_normal_in_place, "float32_as_float64", "the call changes its arguments in place: mu1"),
        (
            bugs.kl_normal_sigma_clamped_above,
            "scale_invariance",
            "the result near sigma = 1e3, against sigma near 1, differs in 3 of 3 entries",
        ),
        (
            bugs.kl_standard_normal_log_of_squared_variance,
            "whole_range_in_float32",
            "the result is not finite: ",
        ),
        (
            bugs.kl_standard_normal_logvar_clamped,
            "whole_range_in_float32",
            "the fall of the result from logvar = -60 on, by equal steps cannot be formed: nothing changes there",
        ),
        (
            bugs.kl_standard_normal_sigma_for_variance,
            "standard_normal",
            "away from mu = 0, logvar = 0 the result must be positive",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_message_says_in_a_sentence_what_is_wrong(bug, fact, message):
    assert found_broken(bug)[fact].startswith(message)


def test_a_negative_divergence_is_told_by_its_number():
    assert found_broken(bugs.kl_normal_wrong_sign)["never_negative"].startswith(
        "a KL divergence is never negative, got -"
    )


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda mu, logvar: None, "kl_standard_normal returned None: is a `return` missing?"),
        (lambda mu, logvar: (mu, logvar), "kl_standard_normal should return one tensor, got a tuple of 2"),
        (lambda mu, logvar: "KL", "kl_standard_normal should return a torch.Tensor, got str"),
        (
            lambda mu, logvar: (mu / 0).sum(),
            "the result should have shape (3, 4), got ()",
        ),
        (lambda mu, logvar: mu.long(), "kl_standard_normal should return floating-point numbers, got int64"),
        (lambda mu, logvar: torch.log(-(mu**2)), "the result is not finite: 12 of 12 entries are nan"),
        (lambda mu, logvar: mu**2 + 100, "the result differs in 12 of 12 entries, by up to "),
    ],
    ids=["none", "container", "type", "shape", "dtype", "finite", "value"],
)
def test_the_first_message_that_explains_is_told(function, message):
    """Each is wrong in all that comes later in the order, too."""
    found = broken(own("kl_standard_normal"), {"kl_standard_normal": function}, seed=0)
    assert found["kl_standard_normal.simplified_formula"].startswith(message)


def test_a_wrong_value_is_told_before_a_missing_gradient():
    def not_in_units_of_sigma(mu1, sigma1, mu2, sigma2):
        return ((mu1 - mu2) ** 2 + sigma1 + sigma2).detach()

    found = broken(own("kl_normal"), {"kl_normal": not_in_units_of_sigma}, seed=0)
    assert found["kl_normal.scale_invariance"].startswith(
        "the result near sigma = 1e-3, against sigma near 1,"
    )


def test_all_facts_together_ask_little():
    with model_solution("divergence") as functions:
        assert count_calls(FACTS, functions, seed=0) <= 42
