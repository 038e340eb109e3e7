"""Facts of 9-1 (c) and (d): every known bug breaks one, no right solution does."""

import pytest

from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import divergence as kl_bugs
from autograder.assignment.bugs import elbo as bugs
from autograder.assignment.facts import elbo, finite_latent
from autograder.engine.facts import facts_of
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, kinds_broken, model_solution
from tests.assignment.divergence.equivalents import expm1_form
from tests.assignment.elbo.equivalents import EQUIVALENTS

FACTS = facts_of(finite_latent, elbo)
RIGHT = [(name, solution) for name, solutions in EQUIVALENTS.items() for solution in solutions]
RIGHT_KL = {"kl_standard_normal": expm1_form}

REDUCING = {
    "kl_standard_normal_summed",
    "kl_standard_normal_summed_over_latents",
    "kl_standard_normal_averaged",
}
ELEMENTWISE_KL_BUGS = [
    bug for bug in bugs_of(kl_bugs) if bug.about.name == "kl_standard_normal" and bug.name not in REDUCING
]


def own(name):
    return [fact for fact in FACTS if fact.about.name == name]


@pytest.mark.parametrize("bug", bugs_of(bugs), ids=lambda bug: bug.name)
def test_a_known_bug_breaks_a_fact_with_any_seed(bug):
    for seed in range(3):
        found = broken(own(bug.about.name), {bug.about.name: bug, **RIGHT_KL}, seed)
        assert found, f"survives with seed {seed}"


@pytest.mark.parametrize(("name", "solution"), RIGHT, ids=[f"{n}-{s.__name__}" for n, s in RIGHT])
def test_a_right_solution_satisfies_every_fact(name, solution):
    for seed in range(20):
        assert broken(own(name), {name: solution}, seed) == {}


def test_the_model_solution_satisfies_every_fact():
    with model_solution("divergence", "elbo") as functions:
        for seed in range(20):
            assert broken(FACTS, functions, seed) == {}


@pytest.mark.parametrize("kl_bug", ELEMENTWISE_KL_BUGS, ids=lambda bug: bug.name)
def test_a_bug_in_the_students_own_kl_costs_the_elbo_nothing(kl_bug):
    def elbo(log_px_given_z, mu, logvar):
        return log_px_given_z - kl_bug(mu, logvar).sum(1)

    for seed in range(3):
        assert broken(own("elbo"), {"elbo": elbo, "kl_standard_normal": kl_bug}, seed) == {}


def test_a_bug_of_the_elbo_is_not_excused_by_a_right_or_missing_kl():
    def missing(mu, logvar):
        raise NotImplementedError("kl_standard_normal: exercise 9-1 (b)")

    for kl in (expm1_form, missing):
        functions = {"elbo": bugs.elbo_missing_half, "kl_standard_normal": kl}
        assert kinds_broken(own("elbo"), functions, 0) == {"value", "gradient"}


@pytest.mark.parametrize(
    ("bug", "kinds"),
    [
        (bugs.definition_wrong_sign, {"value", "gradient"}),
        (bugs.definition_zero_times_infinity, {"value", "shape"}),
        (bugs.definition_summed_over_everything, {"value", "shape", "stability"}),
        (bugs.definition_q_detached, {"gradient"}),
        (bugs.definition_through_probabilities, {"stability"}),
        (bugs.decomposition_negative_kl, {"value", "gradient"}),
        (bugs.decomposition_q_detached_in_reconstruction, {"gradient"}),
        (bugs.decomposition_through_probabilities, {"stability"}),
        (bugs.bernoulli_wrong_sign, {"value", "gradient"}),
        (bugs.bernoulli_averaged_over_pixels, {"value", "gradient"}),
        (bugs.bernoulli_colours_swapped, {"value", "gradient"}),
        (bugs.bernoulli_kept_axis, {"value", "shape", "stability"}),
        (bugs.bernoulli_summed_over_last_axis, {"shape"}),
        (bugs.bernoulli_literal, {"stability"}),
        (bugs.bernoulli_bce_on_probabilities, {"stability"}),
        (bugs.bernoulli_logits_clamped, {"stability"}),
        (bugs.elbo_missing_half, {"value", "gradient"}),
        (bugs.elbo_wrong_sign, {"value", "gradient"}),
        (bugs.elbo_likelihood_detached, {"gradient"}),
        (bugs.elbo_logvar_clamped, {"stability"}),
        (bugs.elbo_epsilon_in_log, {"stability"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_slip_costs_the_criteria_that_it_concerns_and_no_others(bug, kinds):
    for seed in range(3):
        assert kinds_broken(own(bug.about.name), {bug.about.name: bug, **RIGHT_KL}, seed) == kinds


@pytest.mark.parametrize("strange", STRANGE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_no_fact_stumbles_over_a_strange_reply_or_accepts_a_senseless_one(fact, strange):
    found = broken([fact], {fact.about.name: strange, **RIGHT_KL}, seed=0)
    assert found or strange not in NEVER_RIGHT


def test_messages_say_what_is_wrong():
    messages = broken(
        own("bernoulli_log_likelihood"), {"bernoulli_log_likelihood": bugs.bernoulli_literal}, 0
    )
    assert messages["bernoulli_log_likelihood.saturated_pixels_in_float32"].startswith(
        "the result is not finite: "
    )
    clamped = {"bernoulli_log_likelihood": bugs.bernoulli_probability_clamped}
    messages = broken(own("bernoulli_log_likelihood"), clamped, 0)
    assert (
        "at logits +30, +50, +200, +1000" in messages["bernoulli_log_likelihood.saturated_pixels_in_float64"]
    )
    messages = broken(own("elbo_decomposition"), {"elbo_decomposition": bugs.decomposition_combined}, 0)
    assert messages["elbo_decomposition.two_terms"] == (
        "elbo_decomposition should return 2 tensors, got Tensor"
    )
    messages = broken(own("elbo"), {"elbo": bugs.elbo_likelihood_detached, **RIGHT_KL}, 0)
    assert messages["elbo.derivative_in_the_likelihood"].startswith(
        "elbo gives no gradient with respect to log_px_given_z"
    )
