"""Exercise 9-1 (a), (b): KL divergences of normal distributions, in nats."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def kl_normal(mu1: ArrayLike, sigma1: ArrayLike, mu2: ArrayLike, sigma2: ArrayLike) -> Numbers:
    """KL(N(μ₁,σ₁²) ‖ N(μ₂,σ₂²)) = log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½, elementwise.

    Sheet 9-1 (a). Exact also for σ from 1e-3 to 1e3: the squares are taken of ratios.
    """
    m1, s1, m2, s2 = (np.asarray(a, dtype=np.float64) for a in (mu1, sigma1, mu2, sigma2))
    return np.asarray(np.log(s2 / s1) + ((s1 / s2) ** 2 + ((m1 - m2) / s2) ** 2) / 2 - 0.5)


def kl_normal_gradient(
    mu1: ArrayLike, sigma1: ArrayLike, mu2: ArrayLike, sigma2: ArrayLike
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Derivatives of `kl_normal` in its four arguments, with Δ = μ₁ − μ₂:

    Δ/σ₂²,  −1/σ₁ + σ₁/σ₂²,  −Δ/σ₂²,  1/σ₂ − (σ₁² + Δ²)/σ₂³.
    """
    m1, s1, m2, s2 = (np.asarray(a, dtype=np.float64) for a in (mu1, sigma1, mu2, sigma2))
    in_mu1 = (m1 - m2) / s2**2
    in_sigma1 = s1 / s2**2 - 1 / s1
    in_sigma2 = (1 - (s1 / s2) ** 2 - ((m1 - m2) / s2) ** 2) / s2
    return in_mu1, in_sigma1, -in_mu1, in_sigma2


def kl_standard_normal(mu: ArrayLike, logvar: ArrayLike) -> Numbers:
    """KL(N(μ,eᵛ) ‖ N(0,1)) = ½(μ² + eᵛ − 1 − v), v = log σ², elementwise.

    Sheet 9-1 (b): `kl_normal` with μ₂ = 0, σ₂ = 1. expm1 keeps the digits near v = 0.
    """
    m, v = np.asarray(mu, dtype=np.float64), np.asarray(logvar, dtype=np.float64)
    return np.asarray((m**2 + np.expm1(v) - v) / 2)


def log_normal(x: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Numbers:
    """log N(x; μ, σ²) = −½((x−μ)/σ)² − log σ − ½ log 2π."""
    s = np.asarray(sigma, dtype=np.float64)
    z = (np.asarray(x, dtype=np.float64) - np.asarray(mu, dtype=np.float64)) / s
    return np.asarray(-(z**2) / 2 - np.log(s) - np.log(2 * np.pi) / 2)


def kl_by_integration(mu1: Numbers, sigma1: Numbers, mu2: Numbers, sigma2: Numbers) -> Numbers:
    """∫ q(x) (log q(x) − log p(x)) dx, q = N(μ₁,σ₁²), p = N(μ₂,σ₂²), by the trapezoidal rule.

    The definition on the sheet, without the closed form. 201 points over μ₁ ± 12σ₁ are exact to rounding: for a
    Gaussian times a polynomial the rule converges faster than any power of the step.
    """
    nodes = np.linspace(-12.0, 12.0, 201)
    x = mu1[..., None] + sigma1[..., None] * nodes
    log_q = log_normal(x, mu1[..., None], sigma1[..., None])
    log_p = log_normal(x, mu2[..., None], sigma2[..., None])
    return np.asarray((np.exp(log_q) * (log_q - log_p)).sum(-1) * (nodes[1] - nodes[0]) * sigma1)
