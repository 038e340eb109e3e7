"""What the facts of 9-1 (c) and (d) say: none, type, shape, finite, value and gradient, the first of them that is wrong."""

import pytest
import torch

from autograder.assignment.bugs import bugs_of, elbo, finite_latent
from autograder.assignment.facts import elbo as elbo_facts
from autograder.assignment.facts import finite_latent as finite_latent_facts
from autograder.engine.draw import Draw
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, nothing, stub, text

FACTS = {fact.id: fact for fact in facts_of(finite_latent_facts, elbo_facts)}
BUGS = {bug.name: bug for bug in bugs_of(finite_latent, elbo)}


def right_kl(mu, logvar):
    return (mu**2 + torch.expm1(logvar) - logvar) / 2


def said(fact_id, function):
    fact = FACTS[fact_id]
    return broken([fact], {fact.about.name: function, "kl_standard_normal": right_kl}, 0)[fact_id]


@pytest.mark.parametrize("fact_id", FACTS)
def test_first_comes_what_is_no_tensor_at_all(fact_id):
    fact = FACTS[fact_id]
    what = "return 2 tensors, got" if fact.about.name == "elbo_decomposition" else "return"
    assert said(fact_id, stub) == "not written yet (exercise 9-1)"
    assert what in said(fact_id, nothing)
    assert "None" in said(fact_id, nothing)
    assert said(fact_id, text).endswith("got str")


MESSAGES = {
    ("elbo_definition.definition", "definition_python_numbers"): (
        "elbo_definition should return one tensor, got a list of 4"
    ),
    ("elbo_definition.definition", "definition_kept_axis"): (
        "the result should have shape (4,), got (4, 1)"
    ),
    ("elbo_definition.impossible_latents", "definition_zero_times_infinity"): (
        "the result is not finite: 3 of 3 entries are nan"
    ),
    ("elbo_definition.derivative_in_log_joint", "definition_where_after_the_ratio"): (
        "the gradient in log_joint is not finite: 7 of 1500 entries are nan"
    ),
    ("elbo_definition.derivative_in_log_joint", "definition_joint_detached"): (
        "elbo_definition gives no gradient with respect to log_joint "
        "(detached, `.item()`, `.numpy()` or `no_grad` break the graph)"
    ),
    ("elbo_definition.tiny_probabilities", "definition_through_probabilities"): (
        "the result is not finite: 7 of 10 entries are inf"
    ),
    ("elbo_definition.definition_in_float32", "definition_in_place"): (
        "the call changes its arguments in place: log_joint"
    ),
    ("elbo_decomposition.two_terms", "decomposition_combined"): (
        "elbo_decomposition should return 2 tensors, got Tensor"
    ),
    ("elbo_decomposition.two_terms", "decomposition_dictionary"): (
        "elbo_decomposition should return 2 tensors, got dict"
    ),
    ("elbo_decomposition.two_terms", "decomposition_kl_not_summed"): "kl should have shape (300,), got (300, 5)",
    ("elbo_decomposition.impossible_latents_in_both_terms", "decomposition_zero_times_infinity"): (
        "kl is not finite: 3 of 3 entries are nan"
    ),
    ("elbo_decomposition.uninformed", "decomposition_kl_without_prior"): "kl for q = prior differs in 2 of 2 entries",
    ("elbo_decomposition.tiny_likelihoods_and_priors", "decomposition_kl_to_uniform"): (
        "kl does not move with its input"
    ),
    ("elbo_decomposition.tiny_likelihoods_and_priors", "decomposition_likelihood_clamped"): (
        "the ratio of two moves of reconstruction differs in 2 of 2 entries"
    ),
    ("bernoulli_log_likelihood.grey_values", "bernoulli_not_summed"): (
        "the result should have shape (5,), got (5, 8)"
    ),
    ("bernoulli_log_likelihood.probabilities_sum_to_one", "bernoulli_wrong_sign"): (
        "log p of a binary image is never positive"
    ),
    ("bernoulli_log_likelihood.saturated_pixels_in_float32", "bernoulli_literal"): "the result is not finite: ",
    ("bernoulli_log_likelihood.saturated_pixels_in_float64", "bernoulli_probability_clamped"): (
        "log p divided by |logit| at logits from +"
    ),
    ("bernoulli_log_likelihood.saturated_pixels_in_float64", "bernoulli_detached"): (
        "bernoulli_log_likelihood gives no gradient with respect to logits"
    ),
    ("elbo.minus_the_kl", "elbo_kept_axis"): "the result should have shape (5,), got (5, 5)",
    ("elbo.minus_the_kl", "elbo_with_its_terms"): "elbo should return one tensor, got a tuple of 3",
    ("elbo.minus_the_kl", "elbo_missing_half"): "the result differs in 5 of 5 entries, by up to ",
    ("elbo.derivative_in_the_likelihood", "elbo_likelihood_detached"): (
        "elbo gives no gradient with respect to log_px_given_z"
    ),
    ("elbo.whole_range_of_the_encoder", "elbo_logvar_clamped"): (
        "the fall of the result from logvar = -60 on, by equal steps cannot be formed: nothing changes there"
    ),
    ("elbo.one_number_per_image", "elbo_averaged_over_batch"): "the result should have shape (4,), got ()",
}  # fmt: skip


@pytest.mark.parametrize(("fact_id", "bug"), MESSAGES)
def test_a_message_says_what_is_wrong(fact_id, bug):
    assert said(fact_id, BUGS[bug]).startswith(MESSAGES[fact_id, bug])


def test_a_slip_with_one_component_is_told_of_that_call_and_shown_with_its_arguments():
    def squeezed(log_px_given_z, mu, logvar):
        kl = right_kl(mu, logvar).squeeze()
        return log_px_given_z - (kl if kl.dim() < 2 else kl.sum(-1)) + 0.1 * (mu.shape == (1, 1))

    text = "the result for the second image alone, with one latent component, against that of 4 images,"
    assert said("elbo.one_number_per_image", squeezed).startswith(text)
    steps = FACTS["elbo.one_number_per_image"].run(Draw(b"0", "elbo.one_number_per_image"))
    assert next(steps).inputs["mu"].shape == (4, 3)


def infinite_and_kept(log_joint, log_q):
    return (log_joint - log_q).sum(-1, keepdim=True) / 0


def infinite_and_detached(log_joint, log_q):
    return (log_joint - log_q).detach().sum(-1) / 0


def wrong_and_detached(log_joint, log_q):
    return (log_joint - log_q).detach().sum(-1)


@pytest.mark.parametrize(
    ("function", "first"),
    [
        (infinite_and_kept, "the result should have shape (10,)"),
        (infinite_and_detached, "the result is not finite"),
        (wrong_and_detached, "elbo_definition gives no gradient"),
    ],
)
def test_the_earliest_fault_is_named(function, first):
    assert said("elbo_definition.tiny_probabilities", function).startswith(first)
