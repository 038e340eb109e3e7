"""Right solutions of 9-1 (a) and (b) that look different: none may fail a fact."""

import math

import torch
from torch.distributions import Independent, Normal, kl_divergence

# 9-1 (a)


def as_on_the_sheet(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1 / 2


def difference_of_logs(mu1, sigma1, mu2, sigma2):
    return (
        sigma2.log() - sigma1.log() + 0.5 * ((sigma1 / sigma2).square() + ((mu1 - mu2) / sigma2).square() - 1)
    )


def torch_distributions(mu1, sigma1, mu2, sigma2):
    return kl_divergence(Normal(mu1, sigma1), Normal(mu2, sigma2))


def log_of_variances(mu1, sigma1, mu2, sigma2):
    v1, v2 = sigma1 * sigma1, sigma2 * sigma2
    return 0.5 * (torch.log(v2) - torch.log(v1) + (v1 + torch.pow(mu2 - mu1, 2)) / v2 - 1.0)


def tiny_epsilon(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1 + 1e-8, sigma2 + 1e-8
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


def clamp_at_the_edge_of_the_range(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1.clamp(min=1e-4), sigma2.clamp(min=1e-4)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


def double_inside(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = (t.double() for t in (mu1, sigma1, mu2, sigma2))
    return torch.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5


def single_inside(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = (t.float() for t in (mu1, sigma1, mu2, sigma2))
    return torch.log(s2 / s1) + ((s1 / s2) ** 2 + ((m1 - m2) / s2) ** 2) / 2 - 0.5


def cross_entropy_minus_entropy(mu1, sigma1, mu2, sigma2):
    cross = 0.5 * math.log(2 * math.pi) + torch.log(sigma2) + ((mu1 - mu2) ** 2 + sigma1**2) / (2 * sigma2**2)
    entropy = 0.5 + 0.5 * math.log(2 * math.pi) + torch.log(sigma1)
    return cross - entropy


def written_out_shapes(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = torch.broadcast_tensors(mu1, sigma1, mu2, sigma2)
    ratio = s1 * s2.reciprocal()
    return (ratio.square() - 1) / 2 - ratio.log() + (m1 - m2).div(s2).square().mul(0.5)


# 9-1 (b)


def expm1_form(mu, logvar):
    return 0.5 * (mu**2 + torch.expm1(logvar) - logvar)


def exp_form(mu, logvar):
    return -0.5 * (1 + logvar - mu.pow(2) - logvar.exp())


def through_sigma(mu, logvar):
    sigma = torch.exp(logvar / 2)
    return (mu * mu + sigma * sigma) / 2 - torch.log(sigma) - 0.5


def through_kl_normal(mu, logvar):
    return as_on_the_sheet(mu, torch.exp(0.5 * logvar), torch.zeros_like(mu), torch.ones_like(mu))


def torch_distributions_standard(mu, logvar):
    return kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(torch.zeros_like(mu), torch.ones_like(mu)))


def independent_of_no_axis(mu, logvar):
    q = Independent(Normal(mu, logvar.mul(0.5).exp()), 0)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 0)
    return kl_divergence(q, p)


def double_inside_standard(mu, logvar):
    mu, logvar = mu.double(), logvar.double()
    return (mu**2 + logvar.exp() - 1 - logvar) / 2


def halves_apart(mu, logvar):
    return mu.square() / 2 + logvar.exp() / 2 - logvar / 2 - 1 / 2


EQUIVALENTS = {
    "kl_normal": (
        as_on_the_sheet,
        difference_of_logs,
        torch_distributions,
        log_of_variances,
        tiny_epsilon,
        clamp_at_the_edge_of_the_range,
        double_inside,
        single_inside,
        cross_entropy_minus_entropy,
        written_out_shapes,
    ),
    "kl_standard_normal": (
        expm1_form,
        exp_form,
        through_sigma,
        through_kl_normal,
        torch_distributions_standard,
        independent_of_no_axis,
        double_inside_standard,
        halves_apart,
    ),
}
