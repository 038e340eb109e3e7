"""Correct losses of exercise 9-2 in other forms; every fact must accept each of them."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Bernoulli


def discriminator_bce_with_logits(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))
    return (real + fake) / 2


def discriminator_bce_module(logits_real, logits_fake):
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(logits_real, torch.ones_like(logits_real)) + criterion(logits_fake, logits_fake * 0)
    return loss * 0.5


def discriminator_softplus(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() / 2 + F.softplus(logits_fake).mean() / 2


def discriminator_distribution(logits_real, logits_fake):
    log_d = Bernoulli(logits=logits_real).log_prob(torch.ones_like(logits_real))
    log_not_d = Bernoulli(logits=logits_fake).log_prob(torch.zeros_like(logits_fake))
    return -0.5 * log_d.mean() - 0.5 * log_not_d.mean()


def discriminator_log_sum_exp(logits_real, logits_fake):
    real = torch.logaddexp(torch.zeros_like(logits_real), -logits_real)
    fake = torch.logsumexp(torch.stack([torch.zeros_like(logits_fake), logits_fake]), dim=0)
    return 0.5 * real.mean() + 0.5 * fake.mean()


def discriminator_difference_form(logits_real, logits_fake):
    """log(1 − D) = log D − a."""
    log_not_d = F.logsigmoid(logits_fake) - logits_fake
    return -(F.logsigmoid(logits_real).mean() + log_not_d.mean()) / 2


def discriminator_in_double(logits_real, logits_fake):
    real, fake = logits_real.double(), logits_fake.double()
    loss = -0.5 * F.logsigmoid(real).mean() - 0.5 * F.logsigmoid(-fake).mean()
    return loss.to(logits_real.dtype)


def discriminator_two_classes(logits_real, logits_fake):
    """A softmax over (fake, real) with logits (0, a)."""
    real, fake = logits_real.reshape(-1, 1), logits_fake.reshape(-1, 1)
    pair_real = torch.cat([torch.zeros_like(real), real], dim=1)
    pair_fake = torch.cat([torch.zeros_like(fake), fake], dim=1)
    loss_real = F.cross_entropy(pair_real, torch.ones(len(real), dtype=torch.long))
    loss_fake = F.cross_entropy(pair_fake, torch.zeros(len(fake), dtype=torch.long))
    return (loss_real + loss_fake) / 2


def discriminator_loop(logits_real, logits_fake):
    total = 0.0
    for a in logits_real.flatten():
        total = total - F.logsigmoid(a) / (2 * logits_real.numel())
    for a in logits_fake.flatten():
        total = total - F.logsigmoid(-a) / (2 * logits_fake.numel())
    return total


def minimax_own_discriminator(logits_real, logits_fake):
    return -discriminator_softplus(logits_real, logits_fake)


def minimax_real_term_detached(logits_real, logits_fake):
    return -discriminator_bce_with_logits(logits_real.detach(), logits_fake)


def minimax_real_term_without_graph(logits_real, logits_fake):
    with torch.no_grad():
        real = F.softplus(-logits_real).mean()
    return -(real + F.softplus(logits_fake).mean()) / 2


def minimax_difference_form(logits_real, logits_fake):
    """log(1 − D) = log D − a."""
    return (F.logsigmoid(logits_real).mean() + (F.logsigmoid(logits_fake) - logits_fake).mean()) / 2


def minimax_in_double(logits_real, logits_fake):
    real, fake = logits_real.double(), logits_fake.double()
    return (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean()).div(2)


def minimax_distribution(logits_real, logits_fake):
    return -discriminator_distribution(logits_real, logits_fake)


def nonsaturating_bce_with_logits(logits_fake):
    return F.binary_cross_entropy_with_logits(logits_fake, torch.ones_like(logits_fake)) / 2


def nonsaturating_softplus(logits_fake):
    return 0.5 * torch.mean(F.softplus(-logits_fake))


def nonsaturating_module(logits_fake):
    return nn.Softplus(threshold=30)(-logits_fake).sum() / (2 * logits_fake.numel())


def nonsaturating_distribution(logits_fake):
    return -0.5 * Bernoulli(logits=logits_fake).log_prob(torch.ones_like(logits_fake)).mean()


def nonsaturating_max_form(logits_fake):
    """log(1 + e^−a) = max(−a, 0) + log(1 + e^−|a|)."""
    stable = torch.relu(-logits_fake) + torch.log1p(torch.exp(-logits_fake.abs()))
    slope_at_zero = torch.where(logits_fake == 0, -logits_fake / 2, torch.zeros_like(logits_fake))
    return 0.5 * (stable + slope_at_zero).mean()


def nonsaturating_in_double(logits_fake):
    return -F.logsigmoid(logits_fake.double()).mean() / 2


def nonsaturating_log_sum_exp(logits_fake):
    return torch.logaddexp(-logits_fake, torch.zeros_like(logits_fake)).mean() * math.exp(math.log(0.5))


DISCRIMINATOR = [f for name, f in list(vars().items()) if name.startswith("discriminator_")]
MINIMAX = [f for name, f in list(vars().items()) if name.startswith("minimax_")]
NONSATURATING = [f for name, f in list(vars().items()) if name.startswith("nonsaturating_")]
