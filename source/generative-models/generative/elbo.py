"""Exercise 9-1 (c), (d): the evidence lower bound (ELBO) and the reconstruction term."""

import torch
import torch.nn.functional as F
from torch import Tensor


def elbo_definition(log_joint: Tensor, log_q: Tensor) -> Tensor:
    """The ELBO as it is defined, for a latent z that takes K values. Exercise 9-1 (c).

        L = Σ_z q(z) (log p(z, x) − log q(z))

    The integral of the sheet becomes a sum over the last axis, so that the result is exact.

    Args:
        log_joint: log p(z, x) for each of the K values of z, shape (…, K).
        log_q: log q(z), shape (…, K); exp(log_q) sums to 1 over the last axis. It may hold −inf:
            a value of z with q(z) = 0 contributes 0. float32 or float64.

    Returns:
        The ELBO in nats, shape (…).

    Example:
        p(z, x) = (0.2, 0.2) and q = (0.5, 0.5) give log 0.4 = −0.9163.

    Graded range:
        log_joint in [−1000, 1000], q(z) from 0 to 1. The value and the gradient in log_joint are finite and
        right over the whole range, also where q(z) = 0; the gradient in log_q is judged where all q(z) > 0.
    """
    ### BEGIN SOLUTION 9-1 (c)
    q = log_q.exp()
    log_ratio = torch.where(q > 0, log_joint - log_q, 0.0)  # else 0 · (log p − (−inf)) = nan
    return (q * log_ratio).sum(-1)
    ### END SOLUTION


def elbo_decomposition(log_likelihood: Tensor, log_prior: Tensor, log_q: Tensor) -> tuple[Tensor, Tensor]:
    """The two terms of the rearranged ELBO, for a latent z that takes K values. Exercise 9-1 (c).

        reconstruction = E_q[log p(x|z)],   kl = KL(q ‖ p),   ELBO = reconstruction − kl

    Args:
        log_likelihood: log p(x|z) for each of the K values of z, shape (…, K).
        log_prior: log p(z), shape (…, K); exp(log_prior) sums to 1 over the last axis.
        log_q: log q(z), shape (…, K); exp(log_q) sums to 1 over the last axis. It may hold −inf:
            a value of z with q(z) = 0 contributes 0 to both terms. float32 or float64.

    Returns:
        The pair (reconstruction, kl) in nats, each of shape (…). kl ≥ 0, and reconstruction − kl equals
        elbo_definition(log_likelihood + log_prior, log_q).

    Example:
        p(x|z) = (0.4, 0.4), p(z) = (0.5, 0.5) and q = (0.5, 0.5) give (log 0.4, 0) = (−0.9163, 0).

    Graded range:
        log_likelihood in [−1000, 1000], log_prior from −85 to 0, q(z) from 0 to 1. Values are finite and right
        over the whole range, also where q(z) = 0, and so is the gradient in log_likelihood; the gradients in
        log_prior and log_q are judged where all q(z) > 0.
    """
    ### BEGIN SOLUTION 9-1 (c)
    q = log_q.exp()
    reconstruction = (q * torch.where(q > 0, log_likelihood, 0.0)).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl
    ### END SOLUTION


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """The reconstruction term of an image under a Bernoulli decoder. Exercise 9-1 (d).

        log p(x|z) = Σ x log D + (1 − x) log(1 − D),   D = sigmoid(logits)

    The sum runs over all axes but the first. Grey values x between 0 and 1 serve as weights of the two
    logarithms; only for x ∈ {0, 1} is the result the logarithm of a probability. (Therefore
    torch.distributions.Bernoulli refuses grey values unless you pass validate_args=False.)

    Args:
        x: images with values in [0, 1], shape (N, …), for example (N, 784) or (N, 1, 28, 28).
        logits: the decoder's output before the sigmoid, same shape as x. float32 or float64.

    Returns:
        One number in nats per image, shape (N,), at most 0.

    Example:
        logits = 0 on 784 pixels gives −784 log 2 = −543.427, whatever x is.

    Graded range:
        |logits| ≤ 1000, x in [0, 1]. The value is finite and the gradient in logits is right over the whole
        range, without clamping. Taken literally, log(1 − sigmoid(a)) is −inf in float32 from a = 17.
    """
    ### BEGIN SOLUTION 9-1 (d)
    # log D = logsigmoid(a) and log(1 − D) = logsigmoid(−a) never take the logarithm of a rounded 0.
    per_pixel = x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)
    ### END SOLUTION


def elbo(log_px_given_z: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """The ELBO of a variational autoencoder with q = N(mu, exp(logvar)) and p = N(0, I). Exercise 9-1 (d).

        ELBO = E_q[log p(x|z)] − KL(q ‖ N(0, I))

    One sample of z per image estimates the expectation, so log_px_given_z stands for the first term. The KL
    divergence of independent components is the sum of theirs: sum over the latent axes.

    You may call your kl_standard_normal. Import it inside the function: then a slip in divergence.py does
    not keep this file from loading.

    Args:
        log_px_given_z: log p(x|z), shape (N,).
        mu, logvar: mean and log sigma² of q, shape (N, latent_dim). float32 or float64.

    Returns:
        The ELBO in nats, one number per image, shape (N,): to be maximised.

    Example:
        log_px_given_z = −100, mu = (3, 0), logvar = (0, 0) gives −104.5.

    Graded range:
        |mu| ≤ 2e3, logvar in [−60, 30]. The value is finite and the gradient in all three arguments is right
        over the whole range, without clamping.
    """
    ### BEGIN SOLUTION 9-1 (d)
    from generative.divergence import kl_standard_normal

    return log_px_given_z - kl_standard_normal(mu, logvar).flatten(1).sum(1)
    ### END SOLUTION
