"""Typical mistakes in the reparameterisation, exercise 9-1 (e)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# The functions are untyped because they are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import reparameterize
from autograder.assignment.bugs import bug

# z = mu + exp(logvar / 2)·ε


@bug(reparameterize, "Your σ is exp(logvar), which is σ²: σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_variance_for_sigma(mu, logvar):
    return mu + torch.exp(logvar) * torch.randn_like(mu)


@bug(reparameterize, "You use logvar itself as σ: σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_logvar_for_sigma(mu, logvar):
    return mu + logvar * torch.randn_like(mu)


@bug(reparameterize, "Your noise is not scaled by σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_without_sigma(mu, logvar):
    return mu + torch.randn_like(mu)


@bug(reparameterize, "Your z has no noise: it is mu.", sheet="9-1 (e)")
def reparameterize_without_noise(mu, logvar):
    return mu + 0 * logvar


@bug(reparameterize, "mu is missing: your z always has mean 0.", sheet="9-1 (e)")
def reparameterize_without_mu(mu, logvar):
    return torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "Your noise is uniform in [0, 1) (torch.rand); it should be normal (torch.randn).",
    sheet="9-1 (e)",
)
def reparameterize_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.rand_like(mu)


@bug(
    reparameterize,
    "Your noise is uniform: mean 0 and variance 1 do not make it normal.",
    sheet="9-1 (e)",
)
def reparameterize_scaled_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * math.sqrt(3) * (2 * torch.rand_like(mu) - 1)


@bug(reparameterize, "All latent variables of an image share one ε; each needs its own.", sheet="9-1 (e)")
def reparameterize_noise_shared_by_row(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu[..., :1])


@bug(reparameterize, "All images of a batch share one ε; each needs its own.", sheet="9-1 (e)")
def reparameterize_noise_shared_by_batch(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu[:1])


@bug(reparameterize, "You set the seed inside the function: every call draws the same ε.", sheet="9-1 (e)")
def reparameterize_fixed_seed(mu, logvar):
    torch.manual_seed(0)
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "torch.normal(mu, sigma) (like Normal.sample) draws outside the graph: no gradient reaches mu and logvar.",
    sheet="9-1 (e)",
)
def reparameterize_draws_without_gradient(mu, logvar):
    return torch.normal(mu.detach(), torch.exp(logvar / 2).detach())


@bug(reparameterize, "logvar is detached: nothing trains σ.", sheet="9-1 (e)")
def reparameterize_logvar_detached(mu, logvar):
    return mu + torch.exp(logvar.detach() / 2) * torch.randn_like(mu)


@bug(reparameterize, "You clamp logvar: beyond the clamp σ is wrong and its gradient 0.", sheet="9-1 (e)")
def reparameterize_clamped_logvar(mu, logvar):
    return mu + torch.exp(logvar.clamp(-10, 10) / 2) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is softplus(logvar): σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_softplus_for_exp(mu, logvar):
    return mu + F.softplus(logvar) * torch.randn_like(mu)
