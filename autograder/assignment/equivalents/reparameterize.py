"""Right forms of the reparameterisation, exercise 9-1 (e)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import math

import torch

from autograder.assignment.api import reparameterize
from autograder.assignment.equivalents import equivalent


@equivalent(reparameterize)
def reparameterize_randn_like(mu, logvar):
    return mu + torch.randn_like(mu) * (logvar * 0.5).exp()


@equivalent(reparameterize)
def reparameterize_minus(mu, logvar):
    """−ε is as normal as ε."""
    return mu - torch.sqrt(torch.exp(logvar)) * torch.randn(mu.shape, dtype=mu.dtype, device=mu.device)


@equivalent(reparameterize)
def reparameterize_rsample(mu, logvar):
    from torch.distributions import Normal

    return Normal(mu, torch.exp(logvar / 2)).rsample()


@equivalent(reparameterize)
def reparameterize_independent(mu, logvar):
    from torch.distributions import Independent, Normal

    return Independent(Normal(mu, logvar.exp().sqrt()), min(1, mu.dim())).rsample()


@equivalent(reparameterize)
def reparameterize_transformed(mu, logvar):
    """A standard normal sent through an affine transform."""
    from torch.distributions import Normal, TransformedDistribution
    from torch.distributions.transforms import AffineTransform

    standard = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return TransformedDistribution(standard, [AffineTransform(mu, torch.exp(logvar / 2))]).rsample()


@equivalent(reparameterize)
def reparameterize_torch_normal(mu, logvar):
    noise = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.addcmul(mu, noise, torch.exp(logvar / 2))


@equivalent(reparameterize)
def reparameterize_normal_in_place(mu, logvar):
    """In place on a tensor of its own."""
    z = torch.empty_like(mu).normal_()
    z = z * torch.exp(logvar / 2)
    z += mu
    return z


@equivalent(reparameterize)
def reparameterize_in_double(mu, logvar):
    noise = torch.empty(mu.shape, dtype=torch.float64, device=mu.device).normal_()
    return (mu.double() + torch.exp(logvar.double() / 2) * noise).to(mu.dtype)


@equivalent(reparameterize)
def reparameterize_in_single(mu, logvar):
    """float32 inside and out: the rounding is far below the tolerance."""
    mu, logvar = mu.float(), logvar.float()
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


@equivalent(reparameterize)
def reparameterize_noise_in_single(mu, logvar):
    """The noise has the default dtype, which is promoted."""
    return mu + torch.exp(logvar / 2) * torch.randn(mu.shape, device=mu.device)


@equivalent(reparameterize)
def reparameterize_two_draws(mu, logvar):
    """A sum of two normal draws, halved in variance, is one."""
    noise = (torch.randn_like(mu) + torch.randn_like(mu)) / 2**0.5
    return mu + (logvar / 2).exp() * noise


@equivalent(reparameterize)
def reparameterize_box_muller(mu, logvar):
    one, other = torch.rand(2, *mu.shape, dtype=torch.float64, device=mu.device)
    noise = torch.sqrt(-2 * torch.log1p(-one)) * torch.cos(2 * torch.pi * other)
    return mu + torch.exp(logvar / 2) * noise.to(mu.dtype)


@equivalent(reparameterize)
def reparameterize_inverse_distribution(mu, logvar):
    """Uniform numbers through the quantile function of the normal."""
    uniform = torch.rand(mu.shape, dtype=torch.float64, device=mu.device).clamp(1e-12, 1 - 1e-12)
    noise = math.sqrt(2) * torch.erfinv(2 * uniform - 1)
    return mu + torch.exp(logvar / 2) * noise.to(mu.dtype)


@equivalent(reparameterize)
def reparameterize_numpy_noise(mu, logvar):
    """The noise is a constant: where it comes from does not matter."""
    import numpy as np

    noise = torch.from_numpy(np.random.standard_normal(tuple(mu.shape)))
    return mu + torch.exp(logvar / 2) * noise.to(mu)


@equivalent(reparameterize)
def reparameterize_own_generator(mu, logvar):
    """A generator of its own, freshly seeded by the system."""
    generator = torch.Generator()
    generator.seed()
    noise = torch.randn(mu.shape, dtype=mu.dtype, generator=generator).to(mu)
    return mu + torch.exp(logvar / 2) * noise


@equivalent(reparameterize)
def reparameterize_noise_with_gradient(mu, logvar):
    """That ε asks for a gradient, too, changes no other."""
    noise = torch.randn_like(mu, requires_grad=True)
    return mu + torch.exp(logvar / 2) * noise


@equivalent(reparameterize)
def reparameterize_one_sample_of_many(mu, logvar):
    """Several samples are drawn, the first is returned."""
    noise = torch.randn(3, *mu.shape, dtype=mu.dtype, device=mu.device)
    return (mu + torch.exp(0.5 * logvar) * noise)[0]


@equivalent(reparameterize)
def reparameterize_column_by_column(mu, logvar):
    columns = [
        m + torch.exp(v / 2) * torch.randn_like(m)
        for m, v in zip(mu.unbind(-1), logvar.unbind(-1), strict=True)
    ]
    return torch.stack(columns, dim=-1)


@equivalent(reparameterize)
def reparameterize_tiny_epsilon(mu, logvar):
    """1e-8 on σ is below the rounding of z unless mu is 0."""
    return mu + (torch.exp(logvar / 2) + 1e-8) * torch.randn_like(mu)
