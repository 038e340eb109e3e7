"""Exercise 9-1 (a), (b): Kullback-Leibler divergences of normal distributions."""

import torch
from torch import Tensor


def kl_normal(mu1: Tensor, sigma1: Tensor, mu2: Tensor, sigma2: Tensor) -> Tensor:
    """KL divergence of two univariate normal distributions. Exercise 9-1 (a).

        KL(N(mu1, sigma1²) ‖ N(mu2, sigma2²))
            = log(sigma2 / sigma1) + (sigma1² + (mu1 − mu2)²) / (2 sigma2²) − 1/2

    Args:
        mu1, sigma1: mean and standard deviation of q, sigma1 > 0.
        mu2, sigma2: mean and standard deviation of p, sigma2 > 0.
            The four tensors have shapes that broadcast together, float32 or float64.

    Returns:
        The divergence in nats, elementwise, in the broadcast shape: no sum, no mean.

    Example:
        mu1 = 1, sigma1 = 1, mu2 = 0, sigma2 = 1 gives 0.5.

    Graded range:
        sigma1, sigma2 in [1e-3, 1e3], |mu1|, |mu2| ≤ 2e3. The value is finite and the gradient in all four
        arguments is right over the whole range, without clamping.
    """
    variance_ratio = (sigma1 / sigma2) ** 2
    squared_distance = ((mu1 - mu2) / sigma2) ** 2
    return torch.log(sigma2 / sigma1) + (variance_ratio + squared_distance) / 2 - 0.5


def kl_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL divergence of a normal distribution from the standard normal. Exercise 9-1 (b).

        KL(N(mu, sigma²) ‖ N(0, 1)) with sigma² = exp(logvar)

    The formula of (a), simplified by you and written in terms of logvar = log sigma².

    Args:
        mu: mean, any shape.
        logvar: log sigma² (the logarithm of the *variance*), same shape as mu. float32 or float64.

    Returns:
        The divergence in nats, elementwise, in the shape of mu: no sum, no mean.

    Example:
        mu = 3, logvar = 0 gives 4.5.

    Graded range:
        |mu| ≤ 2e3, logvar in [−60, 30]. The value is finite and the gradient in both arguments is right over
        the whole range, without clamping.
    """
    return (mu**2 + torch.expm1(logvar) - logvar) / 2  # expm1(v) = e^v − 1 keeps its digits near v = 0
