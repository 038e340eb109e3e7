"""Right forms of the Bernoulli log-likelihood and the ELBO of the VAE, exercise 9-1 (d)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import bernoulli_log_likelihood, elbo
from autograder.assignment.equivalents import equivalent

# 9-1 (d): Σ x log D + (1−x) log(1−D)


@equivalent(bernoulli_log_likelihood)
def bernoulli_bce_with_logits(x, logits):
    """The functional loss, pixel by pixel."""
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_bce_module(x, logits):
    """The loss as a module."""
    loss = torch.nn.BCEWithLogitsLoss(reduction="none")
    return -loss(logits.reshape(len(x), -1), x.reshape(len(x), -1)).sum(dim=-1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_logsigmoids(x, logits):
    """Both logarithms by logsigmoid, summed over all axes but the first."""
    return (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).sum(dim=tuple(range(1, x.ndim)))


@equivalent(bernoulli_log_likelihood)
def bernoulli_softplus(x, logits):
    """x·a − log(1 + eᵃ)."""
    return (x * logits - F.softplus(logits)).reshape(len(x), -1).sum(-1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_softplus_of_both(x, logits):
    """Both logarithms as softplus."""
    return -(x * F.softplus(-logits) + (1 - x) * F.softplus(logits)).view(x.shape[0], -1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_log_sigmoid_minus_logit(x, logits):
    """log(1 − D) = log D − a."""
    log_d = F.logsigmoid(logits)
    return (x * log_d + (1 - x) * (log_d - logits)).flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_torch_distribution(x, logits):
    """torch.distributions without its check of the values."""
    pixels = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    return pixels.log_prob(x).flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_independent_distribution(x, logits):
    """The axes of an image as one event."""
    from torch.distributions import Bernoulli, Independent

    pixels = Bernoulli(logits=logits, validate_args=False)
    return Independent(pixels, x.ndim - 1, validate_args=False).log_prob(x)


@equivalent(bernoulli_log_likelihood)
def bernoulli_logaddexp(x, logits):
    """log(1 + eᵃ) by logaddexp."""
    return (x * logits - torch.logaddexp(logits, torch.zeros_like(logits))).flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_logsumexp(x, logits):
    """log(1 + eᵃ) by logsumexp over the two classes."""
    both = torch.stack([torch.zeros_like(logits), logits])
    return (x * logits - torch.logsumexp(both, dim=0)).flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_two_classes(x, logits):
    """A softmax over the classes black and white of each pixel."""
    log_p = torch.stack([torch.zeros_like(logits), logits], -1).log_softmax(-1)
    return ((1 - x) * log_p[..., 0] + x * log_p[..., 1]).flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_cross_entropy_of_two_classes(x, logits):
    """F.cross_entropy with the two classes of each pixel and grey values as their probabilities."""
    a, white = logits.reshape(-1), x.reshape(-1)
    loss = F.cross_entropy(
        torch.stack([torch.zeros_like(a), a], 1), torch.stack([1 - white, white], 1), reduction="none"
    )
    return -loss.view(len(x), -1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_multilabel_loss(x, logits):
    """Each pixel is a label; the loss is their mean, times their number."""
    x, logits = x.flatten(1), logits.flatten(1)
    return -F.multilabel_soft_margin_loss(logits, x, reduction="none") * x.shape[1]


@equivalent(bernoulli_log_likelihood)
def bernoulli_stable_by_hand(x, logits):
    """max(a, 0) − a·x + log(1 + e^−|a|)."""
    per_pixel = logits.clamp(min=0) - logits * x + torch.log1p(torch.exp(-logits.abs()))
    return -per_pixel.flatten(start_dim=1).sum(dim=1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_double_inside(x, logits):
    """Computed in float64, returned in the arguments' precision."""
    per_pixel = F.binary_cross_entropy_with_logits(logits.double(), x.double(), reduction="none")
    return -per_pixel.flatten(1).sum(1).to(logits.dtype)


@equivalent(bernoulli_log_likelihood)
def bernoulli_image_by_image(x, logits):
    """One loss per image, stacked."""
    losses = [
        F.binary_cross_entropy_with_logits(a, b, reduction="sum") for a, b in zip(logits, x, strict=True)
    ]
    return -torch.stack(losses)


@equivalent(bernoulli_log_likelihood)
def bernoulli_einsum(x, logits):
    """The two sums as inner products."""
    x, logits = x.flatten(1), logits.flatten(1)
    white = torch.einsum("np,np->n", x, F.logsigmoid(logits))
    return white + torch.einsum("np,np->n", 1 - x, F.logsigmoid(-logits))


@equivalent(bernoulli_log_likelihood)
def bernoulli_batch_matrix_product(x, logits):
    """x·a as a row times a column."""
    x, logits = x.flatten(1), logits.flatten(1)
    linear = torch.bmm(x.unsqueeze(1), logits.unsqueeze(2)).view(-1)
    return linear - F.softplus(logits).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_own_tensor_in_place(x, logits):
    """In place on a tensor that it made itself."""
    per_pixel = x * logits
    per_pixel -= F.softplus(logits)
    return per_pixel.flatten(1).sum(1)


@equivalent(bernoulli_log_likelihood)
def bernoulli_summed_axis_by_axis(x, logits):
    """One axis after the other, the last first."""
    total = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    while total.ndim > 1:
        total = total.sum(-1)
    return total


@equivalent(bernoulli_log_likelihood)
def bernoulli_autograd_function(x, logits):
    """Forward and backward written by hand."""

    class LogLikelihood(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, logits):
            ctx.save_for_backward(x, logits)
            return (x * logits - F.softplus(logits)).flatten(1).sum(1)

        @staticmethod
        def backward(ctx, weight):
            x, logits = ctx.saved_tensors
            weight = weight.view(-1, *[1] * (x.ndim - 1))
            return weight * logits, weight * (x - torch.sigmoid(logits))

    return LogLikelihood.apply(x, logits)


# 9-1 (d): log p(x|z) − Σ_j ½(μ_j² + e^{v_j} − 1 − v_j)


@equivalent(elbo)
def elbo_inline(log_px_given_z, mu, logvar):
    """−KL written as in the loss that everybody copies, and added."""
    return log_px_given_z + 0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(dim=1)


@equivalent(elbo)
def elbo_half_below(log_px_given_z, mu, logvar):
    """Divided by 2 after the sum, over all axes but the first."""
    kl = (mu**2 + logvar.exp() - 1 - logvar).flatten(1).sum(1) / 2
    return torch.sub(log_px_given_z, kl)


@equivalent(elbo)
def elbo_own_kl_function(log_px_given_z, mu, logvar):
    """The KL as an elementwise function of its own inside."""

    def kl_standard_normal(mu, logvar):
        return -0.5 * (1 + logvar - mu**2 - torch.exp(logvar))

    return log_px_given_z - torch.sum(kl_standard_normal(mu, logvar), dim=-1)


@equivalent(elbo)
def elbo_of_two_normals(log_px_given_z, mu, logvar):
    """The KL of two normals, 9-1 (a), with σ₂ = 1 and μ₂ = 0."""
    sigma1, sigma2 = torch.exp(0.5 * logvar), torch.ones_like(logvar)
    mu2 = torch.zeros_like(mu)
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return log_px_given_z - kl.sum(-1)


@equivalent(elbo)
def elbo_torch_normal(log_px_given_z, mu, logvar):
    """torch.distributions, component by component."""
    from torch.distributions import Normal, kl_divergence

    q = Normal(mu, torch.exp(0.5 * logvar))
    return log_px_given_z - kl_divergence(q, Normal(0.0, 1.0)).sum(-1)


@equivalent(elbo)
def elbo_independent_normal(log_px_given_z, mu, logvar):
    """torch.distributions, all components as one event."""
    from torch.distributions import Independent, Normal, kl_divergence

    q = Independent(Normal(mu, (logvar / 2).exp()), 1)
    p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    return log_px_given_z - kl_divergence(q, p)


@equivalent(elbo)
def elbo_multivariate_normal(log_px_given_z, mu, logvar):
    """torch.distributions with diagonal matrices."""
    from torch.distributions import MultivariateNormal, kl_divergence

    q = MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(0.5 * logvar)))
    p = MultivariateNormal(torch.zeros_like(mu), scale_tril=torch.diag_embed(torch.ones_like(mu)))
    return log_px_given_z - kl_divergence(q, p)


@equivalent(elbo)
def elbo_cross_entropy_minus_entropy(log_px_given_z, mu, logvar):
    """E_q[log p(x|z)] + E_q[log p(z)] + H(q), each with its log 2π."""
    log_prior = -0.5 * (mu**2 + logvar.exp() + math.log(2 * math.pi)).sum(1)
    entropy = 0.5 * (1 + math.log(2 * math.pi) + logvar).sum(1)
    return log_px_given_z + log_prior + entropy


@equivalent(elbo)
def elbo_expm1(log_px_given_z, mu, logvar):
    """eᵛ − 1 by expm1."""
    return log_px_given_z - ((mu**2).sum(1) + (torch.expm1(logvar) - logvar).sum(1)) / 2


@equivalent(elbo)
def elbo_latent_size_subtracted(log_px_given_z, mu, logvar):
    """The ones are counted after the sum: latent_dim of them."""
    kl = 0.5 * (mu.square().sum(1) + logvar.exp().sum(1) - logvar.sum(1) - mu.size(1))
    return log_px_given_z - kl


@equivalent(elbo)
def elbo_mean_times_latent_size(log_px_given_z, mu, logvar):
    """The mean over the latent components, times their number."""
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return log_px_given_z - kl.mean(1) * kl.shape[1]


@equivalent(elbo)
def elbo_double_inside(log_px_given_z, mu, logvar):
    """Computed and returned in float64."""
    mu, logvar = mu.double(), logvar.double()
    return log_px_given_z.double() - (mu**2 + logvar.exp() - 1 - logvar).sum(-1) / 2


@equivalent(elbo)
def elbo_minus_the_loss(log_px_given_z, mu, logvar):
    """The loss first, with σ and log σ; its negative is returned."""
    sigma = torch.exp(logvar / 2)
    loss = -log_px_given_z + torch.sum(0.5 * (mu**2 + sigma**2) - sigma.log() - 0.5, dim=1)
    return -loss


@equivalent(elbo)
def elbo_log_of_variance(log_px_given_z, mu, logvar):
    """log σ² by the logarithm of the variance, which is a normal number over the whole range."""
    variance = torch.exp(logvar)
    return log_px_given_z - (0.5 * (mu * mu + variance - 1 - torch.log(variance))).sum(1)


@equivalent(elbo)
def elbo_squared_norm(log_px_given_z, mu, logvar):
    """Σ mu² as a squared length."""
    length = torch.linalg.vector_norm(mu, dim=1)
    return log_px_given_z - 0.5 * (length**2 + (logvar.exp() - logvar - 1).sum(1))


@equivalent(elbo)
def elbo_einsum(log_px_given_z, mu, logvar):
    """Σ mu² as an inner product, the rest times a vector of ones."""
    ones = torch.ones(mu.shape[1], dtype=mu.dtype, device=mu.device)
    rest = (logvar.exp() - 1 - logvar) @ ones
    return log_px_given_z - 0.5 * (torch.einsum("nj,nj->n", mu, mu) + rest)


@equivalent(elbo)
def elbo_loop_over_images(log_px_given_z, mu, logvar):
    """One image after the other."""
    results = [
        bound - 0.5 * (m.dot(m) + (v.exp() - 1 - v).sum())
        for bound, m, v in zip(log_px_given_z, mu, logvar, strict=True)
    ]
    return torch.stack(results)


@equivalent(elbo)
def elbo_loop_over_components(log_px_given_z, mu, logvar):
    """One latent component after the other is subtracted."""
    bound = log_px_given_z.clone()
    for m, v in zip(mu.unbind(1), logvar.unbind(1), strict=True):
        bound -= 0.5 * (m**2 + v.exp() - 1 - v)
    return bound


@equivalent(elbo)
def elbo_own_tensor_in_place(log_px_given_z, mu, logvar):
    """In place on tensors that it made itself."""
    kl = mu * mu
    kl += logvar.exp()
    kl.sub_(logvar).sub_(1).mul_(0.5)
    return log_px_given_z - kl.sum(1)


@equivalent(elbo)
def elbo_squared_error_to_zero(log_px_given_z, mu, logvar):
    """mu² as the squared error to 0."""
    squares = F.mse_loss(mu, torch.zeros_like(mu), reduction="none")
    return log_px_given_z - 0.5 * torch.sum(squares + logvar.exp() - 1.0 - logvar, dim=1)


@equivalent(elbo)
def elbo_kl_at_least_zero(log_px_given_z, mu, logvar):
    """A KL below 0 is rounding and may be cut off."""
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - F.relu(kl)


@equivalent(elbo)
def elbo_autograd_function(log_px_given_z, mu, logvar):
    """Forward and backward of the KL written by hand."""

    class Divergence(torch.autograd.Function):
        @staticmethod
        def forward(ctx, mu, logvar):
            ctx.save_for_backward(mu, logvar)
            return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)

        @staticmethod
        def backward(ctx, weight):
            mu, logvar = ctx.saved_tensors
            weight = weight.unsqueeze(1)
            return weight * mu, weight * 0.5 * torch.expm1(logvar)

    return log_px_given_z - Divergence.apply(mu, logvar)
