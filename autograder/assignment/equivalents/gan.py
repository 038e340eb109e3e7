"""Right forms of the losses of exercise 9-2."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import (
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.equivalents import equivalent

# 9-2 (b): J_D = −½ E[log D(x)] − ½ E[log(1 − D(G(z)))]


@equivalent(discriminator_loss)
def discriminator_bce_with_logits(logits_real, logits_fake):
    """The functional cross-entropy."""
    real = F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))
    return (real + fake) / 2


@equivalent(discriminator_loss)
def discriminator_bce_module(logits_real, logits_fake):
    """The cross-entropy as a module."""
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(logits_real, torch.ones_like(logits_real)) + criterion(logits_fake, logits_fake * 0)
    return loss * 0.5


@equivalent(discriminator_loss)
def discriminator_weighted_bce(logits_real, logits_fake):
    """One cross-entropy over both batches, with weights that undo their sizes."""
    real, fake = logits_real.flatten(), logits_fake.flatten()
    labels = torch.cat([torch.ones_like(real), torch.zeros_like(fake)])
    weights = torch.cat([torch.ones_like(real) / len(real), torch.ones_like(fake) / len(fake)])
    logits = torch.cat([real, fake])
    return 0.5 * F.binary_cross_entropy_with_logits(logits, labels, weight=weights, reduction="sum")


@equivalent(discriminator_loss)
def discriminator_softplus(logits_real, logits_fake):
    """−log D = sp(−a) and −log(1 − D) = sp(a)."""
    return F.softplus(-logits_real).mean() / 2 + F.softplus(logits_fake).mean() / 2


@equivalent(discriminator_loss)
def discriminator_logsigmoid_module(logits_real, logits_fake):
    """The logarithms by a module."""
    log_sigmoid = nn.LogSigmoid()
    return -0.5 * log_sigmoid(logits_real).mean() - 0.5 * log_sigmoid(logits_fake.neg()).mean()


@equivalent(discriminator_loss)
def discriminator_distribution(logits_real, logits_fake):
    """Log-probabilities of Bernoulli variables."""
    from torch.distributions import Bernoulli

    log_d = Bernoulli(logits=logits_real).log_prob(torch.ones_like(logits_real))
    log_not_d = Bernoulli(logits=logits_fake).log_prob(torch.zeros_like(logits_fake))
    return -0.5 * log_d.mean() - 0.5 * log_not_d.mean()


@equivalent(discriminator_loss)
def discriminator_log_sum_exp(logits_real, logits_fake):
    """sp(a) = log(e⁰ + eᵃ), in two of torch's forms."""
    real = torch.logaddexp(torch.zeros_like(logits_real), -logits_real)
    fake = torch.logsumexp(torch.stack([torch.zeros_like(logits_fake), logits_fake]), dim=0)
    return 0.5 * real.mean() + 0.5 * fake.mean()


@equivalent(discriminator_loss)
def discriminator_difference_form(logits_real, logits_fake):
    """log(1 − D) = log D − a."""
    log_not_d = F.logsigmoid(logits_fake) - logits_fake
    return -(F.logsigmoid(logits_real).mean() + log_not_d.mean()) / 2


@equivalent(discriminator_loss)
def discriminator_in_double(logits_real, logits_fake):
    """float64 inside."""
    real, fake = logits_real.double(), logits_fake.double()
    loss = -0.5 * F.logsigmoid(real).mean() - 0.5 * F.logsigmoid(-fake).mean()
    return loss.to(logits_real.dtype)


@equivalent(discriminator_loss)
def discriminator_in_single(logits_real, logits_fake):
    """float32 inside: six digits, and no loss of range."""
    real, fake = logits_real.float(), logits_fake.float()
    return -0.5 * F.logsigmoid(real).mean() - 0.5 * F.logsigmoid(-fake).mean()


@equivalent(discriminator_loss)
def discriminator_two_classes(logits_real, logits_fake):
    """A softmax over (fake, real) with logits (0, a)."""
    real, fake = logits_real.reshape(-1, 1), logits_fake.reshape(-1, 1)
    pair_real = torch.cat([torch.zeros_like(real), real], dim=1)
    pair_fake = torch.cat([torch.zeros_like(fake), fake], dim=1)
    loss_real = F.cross_entropy(pair_real, torch.ones(len(real), dtype=torch.long))
    loss_fake = F.cross_entropy(pair_fake, torch.zeros(len(fake), dtype=torch.long))
    return (loss_real + loss_fake) / 2


@equivalent(discriminator_loss)
def discriminator_loop(logits_real, logits_fake):
    """One image after the other."""
    total = 0.0
    for a in logits_real.flatten():
        total = total - F.logsigmoid(a) / (2 * logits_real.numel())
    for a in logits_fake.flatten():
        total = total - F.logsigmoid(-a) / (2 * logits_fake.numel())
    return total


@equivalent(discriminator_loss)
def discriminator_all_pairs(logits_real, logits_fake):
    """Every real image with every generated one: the mean over all pairs is the sum of both means."""
    return (F.softplus(-logits_real.reshape(-1, 1)) + F.softplus(logits_fake.reshape(1, -1))).mean() / 2


@equivalent(discriminator_loss)
def discriminator_dot_product(logits_real, logits_fake):
    """The means as dot products with 1/(2N) and 1/(2M)."""
    real, fake = F.softplus(-logits_real.reshape(-1)), F.softplus(logits_fake.reshape(-1))
    loss = torch.dot(real, torch.full_like(real, 0.5 / real.numel()))
    return loss + torch.einsum("i,i->", fake, torch.full_like(fake, 0.5 / fake.numel()))


@equivalent(discriminator_loss)
def discriminator_own_gradient(logits_real, logits_fake):
    """A function with its derivative by hand."""

    class Softplus(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a):
            ctx.save_for_backward(a)
            return a.clamp(min=0) + torch.log1p(torch.exp(-a.abs()))

        @staticmethod
        def backward(ctx, grad):
            (a,) = ctx.saved_tensors
            return grad * torch.sigmoid(a)

    return 0.5 * Softplus.apply(-logits_real).mean() + 0.5 * Softplus.apply(logits_fake).mean()


@equivalent(discriminator_loss)
def discriminator_piecewise(logits_real, logits_fake):
    """log(1 + eᵃ), and a where that overflows: the inner `where` keeps the overflow out of the gradient."""

    def softplus(a):
        small = torch.where(a > 30, torch.zeros_like(a), a)
        return torch.where(a > 30, a, torch.log1p(torch.exp(small)))

    return 0.5 * (softplus(-logits_real).mean() + softplus(logits_fake).mean())


@equivalent(discriminator_loss)
def discriminator_own_tensors_in_place(logits_real, logits_fake):
    """In-place steps, on tensors of its own only."""
    real = F.logsigmoid(logits_real).mean().neg_()
    loss = real.add_(F.softplus(logits_fake).mean())
    return loss.div_(2)


@equivalent(discriminator_loss)
def discriminator_signs(logits_real, logits_fake):
    """One softplus over signed logits, then a mean for each of the two batches."""
    signed = torch.cat([-logits_real.reshape(-1), logits_fake.reshape(-1)])
    real, fake = F.softplus(signed).split([logits_real.numel(), logits_fake.numel()])
    return torch.stack([real.mean(), fake.mean()]).mean()


# 9-2 (c): J_G = −J_D


@equivalent(generator_loss_minimax)
def minimax_softplus(logits_real, logits_fake):
    """−J_D with softplus."""
    return -(F.softplus(-logits_real).mean() / 2 + F.softplus(logits_fake).mean() / 2)


@equivalent(generator_loss_minimax)
def minimax_logsigmoid(logits_real, logits_fake):
    """½ E[log D(x)] + ½ E[log(1 − D(G(z)))]."""
    return 0.5 * F.logsigmoid(logits_real).mean() + 0.5 * F.logsigmoid(-logits_fake).mean()


@equivalent(generator_loss_minimax)
def minimax_own_discriminator(logits_real, logits_fake):
    """J_D by a function of its own."""

    def loss_of_discriminator():
        criterion = nn.BCEWithLogitsLoss()
        real = criterion(logits_real, torch.ones_like(logits_real))
        return (real + criterion(logits_fake, torch.zeros_like(logits_fake))) / 2

    return -loss_of_discriminator()


@equivalent(generator_loss_minimax)
def minimax_real_term_detached(logits_real, logits_fake):
    """G does not reach the real logits."""
    real = F.softplus(-logits_real.detach()).mean()
    return -(real + F.softplus(logits_fake).mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_real_term_without_graph(logits_real, logits_fake):
    """The same by no_grad."""
    with torch.no_grad():
        real = F.softplus(-logits_real).mean()
    return -(real + F.softplus(logits_fake).mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_real_term_a_number(logits_real, logits_fake):
    """The same by a Python number."""
    return -(F.softplus(-logits_real).mean().item() + F.softplus(logits_fake).mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_difference_form(logits_real, logits_fake):
    """log(1 − D) = log D − a."""
    return (F.logsigmoid(logits_real).mean() + (F.logsigmoid(logits_fake) - logits_fake).mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_in_double(logits_real, logits_fake):
    """float64 inside, and float64 comes back."""
    real, fake = logits_real.double(), logits_fake.double()
    return (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean()).div(2)


@equivalent(generator_loss_minimax)
def minimax_distribution(logits_real, logits_fake):
    """Log-probabilities of Bernoulli variables, labels broadcast."""
    from torch.distributions import Bernoulli

    one = torch.ones((), dtype=logits_real.dtype)
    log_d = Bernoulli(logits=logits_real).log_prob(one)
    log_not_d = Bernoulli(logits=logits_fake).log_prob(one * 0)
    return (log_d.mean() + log_not_d.mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_two_classes(logits_real, logits_fake):
    """A softmax over (fake, real) with logits (−a/2, a/2)."""
    log_d = torch.stack([-logits_real / 2, logits_real / 2], dim=-1).log_softmax(-1)[..., 1]
    log_not_d = torch.stack([-logits_fake / 2, logits_fake / 2], dim=-1).log_softmax(-1)[..., 0]
    return 0.5 * (log_d.mean() + log_not_d.mean())


@equivalent(generator_loss_minimax)
def minimax_log_sum_exp(logits_real, logits_fake):
    """sp(a) = log(e⁰ + eᵃ)."""
    zero = torch.zeros((), dtype=logits_fake.dtype)
    return -0.5 * (torch.logaddexp(zero, -logits_real).mean() + torch.logaddexp(zero, logits_fake).mean())


@equivalent(generator_loss_minimax)
def minimax_by_cases(logits_real, logits_fake):
    """sp(a) = max(a, 0) + log(1 + e^−|a|), by cases that never overflow."""

    def softplus(a):
        positive, negative = torch.where(a > 0, a, -a), torch.where(a > 0, -a, a)
        return (positive + a) / 2 + torch.log1p(torch.exp(negative))

    return -(softplus(-logits_real).mean() + softplus(logits_fake).mean()) / 2


@equivalent(generator_loss_minimax)
def minimax_loop(logits_real, logits_fake):
    """One image after the other."""
    real = sum(F.logsigmoid(a) for a in logits_real.reshape(-1)) / logits_real.numel()
    fake = sum(F.logsigmoid(-a) for a in logits_fake.reshape(-1)) / logits_fake.numel()
    return 0.5 * real + 0.5 * fake


@equivalent(generator_loss_minimax)
def minimax_weighted_sum(logits_real, logits_fake):
    """Sums divided by 2N and 2M."""
    real, fake = F.logsigmoid(logits_real).sum(), F.logsigmoid(-logits_fake).sum()
    return real / (2 * logits_real.numel()) + fake / (2 * logits_fake.numel())


# 9-2 (d): −½ E[log D(G(z))]


@equivalent(generator_loss_nonsaturating)
def nonsaturating_bce_with_logits(logits_fake):
    """The functional cross-entropy with labels 1."""
    return F.binary_cross_entropy_with_logits(logits_fake, torch.ones_like(logits_fake)) / 2


@equivalent(generator_loss_nonsaturating)
def nonsaturating_bce_module(logits_fake):
    """The cross-entropy as a module, without reduction."""
    return nn.BCEWithLogitsLoss(reduction="none")(logits_fake, torch.ones_like(logits_fake)).mean().mul(0.5)


@equivalent(generator_loss_nonsaturating)
def nonsaturating_softplus(logits_fake):
    """−log D = sp(−a)."""
    return 0.5 * torch.mean(F.softplus(-logits_fake))


@equivalent(generator_loss_nonsaturating)
def nonsaturating_logsigmoid(logits_fake):
    """log D by torch's own function."""
    return F.logsigmoid(logits_fake).mean() / -2


@equivalent(generator_loss_nonsaturating)
def nonsaturating_softplus_module(logits_fake):
    """The module, with a threshold beyond which it is a straight line."""
    return nn.Softplus(threshold=30)(-logits_fake).sum() / (2 * logits_fake.numel())


@equivalent(generator_loss_nonsaturating)
def nonsaturating_distribution(logits_fake):
    """Log-probability of a Bernoulli variable."""
    from torch.distributions import Bernoulli

    return -0.5 * Bernoulli(logits=logits_fake).log_prob(torch.ones_like(logits_fake)).mean()


@equivalent(generator_loss_nonsaturating)
def nonsaturating_max_form(logits_fake):
    """log(1 + e^−a) = max(−a, 0) + log(1 + e^−|a|), with the slope −½ at 0 put in."""
    stable = torch.relu(-logits_fake) + torch.log1p(torch.exp(-logits_fake.abs()))
    slope_at_zero = torch.where(logits_fake == 0, -logits_fake / 2, torch.zeros_like(logits_fake))
    return 0.5 * (stable + slope_at_zero).mean()


@equivalent(generator_loss_nonsaturating)
def nonsaturating_in_double(logits_fake):
    """float64 inside, and float64 comes back."""
    return -F.logsigmoid(logits_fake.double()).mean() / 2


@equivalent(generator_loss_nonsaturating)
def nonsaturating_log_sum_exp(logits_fake):
    """log(e^−a + e⁰), and ½ in a roundabout way."""
    return torch.logaddexp(-logits_fake, torch.zeros_like(logits_fake)).mean() * math.exp(math.log(0.5))


@equivalent(generator_loss_nonsaturating)
def nonsaturating_two_classes(logits_fake):
    """A softmax over (fake, real) with logits (0, a)."""
    pair = torch.stack([torch.zeros_like(logits_fake), logits_fake], dim=-1).reshape(-1, 2)
    return 0.5 * F.nll_loss(F.log_softmax(pair, dim=1), torch.ones(len(pair), dtype=torch.long))


@equivalent(generator_loss_nonsaturating)
def nonsaturating_own_gradient(logits_fake):
    """A function with its derivative by hand."""

    class LogSigmoid(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a):
            ctx.save_for_backward(a)
            return torch.minimum(a, torch.zeros_like(a)) - torch.log1p(torch.exp(-a.abs()))

        @staticmethod
        def backward(ctx, grad):
            (a,) = ctx.saved_tensors
            return grad * torch.sigmoid(-a)

    return -0.5 * LogSigmoid.apply(logits_fake).mean()


@equivalent(generator_loss_nonsaturating)
def nonsaturating_loop(logits_fake):
    """One image after the other, into a tensor of its own."""
    losses = torch.empty(logits_fake.numel(), dtype=logits_fake.dtype)
    for index, a in enumerate(logits_fake.reshape(-1)):
        losses[index] = F.softplus(-a)
    return losses.mean() / 2


@equivalent(generator_loss_nonsaturating)
def nonsaturating_dot_product(logits_fake):
    """The mean as a product with 1/(2M)."""
    losses = F.softplus(-logits_fake.reshape(-1))
    return losses @ losses.new_full((losses.numel(),), 0.5 / losses.numel())


@equivalent(generator_loss_nonsaturating)
def nonsaturating_piecewise(logits_fake):
    """log(1 + e⁻ᵃ), and −a where that overflows: the inner `where` keeps the overflow out of the gradient."""
    far = logits_fake < -30
    near = torch.where(far, torch.zeros_like(logits_fake), logits_fake)
    return 0.5 * torch.where(far, -logits_fake, torch.log1p(torch.exp(-near))).mean()
