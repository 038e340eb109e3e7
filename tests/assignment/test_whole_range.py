"""Facts about the whole graded range: they see what is wrong between the extremes, and charge no other slip a second time."""

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.facts import divergence, elbo, finite_latent, reparameterize, whole_range
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, facts_about, kinds_broken, known_right, known_wrong, model_solution

FILES = ("divergence", "finite_latent", "elbo", "reparameterize")
FACTS = facts_of(whole_range)
OTHERS = facts_of(divergence, finite_latent, elbo, reparameterize)
FUNCTIONS = sorted({fact.about.name for fact in FACTS})

RIGHT = known_right(*FILES)
WRONG = known_wrong(*FILES)


@pytest.fixture(scope="module")
def ours():
    with model_solution("divergence", "elbo", "vae") as functions:
        yield functions


def test_every_function_with_a_graded_range_has_such_a_fact():
    assert sorted({fact.about.name for fact in OTHERS}) == FUNCTIONS


def test_the_model_solution_is_right_everywhere(ours):
    for seed in range(5):
        assert broken(FACTS, ours, seed) == {}


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.name)
def test_a_right_form_is_right_everywhere(ours, right):
    for seed in range(2):
        assert broken(facts_about(FACTS, right.about.name), {**ours, right.about.name: right}, seed) == {}


@pytest.mark.parametrize("bug", WRONG, ids=lambda bug: bug.name)
def test_a_slip_that_leaves_the_extremes_right_is_not_charged_here(ours, bug):
    functions = {**ours, bug.about.name: bug}
    if "stability" not in kinds_broken(facts_about(OTHERS, bug.about.name), functions, seed=0):
        assert broken(facts_about(FACTS, bug.about.name), functions, seed=0) == {}


def forgets_the_distance(mu1, sigma1, mu2, sigma2):
    """Where both σ are between 5 and 10."""
    forgotten = (sigma1 > 5) & (sigma1 < 10) & (sigma2 > 5) & (sigma2 < 10)
    distance = torch.where(forgotten, 0.0, mu1 - mu2)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + distance**2) / (2 * sigma2**2) - 0.5


class ClipsInTheMiddle(torch.autograd.Function):
    """The gradient in logvar is at most 70 from logvar = 5 to 14."""

    @staticmethod
    def forward(ctx, mu, logvar):
        ctx.save_for_backward(mu, logvar)
        return (mu**2 + logvar.exp() - 1 - logvar) / 2

    @staticmethod
    def backward(ctx, passed_on):
        mu, logvar = ctx.saved_tensors
        slope = torch.expm1(logvar) / 2
        slope = torch.where((logvar > 5) & (logvar < 14), slope.clamp(max=70), slope)
        return passed_on * mu, passed_on * slope


def linear_from_20_to_400(mu, logvar):
    square = torch.where((mu.abs() > 20) & (mu.abs() < 400), 20 * mu.abs(), mu**2)
    return (square + logvar.exp() - 1 - logvar) / 2


def elbo_linear_from_20_to_400(log_px_given_z, mu, logvar):
    return log_px_given_z - linear_from_20_to_400(mu, logvar).sum(1)


def moves_both_terms_at_a_sharp_prior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    logarithms = torch.where(q > 0, log_q, 0.0)
    moved = 0.2 * (log_prior.max(-1).values > -0.1)
    kl = (q * (logarithms - torch.where(q > 0, log_prior, 0.0))).sum(-1)
    return (q * log_likelihood).sum(-1) + moved, kl + moved


def takes_the_difference_of_both(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    elbo = (q * torch.where(q > 0, log_likelihood + log_prior - log_q, 0.0)).sum(-1)
    return reconstruction, reconstruction - elbo


def flattens_a_sharp_q(log_joint, log_q):
    log_q = torch.where(log_q.max(-1, keepdim=True).values > -0.01, torch.log_softmax(log_q / 2, -1), log_q)
    q = log_q.exp()
    return (q * (log_joint - torch.where(q > 0, log_q, 0.0))).sum(-1)


def bounds_logits_of_30_to_200(x, logits):
    logits = torch.where((logits.abs() > 30) & (logits.abs() < 200), 30 * logits.sign(), logits)
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def halves_sigma_from_4_to_12(mu, logvar):
    sigma = torch.where((logvar > 4) & (logvar < 12), 0.5, 1.0) * (logvar / 2).exp()
    return mu + sigma * torch.randn_like(mu)


def detaches_where_mu_is_large(mu, logvar):
    sigma = (logvar / 2).exp()
    return mu + torch.where(mu.abs() > 100, sigma.detach(), sigma) * torch.randn_like(mu)


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("kl_normal", forgets_the_distance, "the result is right at typical arguments, and at "),
        (
            "kl_standard_normal",
            ClipsInTheMiddle.apply,
            "the gradient in logvar is right at typical arguments",
        ),
        ("kl_standard_normal", linear_from_20_to_400, "the result is right at typical arguments"),
        ("elbo", elbo_linear_from_20_to_400, "the result is right at typical arguments"),
        ("elbo_definition", flattens_a_sharp_q, "the result is right at typical arguments"),
        ("elbo_decomposition", moves_both_terms_at_a_sharp_prior, "reconstruction is right at typical"),
        (
            "elbo_decomposition",
            takes_the_difference_of_both,
            "kl for log p(x|z) up to ±1000, against that for",
        ),
        ("bernoulli_log_likelihood", bounds_logits_of_30_to_200, "the result is right at typical arguments"),
        (
            "reparameterize",
            halves_sigma_from_4_to_12,
            "(z − μ)/σ should be standard normal, and its variance is ",
        ),
        (
            "reparameterize",
            detaches_where_mu_is_large,
            "the gradient in logvar is right at typical arguments",
        ),
    ],
)
def test_what_is_wrong_between_the_extremes_loses_stability(ours, name, wrong, said):
    for seed in range(4):
        (message,) = broken(facts_about(FACTS, name), {**ours, name: wrong}, seed).values()
        assert message.startswith(said)


def test_the_message_names_the_arguments_of_a_wrong_entry(ours):
    (message,) = broken(
        facts_about(FACTS, "kl_normal"), {**ours, "kl_normal": forgets_the_distance}, seed=0
    ).values()
    sigma1 = float(message.partition("sigma1 = ")[2].partition(",")[0])
    assert 5 < sigma1 < 10
    assert " points of the graded range it is not: at mu1 = " in message
