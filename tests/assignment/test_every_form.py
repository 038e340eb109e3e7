"""Facts about every form of a batch, and about what flows in from above: they see what is right for usual batches only, and
charge no other slip a second time."""

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.facts import divergence, elbo, every_form, finite_latent, upstream, whole_range
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, facts_about, kinds_broken, known_right, known_wrong, model_solution

FILES = ("divergence", "finite_latent", "elbo")
FORMS, UPSTREAM = facts_of(every_form), facts_of(upstream)
FACTS = (*FORMS, *UPSTREAM)
OTHERS = facts_of(divergence, finite_latent, elbo, whole_range)
FUNCTIONS = {fact.about.name for fact in OTHERS} - {"reparameterize"}

RIGHT = known_right(*FILES)
WRONG = known_wrong(*FILES)


@pytest.fixture(scope="module")
def ours():
    with model_solution("divergence", "elbo") as functions:
        yield functions


@pytest.mark.parametrize("facts", [FORMS, UPSTREAM], ids=["forms", "upstream"])
def test_every_function_has_such_a_fact(facts):
    assert {fact.about.name for fact in facts} == FUNCTIONS


def test_the_model_solution_is_right_in_every_form(ours):
    for seed in range(5):
        assert broken(FACTS, ours, seed) == {}


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.name)
def test_right_code_is_right_in_every_form(ours, right):
    for seed in range(2):
        assert broken(facts_about(FACTS, right.about.name), {**ours, right.about.name: right}, seed) == {}


@pytest.mark.parametrize("bug", WRONG, ids=lambda bug: bug.name)
def test_a_slip_that_costs_something_else_is_not_charged_here(ours, bug):
    functions = {**ours, bug.about.name: bug}
    here = kinds_broken(facts_about(FACTS, bug.about.name), functions, seed=0)
    if here:
        assert here <= kinds_broken(facts_about(OTHERS, bug.about.name), functions, seed=0)


# --- slips that a usual batch does not show


def kl(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + ((sigma1 / sigma2) ** 2 + ((mu1 - mu2) / sigma2) ** 2 - 1) / 2


def squeezes_columns(*args):
    value = kl(*args)
    return value.squeeze(-1) if value.dim() > 1 else value


def sums_maps(*args):
    value = kl(*args)
    return value.sum(-1) if value.dim() > 2 else value


def detaches_what_is_broadcast(mu1, sigma1, mu2, sigma2):
    if mu2.numel() < mu1.numel():
        mu2, sigma2 = mu2.detach(), sigma2.detach()
    return kl(mu1, sigma1, mu2, sigma2)


def takes_log_sigma_for_logvar_at_the_standard_normal(mu1, sigma1, mu2, sigma2):
    if (mu2 == 0).all() and (sigma2 == 1).all():
        return (mu1**2 + sigma1 - 1 - sigma1.log()) / 2
    return kl(mu1, sigma1, mu2, sigma2)


def standard(mu, logvar):
    return (mu**2 + torch.expm1(logvar) - logvar) / 2


def has_an_axis_always(mu, logvar):
    return torch.atleast_1d(standard(mu, logvar))


def clamps_maps(mu, logvar):
    return standard(mu, logvar.clamp(-10, 10) if mu.dim() > 2 else logvar)


def definition(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


def loses_one_table(log_joint, log_q):
    if log_q.dim() == 1:
        return (log_q.exp() * (log_joint - log_q)).sum(-1)
    return definition(log_joint, log_q)


def sums_square_batches(log_joint, log_q):
    q = log_q.exp()
    terms = q * torch.where(q > 0, log_joint - log_q, 0.0)
    return terms.sum(0 if len(terms) == terms.shape[-1] else -1)


def leaves_out_a_joint_of_zero(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where((q > 0) & (log_joint != 0), log_joint - log_q, 0.0)).sum(-1)


def both_terms(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return (q * log_likelihood).sum(-1), kl


def leaves_out_a_sure_prior(log_likelihood, log_prior, log_q):
    return both_terms(log_likelihood, torch.where(log_prior == 0, -1.0, log_prior), log_q)


def pixels(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none")


def averages_colours(x, logits):
    terms = pixels(x, logits)
    return (terms.mean(1) if x.dim() == 4 and x.shape[1] == 3 else terms).flatten(1).sum(1)


def detaches_one_image(x, logits):
    return pixels(x, logits.detach() if len(x) == 1 else logits).flatten(1).sum(1)


def squeezes_one_pixel(x, logits):
    terms = pixels(x, logits)
    return terms.squeeze(1).sum(tuple(range(1, terms.squeeze(1).dim())))


def brightens_dark_batches(x, logits):
    return (
        pixels(0.5 if x.max() <= 0.3 else 1.0 * x, logits).flatten(1).sum(1)
        if x.max() > 0.3
        else 0 * x.sum(1)
    )


def squeezes_one_image(log_px_given_z, mu, logvar):
    paid = standard(mu, logvar).squeeze()
    return log_px_given_z - (paid.sum(-1) if paid.dim() > 1 else paid)


def counts_50_components(log_px_given_z, mu, logvar):
    return log_px_given_z - standard(mu, logvar)[:, :50].sum(1)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("kl_normal", squeezes_columns),
        ("kl_normal", sums_maps),
        ("kl_normal", detaches_what_is_broadcast),
        ("kl_normal", takes_log_sigma_for_logvar_at_the_standard_normal),
        ("kl_standard_normal", has_an_axis_always),
        ("kl_standard_normal", clamps_maps),
        ("elbo_definition", loses_one_table),
        ("elbo_definition", sums_square_batches),
        ("elbo_definition", leaves_out_a_joint_of_zero),
        ("elbo_decomposition", leaves_out_a_sure_prior),
        ("bernoulli_log_likelihood", averages_colours),
        ("bernoulli_log_likelihood", detaches_one_image),
        ("bernoulli_log_likelihood", squeezes_one_pixel),
        ("bernoulli_log_likelihood", brightens_dark_batches),
        ("elbo", squeezes_one_image),
        ("elbo", counts_50_components),
    ],
)
def test_what_is_right_for_usual_batches_only_loses_the_shape(ours, name, wrong):
    for seed in range(4):
        assert kinds_broken(facts_about(FORMS, name), {**ours, name: wrong}, seed) == {"shape"}


def test_the_message_names_the_form(ours):
    (message,) = broken(facts_about(FORMS, "elbo"), {**ours, "elbo": counts_50_components}, seed=0).values()
    assert message == (
        "the result, which is right for a usual batch, for mu of shape (3, 200) is wrong in 3 of 3 entries"
    )


class Mixes(torch.autograd.Function):
    """Hands on the mean of what flows in."""

    @staticmethod
    def forward(ctx, value):
        return value.clone()

    @staticmethod
    def backward(ctx, passed_on):
        return passed_on.mean().expand_as(passed_on)


def needs_mu1(mu1, sigma1, mu2, sigma2):
    return kl(mu1, sigma1, mu2 if mu1.requires_grad else mu2.detach(), sigma2)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("kl_normal", lambda *args: Mixes.apply(kl(*args))),
        ("kl_normal", needs_mu1),
        ("kl_standard_normal", lambda *args: Mixes.apply(standard(*args))),
        ("elbo_definition", lambda *args: Mixes.apply(definition(*args))),
        ("elbo_decomposition", lambda *args: tuple(map(Mixes.apply, both_terms(*args)))),
        ("bernoulli_log_likelihood", lambda *args: Mixes.apply(pixels(*args).sum(1))),
        ("elbo", lambda likelihood, *args: likelihood - Mixes.apply(standard(*args).sum(1))),
        (
            "elbo",
            lambda likelihood, *args: (
                likelihood.clamp(max=0).detach() + likelihood.relu() - standard(*args).sum(1)
            ),
        ),
    ],
)
def test_what_does_not_hand_on_its_gradient_loses_it(ours, name, wrong):
    for seed in range(4):
        assert kinds_broken(facts_about(UPSTREAM, name), {**ours, name: wrong}, seed) == {"gradient"}


def test_the_message_names_the_argument(ours):
    wrong = {**ours, "kl_standard_normal": lambda *args: Mixes.apply(standard(*args))}
    (message,) = broken(facts_about(UPSTREAM, "kl_standard_normal"), wrong, seed=0).values()
    assert message == "the gradient in mu is wrong in 112 of 112 entries where the result is weighted"
