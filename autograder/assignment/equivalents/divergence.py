"""Right forms of the KL divergences of exercise 9-1 (a) and (b)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import kl_normal, kl_standard_normal
from autograder.assignment.equivalents import equivalent

# 9-1 (a)


@equivalent(kl_normal)
def kl_normal_as_on_the_sheet(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1 / 2


@equivalent(kl_normal)
def kl_normal_difference_of_logs(mu1, sigma1, mu2, sigma2):
    return (
        sigma2.log() - sigma1.log() + 0.5 * ((sigma1 / sigma2).square() + ((mu1 - mu2) / sigma2).square() - 1)
    )


@equivalent(kl_normal)
def kl_normal_by_torch_distributions(mu1, sigma1, mu2, sigma2):
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu1, sigma1), Normal(mu2, sigma2))


@equivalent(kl_normal)
def kl_normal_by_independent_normals(mu1, sigma1, mu2, sigma2):
    """`Independent` with no axis taken as an event reduces nothing."""
    from torch.distributions import Independent, Normal, kl_divergence

    q, p = Independent(Normal(mu1, sigma1), 0), Independent(Normal(mu2, sigma2), 0)
    return kl_divergence(q, p)


@equivalent(kl_normal)
def kl_normal_by_log_of_variances(mu1, sigma1, mu2, sigma2):
    v1, v2 = sigma1 * sigma1, sigma2 * sigma2
    return 0.5 * (torch.log(v2) - torch.log(v1) + (v1 + torch.pow(mu2 - mu1, 2)) / v2 - 1.0)


@equivalent(kl_normal)
def kl_normal_with_tiny_epsilon(mu1, sigma1, mu2, sigma2):
    """1e-8 on σ is a thousandth of a percent of the smallest σ."""
    sigma1, sigma2 = sigma1 + 1e-8, sigma2 + 1e-8
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@equivalent(kl_normal)
def kl_normal_clamped_below_the_range(mu1, sigma1, mu2, sigma2):
    """The clamp lies outside the graded range of σ."""
    sigma1, sigma2 = sigma1.clamp(min=1e-4), sigma2.clamp(min=1e-4)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@equivalent(kl_normal)
def kl_normal_in_double(mu1, sigma1, mu2, sigma2):
    """float64 inside and out, whatever comes in."""
    m1, s1, m2, s2 = (t.double() for t in (mu1, sigma1, mu2, sigma2))
    return torch.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5


@equivalent(kl_normal)
def kl_normal_in_double_and_back(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = (t.to(torch.float64) for t in (mu1, sigma1, mu2, sigma2))
    kl = (s2 / s1).log() + (s1.square() + (m1 - m2).square()) / s2.square() / 2 - 0.5
    return kl.to(mu1.dtype)


@equivalent(kl_normal)
def kl_normal_in_single(mu1, sigma1, mu2, sigma2):
    """float32 inside and out: the rounding is far below the tolerance."""
    m1, s1, m2, s2 = (t.float() for t in (mu1, sigma1, mu2, sigma2))
    return torch.log(s2 / s1) + ((s1 / s2) ** 2 + ((m1 - m2) / s2) ** 2) / 2 - 0.5


@equivalent(kl_normal)
def kl_normal_cross_entropy_minus_entropy(mu1, sigma1, mu2, sigma2):
    cross = 0.5 * math.log(2 * math.pi) + torch.log(sigma2) + ((mu1 - mu2) ** 2 + sigma1**2) / (2 * sigma2**2)
    entropy = 0.5 + 0.5 * math.log(2 * math.pi) + torch.log(sigma1)
    return cross - entropy


@equivalent(kl_normal)
def kl_normal_with_written_out_shapes(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = torch.broadcast_tensors(mu1, sigma1, mu2, sigma2)
    ratio = s1 * s2.reciprocal()
    return (ratio.square() - 1) / 2 - ratio.log() + (m1 - m2).div(s2).square().mul(0.5)


@equivalent(kl_normal)
def kl_normal_by_standardising(mu1, sigma1, mu2, sigma2):
    """In units of σ₂ around μ₂, p is the standard normal: exercise (b)."""
    mean, scale = (mu1 - mu2) / sigma2, sigma1 / sigma2
    return 0.5 * (mean**2 + scale**2 - 1) - torch.log(scale)


@equivalent(kl_normal)
def kl_normal_by_difference_of_squares(mu1, sigma1, mu2, sigma2):
    """(σ₁/σ₂)² − 1 = (σ₁ − σ₂)(σ₁ + σ₂)/σ₂², without cancellation where σ₁ ≈ σ₂."""
    excess = (sigma1 - sigma2) * (sigma1 + sigma2) / sigma2**2
    return 0.5 * (excess - 2 * torch.log(sigma1 / sigma2) + ((mu1 - mu2) / sigma2) ** 2)


@equivalent(kl_normal)
def kl_normal_by_expm1(mu1, sigma1, mu2, sigma2):
    """With w = log(σ₁/σ₂) the terms of σ are (e²ʷ − 1)/2 − w."""
    w = torch.log(sigma1) - torch.log(sigma2)
    return 0.5 * torch.expm1(2 * w) - w + 0.5 * ((mu1 - mu2) / sigma2) ** 2


@equivalent(kl_normal)
def kl_normal_by_precision(mu1, sigma1, mu2, sigma2):
    precision = sigma2.pow(-2)
    second_moment = torch.addcmul(sigma1.square(), mu1 - mu2, mu1 - mu2)
    return 0.5 * precision * second_moment - 0.5 * torch.log(precision * sigma1.square()) - 0.5


@equivalent(kl_normal)
def kl_normal_by_three_points(mu1, sigma1, mu2, sigma2):
    """Gauss–Hermite quadrature: log(q/p) is a quadratic, for which three points are exact."""
    from torch.distributions import Normal

    m1, s1, m2, s2 = (t.double() for t in (mu1, sigma1, mu2, sigma2))
    q, p = Normal(m1, s1), Normal(m2, s2)
    kl = torch.zeros_like(m1)
    for node, weight in ((-math.sqrt(3), 1 / 6), (0, 2 / 3), (math.sqrt(3), 1 / 6)):
        x = m1 + s1 * node
        kl = kl + weight * (q.log_prob(x) - p.log_prob(x))
    return kl.to(mu1.dtype)


@equivalent(kl_normal)
def kl_normal_entry_by_entry(mu1, sigma1, mu2, sigma2):
    broadcast = torch.broadcast_tensors(mu1, sigma1, mu2, sigma2)
    entries = []
    for m1, s1, m2, s2 in zip(*(t.flatten() for t in broadcast), strict=True):
        entries.append(torch.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5)
    return torch.stack(entries).reshape(broadcast[0].shape)


@equivalent(kl_normal)
def kl_normal_in_place_on_own_tensors(mu1, sigma1, mu2, sigma2):
    kl = (mu1 - mu2) / sigma2
    kl = kl.square() + (sigma1 / sigma2).square()
    kl -= 1
    kl *= 0.5
    kl += torch.log(sigma2 / sigma1)
    return kl


@equivalent(kl_normal)
def kl_normal_by_own_backward(mu1, sigma1, mu2, sigma2):
    """NumPy inside, the derivatives worked out by hand."""
    import numpy as np

    class Divergence(torch.autograd.Function):
        @staticmethod
        def forward(ctx, m1, s1, m2, s2):
            ctx.save_for_backward(m1, s1, m2, s2)
            a1, b1, a2, b2 = (t.detach().numpy() for t in (m1, s1, m2, s2))
            kl = np.log(b2 / b1) + ((b1 / b2) ** 2 + ((a1 - a2) / b2) ** 2 - 1) / 2
            return torch.from_numpy(np.asarray(kl))

        @staticmethod
        def backward(ctx, grad):
            m1, s1, m2, s2 = ctx.saved_tensors
            in_mu1 = (m1 - m2) / s2**2
            in_sigma2 = (1 - (s1 / s2) ** 2 - ((m1 - m2) / s2) ** 2) / s2
            return grad * in_mu1, grad * (s1 / s2**2 - 1 / s1), -grad * in_mu1, grad * in_sigma2

    return Divergence.apply(*torch.broadcast_tensors(mu1, sigma1, mu2, sigma2))


@equivalent(kl_normal)
def kl_normal_by_einsum(mu1, sigma1, mu2, sigma2):
    """The squared length of (σ₁, μ₁ − μ₂)/σ₂ in the plane."""
    ratio, distance = torch.broadcast_tensors(sigma1 / sigma2, (mu1 - mu2) / sigma2)
    point = torch.stack([ratio, distance], dim=-1)
    return 0.5 * torch.einsum("...k,...k->...", point, point) - torch.log(ratio) - 0.5


@equivalent(kl_normal)
def kl_normal_chosen_by_where(mu1, sigma1, mu2, sigma2):
    """Equal normals are set to 0 by hand; the gradient there is 0 in either branch."""
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    equal = (mu1 == mu2) & (sigma1 == sigma2)
    return torch.where(equal, torch.zeros_like(kl), kl)


@equivalent(kl_normal)
def kl_normal_bounded_by_zero(mu1, sigma1, mu2, sigma2):
    """A KL divergence is never negative: the bound takes away rounding only."""
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.clamp(min=0)


# 9-1 (b)


@equivalent(kl_standard_normal)
def kl_standard_normal_by_expm1(mu, logvar):
    return 0.5 * (mu**2 + torch.expm1(logvar) - logvar)


@equivalent(kl_standard_normal)
def kl_standard_normal_minus_half_bracket(mu, logvar):
    return -0.5 * (1 + logvar - mu.pow(2) - logvar.exp())


@equivalent(kl_standard_normal)
def kl_standard_normal_through_sigma(mu, logvar):
    sigma = torch.exp(logvar / 2)
    return (mu * mu + sigma * sigma) / 2 - torch.log(sigma) - 0.5


@equivalent(kl_standard_normal)
def kl_standard_normal_through_kl_normal(mu, logvar):
    """The formula of (a) with mu2 = 0 and sigma2 = 1."""
    mu1, sigma1, mu2, sigma2 = mu, torch.exp(0.5 * logvar), torch.zeros_like(mu), torch.ones_like(mu)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1 / 2


@equivalent(kl_standard_normal)
def kl_standard_normal_by_torch_distributions(mu, logvar):
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(torch.zeros_like(mu), torch.ones_like(mu)))


@equivalent(kl_standard_normal)
def kl_standard_normal_by_scalar_prior(mu, logvar):
    """`Normal(0, 1)` broadcasts."""
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, logvar.exp().sqrt()), Normal(0, 1))


@equivalent(kl_standard_normal)
def kl_standard_normal_by_independent_normals(mu, logvar):
    """`Independent` with no axis taken as an event reduces nothing."""
    from torch.distributions import Independent, Normal, kl_divergence

    q = Independent(Normal(mu, logvar.mul(0.5).exp()), 0)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 0)
    return kl_divergence(q, p)


@equivalent(kl_standard_normal)
def kl_standard_normal_in_double(mu, logvar):
    """float64 inside and out, whatever comes in."""
    mu, logvar = mu.double(), logvar.double()
    return (mu**2 + logvar.exp() - 1 - logvar) / 2


@equivalent(kl_standard_normal)
def kl_standard_normal_in_double_and_back(mu, logvar):
    m, v = mu.double(), logvar.double()
    return (0.5 * (m.square() + torch.expm1(v) - v)).type_as(mu)


@equivalent(kl_standard_normal)
def kl_standard_normal_in_single(mu, logvar):
    """float32 inside and out: the rounding is far below the tolerance."""
    m, v = mu.float(), logvar.float()
    return 0.5 * (m**2 + v.exp() - 1 - v)


@equivalent(kl_standard_normal)
def kl_standard_normal_halves_apart(mu, logvar):
    return mu.square() / 2 + logvar.exp() / 2 - logvar / 2 - 1 / 2


@equivalent(kl_standard_normal)
def kl_standard_normal_by_log_of_variance(mu, logvar):
    """The logarithm of the exponential: right, as e⁻⁶⁰ and e³⁰ are numbers of float32."""
    variance = torch.exp(logvar)
    return 0.5 * (variance + mu**2 - 1 - torch.log(variance))


@equivalent(kl_standard_normal)
def kl_standard_normal_cross_entropy_minus_entropy(mu, logvar):
    cross = 0.5 * (math.log(2 * math.pi) + mu**2 + logvar.exp())
    entropy = 0.5 * (math.log(2 * math.pi * math.e) + logvar)
    return cross - entropy


@equivalent(kl_standard_normal)
def kl_standard_normal_entry_by_entry(mu, logvar):
    kl = torch.empty_like(mu).flatten()
    for index, (m, v) in enumerate(zip(mu.flatten(), logvar.flatten(), strict=True)):
        kl[index] = 0.5 * (m**2 + v.exp() - 1 - v)
    return kl.reshape(mu.shape)


@equivalent(kl_standard_normal)
def kl_standard_normal_in_place_on_own_tensors(mu, logvar):
    kl = torch.exp(logvar) - logvar
    kl += mu**2
    kl.sub_(1).mul_(0.5)
    return kl


@equivalent(kl_standard_normal)
def kl_standard_normal_by_own_backward(mu, logvar):
    """NumPy inside, the derivatives worked out by hand."""
    import numpy as np

    class Divergence(torch.autograd.Function):
        @staticmethod
        def forward(ctx, m, v):
            ctx.save_for_backward(m, v)
            a, b = m.detach().numpy(), v.detach().numpy()
            return torch.from_numpy(np.asarray((a**2 + np.expm1(b) - b) / 2))

        @staticmethod
        def backward(ctx, grad):
            m, v = ctx.saved_tensors
            return grad * m, grad * torch.expm1(v) / 2

    return Divergence.apply(mu, logvar)


@equivalent(kl_standard_normal)
def kl_standard_normal_by_losses(mu, logvar):
    """The squares as losses without reduction, against 0."""
    zero = torch.zeros_like(mu)
    squares = F.mse_loss(mu, zero, reduction="none") + F.mse_loss(
        torch.exp(logvar / 2), zero, reduction="none"
    )
    return 0.5 * (squares - 1 - logvar)


@equivalent(kl_standard_normal)
def kl_standard_normal_sum_undone(mu, logvar):
    """The four terms stacked on an axis of their own, which alone is summed."""
    terms = torch.stack([mu**2, logvar.exp(), -torch.ones_like(mu), -logvar])
    return terms.sum(0) / 2


@equivalent(kl_standard_normal)
def kl_standard_normal_by_einsum(mu, logvar):
    point = torch.stack([mu, torch.exp(logvar / 2)], dim=-1)
    return 0.5 * torch.einsum("...k,...k->...", point, point) - 0.5 * (1 + logvar)


@equivalent(kl_standard_normal)
def kl_standard_normal_clamped_beyond_the_range(mu, logvar):
    """The clamp lies outside the graded range of logvar."""
    logvar = logvar.clamp(-80, 80)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
