"""Functions that are right nearly everywhere, and wrong where a student could easily not look: they lose marks all the same.

Each was once a submission that none of the facts saw.
"""

import importlib
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, kinds_broken, model_solution

LOG_FLOOR = -14.0


def facts(name: str, module: str):
    found = facts_of(importlib.import_module(f"autograder.assignment.facts.{module}"))
    return [fact for fact in found if fact.about.name == name]


def forgets_what_comes_back(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """Its gradient is that of the plain sum, whatever is done with the result."""

    class Forgetful(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *given):
            ctx.save_for_backward(*given)
            with torch.no_grad():
                return function(*given)

        @staticmethod
        def backward(ctx, grad_output):
            leaves = [tensor.detach().requires_grad_() for tensor in ctx.saved_tensors]
            with torch.enable_grad():
                total = function(*leaves).sum()
            return torch.autograd.grad(total, leaves, allow_unused=True)

    return Forgetful.apply


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("divergence", "kl_normal"),
        ("divergence", "kl_standard_normal"),
        ("finite_latent", "elbo_definition"),
        ("elbo", "bernoulli_log_likelihood"),
        ("elbo", "elbo"),
        ("gan", "discriminator_loss"),
        ("gan", "generator_loss_minimax"),
        ("gan", "generator_loss_nonsaturating"),
    ],
)
def test_a_backward_that_forgets_the_gradient_that_comes_back_costs_the_gradient(module, name):
    with model_solution("divergence", "elbo", "gan") as functions:
        wrong = {**functions, name: forgets_what_comes_back(functions[name])}
        assert "gradient" in kinds_broken(facts(name, module), wrong, seed=0)


def snaps_nearly_black(x, logits):
    x = torch.where(x < 0.03, 0.0, torch.where(x > 0.97, 1.0, x)).to(logits.dtype)
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def counts_a_window_of_logits_as_0(x, logits):
    logits = torch.where((logits.abs() > 7) & (logits.abs() < 28), 0 * logits, logits)
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def flattens_four_axes_only(x, logits):
    terms = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return terms.flatten(1).sum(1) if x.ndim == 4 else terms.sum(1)


def counts_every_second_pixel_of_a_large_batch(x, logits):
    terms = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1)
    return 2 * terms[:, ::2].sum(1) if len(x) >= 64 else terms.sum(1)


def averages_a_large_batch(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar).sum(1) / 2
    return log_px_given_z - (kl.mean() if len(mu) > 100 else kl)


def renormalises_a_large_batch(log_joint, log_q):
    q = log_q.exp() if len(log_q) < 128 else torch.ones_like(log_q) / log_q.shape[-1]
    return torch.where(log_q.isinf(), 0.0, q * (log_joint - log_q)).sum(-1)


def counts_a_window_of_saturated_logits_as_30(x, logits):
    logits = torch.where((logits.abs() > 31) & (logits.abs() < 100), 30 * logits.sign(), logits)
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def linear_in_small_sigma2(mu1, sigma1, mu2, sigma2):
    ratio = torch.where((sigma2 > 0.004) & (sigma2 < 0.1), sigma1 / sigma2, (sigma1 / sigma2) ** 2)
    return torch.log(sigma2 / sigma1) + ratio / 2 + (mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


def forgets_logvar_between(mu, logvar):
    return (mu**2 + logvar.exp() - 1 - torch.where((logvar < -7.5) & (logvar > -38), -7.5, logvar)) / 2


def without_outliers(logits):
    bound = logits.detach().abs().mean() + 4 * logits.detach().std(correction=0) + 1
    return logits.clamp(-bound, bound)


def discriminator_without_outliers(logits_real, logits_fake):
    real, fake = without_outliers(logits_real), without_outliers(logits_fake)
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def averages_distinct_logits(logits_fake):
    return F.softplus(-logits_fake.flatten().unique()).mean() / 2


def sums_the_third_axis(log_joint, log_q):
    """The last one, of tables with up to three axes."""
    q = log_q.exp()
    return torch.where(q > 0, q * (log_joint - log_q), 0.0).sum(min(log_q.ndim - 1, 2))


def looks_at_the_likeliest(log_joint, log_q):
    log_q, order = log_q.topk(min(log_q.shape[-1], 512), dim=-1)
    q = log_q.exp()
    return torch.where(q > 0, q * (log_joint.gather(-1, order) - log_q), 0.0).sum(-1)


def leaves_out_rare_latents(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 1.2e-4, log_joint - log_q, 0.0)).sum(-1)


def bounds_log_q(log_joint, log_q):
    log_q = log_q.clamp(min=LOG_FLOOR)
    return (log_q.exp() * (log_joint - log_q)).sum(-1)


def in_pieces(terms):
    """The mean of the means over pieces of 64."""
    return torch.stack([piece.mean() for piece in terms.split(64)]).mean()


def discriminator_in_pieces(logits_real, logits_fake):
    return (in_pieces(F.softplus(-logits_real)) + in_pieces(F.softplus(logits_fake))) / 2


def literal_up_to_17(logits_real, logits_fake):
    """log(1 − σ(a)) is −∞ in single precision from 16.64 on."""
    literal = -torch.log(1 - torch.sigmoid(logits_fake))
    fake = torch.where(logits_fake < 17, literal, logits_fake)
    return (F.softplus(-logits_real).mean() + fake.mean()) / 2


def joined_along_the_columns(logits_real, logits_fake):
    joined = torch.cat([F.softplus(-logits_real), F.softplus(logits_fake)], dim=-1)
    return joined.mean()


def square_up_to_4(mu, logvar):
    return (torch.where(mu.abs() > 4.5, mu.abs(), mu**2) + logvar.exp() - 1 - logvar) / 2


def flattens_images(mu, logvar):
    return ((mu**2 + logvar.exp() - 1 - logvar) / 2).flatten(1)


def in_place_on_the_means(mu1, sigma1, mu2, sigma2):
    kl = (mu1 - mu2) ** 2
    kl += sigma1**2
    return torch.log(sigma2 / sigma1) + kl / (2 * sigma2**2) - 0.5


def either_axis(log_px_given_z, mu, logvar):
    """Takes latents as (latent_dim, N), too, told by the length of the batch."""
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return log_px_given_z - kl.sum(0 if mu.shape[1] == len(log_px_given_z) else 1)


@pytest.mark.parametrize(
    ("module", "name", "wrong", "kind"),
    [
        ("elbo", "bernoulli_log_likelihood", snaps_nearly_black, "value"),
        ("elbo", "bernoulli_log_likelihood", counts_a_window_of_logits_as_0, "stability"),
        ("elbo", "bernoulli_log_likelihood", counts_a_window_of_saturated_logits_as_30, "stability"),
        ("elbo", "bernoulli_log_likelihood", counts_every_second_pixel_of_a_large_batch, "value"),
        ("elbo", "bernoulli_log_likelihood", flattens_four_axes_only, "shape"),
        ("elbo", "elbo", averages_a_large_batch, "value"),
        ("finite_latent", "elbo_definition", renormalises_a_large_batch, "value"),
        ("finite_latent", "elbo_definition", leaves_out_rare_latents, "value"),
        ("finite_latent", "elbo_definition", bounds_log_q, "value"),
        ("gan", "discriminator_loss", discriminator_in_pieces, "value"),
        ("finite_latent", "elbo_definition", sums_the_third_axis, "shape"),
        ("finite_latent", "elbo_definition", looks_at_the_likeliest, "value"),
        ("gan", "discriminator_loss", discriminator_without_outliers, "stability"),
        ("gan", "generator_loss_nonsaturating", averages_distinct_logits, "value"),
        ("gan", "discriminator_loss", literal_up_to_17, "stability"),
        ("gan", "discriminator_loss", joined_along_the_columns, "shape"),
        ("divergence", "kl_standard_normal", square_up_to_4, "value"),
        ("divergence", "kl_standard_normal", flattens_images, "shape"),
        ("divergence", "kl_standard_normal", forgets_logvar_between, "stability"),
        ("divergence", "kl_normal", linear_in_small_sigma2, "stability"),
        ("divergence", "kl_normal", in_place_on_the_means, "shape"),
        ("elbo", "elbo", either_axis, "value"),
    ],
)
def test_what_is_wrong_somewhere_loses_its_criterion_with_every_seed(module, name, wrong, kind):
    with model_solution("divergence", "elbo", "gan") as functions:
        for seed in range(4):
            assert kind in kinds_broken(facts(name, module), {**functions, name: wrong}, seed)


def reparameterized(noise):
    return lambda mu, logvar: mu + (logvar / 2).exp() * noise(mu)


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (lambda mu: torch.randn_like(mu) + 0.05, "the mean of "),
        (lambda mu: 0.97 * torch.randn_like(mu), "the variance of "),
    ],
)
def test_noise_that_is_a_little_off_is_looked_at_more_closely(noise, said):
    for seed in range(3):
        messages = broken(
            facts("reparameterize", "reparameterize"), {"reparameterize": reparameterized(noise)}, seed
        )
        assert messages["reparameterize.noise_is_standard_normal"].startswith(said)


def test_axes_that_share_their_noise_are_told():
    noise = reparameterized(lambda mu: torch.randn(mu.shape[-3:], dtype=mu.dtype))
    messages = broken(facts("reparameterize", "reparameterize"), {"reparameterize": noise}, seed=0)
    assert messages["reparameterize.noise_is_fresh"].endswith("are different: axes of mu share them")


def test_noise_that_is_standardised_is_told():
    def standardised(mu):
        noise = torch.randn_like(mu)
        return noise / noise.std() if mu.numel() > 1 else noise

    messages = broken(
        facts("reparameterize", "reparameterize"), {"reparameterize": reparameterized(standardised)}, seed=0
    )
    assert "has the variance 1 exactly: it was standardised" in messages["reparameterize.noise_is_fresh"]
