"""Facts of 9-1 (c) and (d): every known bug breaks one, no right solution does."""

import pytest
import torch

from autograder.assignment.bugs import bugs_of, divergence, elbo, finite_latent
from autograder.assignment.equivalents import elbo as right_elbo
from autograder.assignment.equivalents import equivalents_of
from autograder.assignment.equivalents import finite_latent as right_finite_latent
from autograder.assignment.facts import elbo as elbo_facts
from autograder.assignment.facts import finite_latent as finite_latent_facts
from autograder.engine.facts import facts_of
from autograder.engine.judge import run_facts
from autograder.engine.student import Student
from autograder.sandbox import Limits
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, kinds_broken, model_solution
from tests.commands.course import SOLVED, with_code

FACTS = facts_of(finite_latent_facts, elbo_facts)
BUGS = bugs_of(finite_latent, elbo)
EQUIVALENTS = equivalents_of(right_finite_latent, right_elbo)
FUNCTIONS = ("elbo_definition", "elbo_decomposition", "bernoulli_log_likelihood", "elbo")

DRAWS = {
    "definition_one_sample",
    "decomposition_one_sample",
    "bernoulli_sampled_image",
    "elbo_kl_of_one_sample",
}
"""What breaks, of these, depends on what they draw."""
LUCK = {
    "bernoulli_logits_as_probabilities_cut_at_1e_6",
    "bernoulli_image_clamped_in_place",
    "bernoulli_image_scaled_to_one",
    "elbo_kl_weighted_by_batch_over_data",
}
"""What breaks, of these, depends on the inputs: how large one number is beside the others."""


def right_kl(mu, logvar):
    return (mu**2 + torch.expm1(logvar) - logvar) / 2


def own(name):
    return [fact for fact in FACTS if fact.about.name == name]


def named(name):
    return next(bug for bug in BUGS if bug.name == name)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_banks_are_large(function):
    least = {"elbo_definition": 30, "elbo_decomposition": 32, "bernoulli_log_likelihood": 42, "elbo": 44}
    assert sum(bug.about.name == function for bug in BUGS) >= least[function]
    assert sum(form.about.name == function for form in EQUIVALENTS) >= 12


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_known_bug_breaks_the_same_criteria_with_any_seed(bug):
    functions = {bug.about.name: bug, "kl_standard_normal": right_kl}
    kinds = [kinds_broken(own(bug.about.name), functions, seed) for seed in range(3)]
    assert all(kinds), "survives"
    assert bug.name in DRAWS | LUCK or kinds[1:] == kinds[:-1]


@pytest.mark.parametrize("form", EQUIVALENTS, ids=lambda form: form.name)
def test_a_right_form_satisfies_every_fact(form):
    for seed in range(3):
        assert broken(own(form.about.name), {form.about.name: form}, seed) == {}


def test_the_model_solution_satisfies_every_fact():
    with model_solution("divergence", "elbo") as functions:
        for seed in range(10):
            assert broken(FACTS, functions, seed) == {}


NUMERICS = {  # right wherever nothing is extreme
    "definition_through_probabilities",
    "definition_epsilon_in_log",
    "definition_joint_clamped",
    "decomposition_through_probabilities",
    "decomposition_epsilon_in_log",
    "decomposition_epsilon_in_log_prior",
    "decomposition_likelihood_clamped",
    "bernoulli_literal",
    "bernoulli_epsilon_in_log",
    "bernoulli_tiny_epsilon_in_log",
    "bernoulli_bce_on_probabilities",
    "bernoulli_logits_clamped",
    "bernoulli_logits_clamped_at_50",
    "bernoulli_log_clamped",
    "bernoulli_probability_clamped",
    "bernoulli_probability_clamped_closely",
    "bernoulli_infinity_hidden",
    "bernoulli_distribution_of_probabilities",
    "bernoulli_exponential_overflow",
    "bernoulli_overflow_at_dark_pixels",
    "elbo_logvar_clamped",
    "elbo_logvar_clamped_widely",
    "elbo_epsilon_in_log",
    "elbo_epsilon_on_sigma",
    "elbo_kl_capped",
}
CONSTANTS = {  # a wrong factor or term: neither shapes nor extremes are the matter
    "definition_wrong_sign",
    "definition_averaged_over_latents",
    "definition_log_base_two",
    "decomposition_negative_kl",
    "decomposition_both_negative",
    "decomposition_averaged",
    "decomposition_beta_four",
    "decomposition_log_base_two",
    "bernoulli_wrong_sign",
    "bernoulli_halved",
    "bernoulli_averaged_over_pixels",
    "bernoulli_mean_times_784",
    "bernoulli_colours_swapped",
    "bernoulli_divided_by_255",
    "bernoulli_log_base_two",
    "elbo_wrong_sign",
    "elbo_kl_added",
    "elbo_missing_half",
    "elbo_beta_four",
    "elbo_kl_averaged_over_latents",
    "elbo_half_of_everything",
    "elbo_log_base_two",
}
OTHERS = {
    "definition_zero_times_infinity": {"value"},
    "definition_nan_of_the_sum_hidden": {"value", "gradient"},
    "definition_q_detached": {"gradient"},
    "definition_summed_from_the_second_axis": {"shape"},
    "definition_squeezed": {"shape"},
    "definition_in_place": {"shape"},
    "definition_summed_over_everything": {"value", "shape", "stability"},
    "decomposition_zero_times_infinity": {"value"},
    "decomposition_kl_detached": {"gradient"},
    "decomposition_q_detached_in_reconstruction": {"gradient"},
    "bernoulli_kept_axis": {"value", "shape", "stability"},
    "bernoulli_summed_over_last_axis": {"shape"},
    "bernoulli_in_place": {"shape"},
    "elbo_without_one": {"value"},
    "elbo_capped_at_zero": {"value"},
    "elbo_likelihood_clamped": {"value"},
    "elbo_likelihood_detached": {"gradient"},
    "elbo_squeezed": {"shape"},
}
KINDS = {
    **{name: {"stability"} for name in sorted(NUMERICS)},
    **{name: {"value", "gradient"} for name in sorted(CONSTANTS)},
    **OTHERS,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_slip_costs_the_criteria_that_it_concerns_and_no_others(name):
    bug = named(name)
    functions = {bug.about.name: bug, "kl_standard_normal": right_kl}
    assert kinds_broken(own(bug.about.name), functions, seed=7) == KINDS[name]


def elementwise(kl_bug):
    """Whether a wrong KL is still one number per latent component, the same whenever asked, in the same precision."""
    for batch in (1, 4):
        mu = torch.linspace(-1, 1, 3 * batch, dtype=torch.float64).reshape(batch, 3)
        try:
            first, again = (kl_bug(mu.clone(), mu + 0.1) for _ in range(2))
        except (ValueError, TypeError, RuntimeError):
            return False
        if not isinstance(first, torch.Tensor) or first.shape != mu.shape or not torch.equal(first, again):
            return False
        if (
            first == first[0, 0]
        ).all():  # excuses nothing: an ELBO that calls it is asked with ours in its place
            return False
    return kl_bug.mistake != "half_precision"


KL_BUGS = [bug for bug in bugs_of(divergence) if bug.about.name == "kl_standard_normal" and elementwise(bug)]


@pytest.mark.parametrize("kl_bug", KL_BUGS, ids=lambda bug: bug.name)
def test_a_bug_in_the_students_own_kl_costs_the_elbo_nothing(kl_bug):
    def elbo(log_px_given_z, mu, logvar):
        return log_px_given_z - kl_bug(mu, logvar).sum(1)

    for seed in range(2):
        assert broken(own("elbo"), {"elbo": elbo, "kl_standard_normal": kl_bug}, seed) == {}


def test_a_bug_of_the_elbo_is_not_excused_by_a_right_or_missing_kl():
    def missing(mu, logvar):
        raise NotImplementedError("kl_standard_normal: exercise 9-1 (b)")

    for kl in (right_kl, missing):
        functions = {"elbo": elbo.elbo_missing_half, "kl_standard_normal": kl}
        assert kinds_broken(own("elbo"), functions, 0) == {"value", "gradient"}


def test_two_bugs_do_not_excuse_each_other():
    functions = {
        "elbo": elbo.elbo_beta_four,
        "kl_standard_normal": divergence.kl_standard_normal_missing_half,
    }
    assert kinds_broken(own("elbo"), functions, 0) == {"value", "gradient"}


def rest_on(zygote, kl):
    """What the facts of `elbo` name as their root when the model solution calls this KL."""
    kl_source = f"def kl_standard_normal(mu, logvar):\n    return {kl}"
    student = Student(zygote, with_code("divergence.py", kl_source, SOLVED), Limits(), b"seed")
    with student:
        outcomes = run_facts(own("elbo"), student, b"seed")
    assert {outcome.status for outcome in outcomes.values()} == {"passed"}
    return {outcome.fact.name: outcome.rests_on for outcome in outcomes.values()}


def test_a_fact_that_excuses_the_elbo_names_the_kl(zygote):
    roots = rest_on(zygote, "mu**2 + torch.expm1(logvar) - logvar")
    indifferent = {
        "nothing_paid_at_the_prior",
        "derivative_in_the_likelihood",
        "whole_range_of_the_encoder",
        "one_number_per_image",
        "elbo_in_float32",
    }
    assert {name for name, root in roots.items() if root == ()} == indifferent
    assert all(root == ("kl_standard_normal",) for name, root in roots.items() if name not in indifferent)


def test_where_nothing_is_excused_no_root_is_named(zygote):
    roots = rest_on(zygote, "(mu**2 + torch.expm1(logvar) - logvar) / 2")
    assert set(roots.values()) == {()}


@pytest.mark.parametrize("strange", STRANGE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_no_fact_stumbles_over_a_strange_reply_or_accepts_a_senseless_one(fact, strange):
    found = broken([fact], {fact.about.name: strange, "kl_standard_normal": right_kl}, seed=0)
    assert found or strange not in NEVER_RIGHT
