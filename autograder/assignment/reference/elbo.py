"""Exercise 9-1 (c), (d): the evidence lower bound and its parts, in nats."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.assignment.reference.divergence import kl_standard_normal, log_normal

Numbers = NDArray[np.float64]


def _expectation(log_q: Numbers, values: Numbers) -> Numbers:
    """Σ_z q(z) f(z) over the last axis; where q(z) = 0 nothing is added, whatever f is there."""
    q = np.exp(log_q)
    return np.asarray((q * np.where(q > 0, values, 0.0)).sum(-1))


def elbo_definition(log_joint: ArrayLike, log_q: ArrayLike) -> Numbers:
    """L = Σ_z q(z) (log p(z,x) − log q(z)), over the last axis; q(z) = 0 contributes 0.

    Sheet 9-1 (c), the integral for a latent that takes K values.
    """
    joint, q = np.asarray(log_joint, dtype=np.float64), np.asarray(log_q, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return _expectation(q, joint - q)


def elbo_decomposition(
    log_likelihood: ArrayLike, log_prior: ArrayLike, log_q: ArrayLike
) -> tuple[Numbers, Numbers]:
    """(E_q[log p(x|z)], KL(q‖p)) = (Σ q log p(x|z), Σ q (log q − log p(z))), over the last axis.

    Sheet 9-1 (c): log p(z,x) = log p(x|z) + log p(z) splits the definition in two.
    """
    likelihood, prior, q = (np.asarray(a, dtype=np.float64) for a in (log_likelihood, log_prior, log_q))
    with np.errstate(invalid="ignore"):
        return _expectation(q, likelihood), _expectation(q, q - prior)


def log_evidence(log_joint: Numbers) -> Numbers:
    """log p(x) = log Σ_z p(z,x), over the last axis, with the largest term taken out."""
    largest = log_joint.max(-1)
    return np.asarray(largest + np.log(np.exp(log_joint - largest[..., None]).sum(-1)))


def sigmoid(a: ArrayLike) -> Numbers:
    """σ(a) = 1/(1 + e^−a), as e^(−log(1 + e^−a)): no overflow on either side."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(a, dtype=np.float64))))


def bernoulli_log_likelihood(x: ArrayLike, logits: ArrayLike) -> Numbers:
    """Σ x log D + (1−x) log(1−D), D = σ(a), over all axes but the first.

    Sheet 9-1 (d). log σ(a) = −log(1 + e^−a) and log(1 − σ(a)) = −log(1 + e^a) are exact for every a.
    """
    weight, a = np.asarray(x, dtype=np.float64), np.asarray(logits, dtype=np.float64)
    per_pixel = -weight * np.logaddexp(0.0, -a) - (1 - weight) * np.logaddexp(0.0, a)
    return np.asarray(per_pixel.reshape(len(a), -1).sum(1))


def bernoulli_gradient(x: ArrayLike, logits: ArrayLike) -> Numbers:
    """∂/∂a of `bernoulli_log_likelihood`: x − σ(a)."""
    return np.asarray(np.asarray(x, dtype=np.float64) - sigmoid(logits))


def elbo(log_px_given_z: ArrayLike, mu: ArrayLike, logvar: ArrayLike) -> Numbers:
    """E_q[log p(x|z)] − KL(N(μ, diag eᵛ) ‖ N(0, I)) → (N,): the KL of independent components is a sum.

    Sheet 9-1 (d). Its derivatives are 1, −μ and ½(1 − eᵛ).
    """
    return np.asarray(np.asarray(log_px_given_z, dtype=np.float64) - kl_standard_normal(mu, logvar).sum(-1))


def linear_gaussian_posterior(x: Numbers, w: Numbers, b: Numbers, s: Numbers) -> tuple[Numbers, Numbers]:
    """Mean and variance of p(z|x) for z ~ N(0,1), x|z ~ N(wz + b, s²): v = 1/(1 + w²/s²), m = v·w(x−b)/s².

    Bishop, Pattern Recognition and Machine Learning, (2.116).
    """
    variance = 1 / (1 + (w / s) ** 2)
    return variance * w * (x - b) / s**2, variance


def linear_gaussian_evidence(x: Numbers, w: Numbers, b: Numbers, s: Numbers) -> Numbers:
    """log p(x) = log N(x; b, w² + s²). Bishop (2.115)."""
    return log_normal(x, b, np.hypot(w, s))


def linear_gaussian_expected_log_likelihood(
    x: Numbers, w: Numbers, b: Numbers, s: Numbers, mean: Numbers, variance: Numbers
) -> Numbers:
    """E_q[log N(x; wz+b, s²)] = log N(x; wm+b, s²) − w²v/(2s²) for q = N(m, v)."""
    return np.asarray(log_normal(x, w * mean + b, s) - (w / s) ** 2 * variance / 2)


def bernoulli_toy(
    x: Numbers, slope: Numbers, offset: Numbers, mean: Numbers, variance: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """(log p(x), E_q[log p(x|z)], KL(q‖p(z|x))) for z ~ N(0,1), x|z ~ Bernoulli(σ(slope·z + offset)), q = N(m, v).

    All three by the trapezoidal rule on 241 points over ±12 standard deviations: no closed form is used, not even
    that of the KL divergence, so that the ELBO must come out as log p(x) − KL(q‖p(z|x)).
    """
    nodes = np.linspace(-12.0, 12.0, 241)
    step = nodes[1] - nodes[0]

    def log_p_x_given(z: Numbers) -> Numbers:
        a = slope[..., None] * z + offset[..., None]
        return np.asarray(-np.logaddexp(0.0, np.where(x[..., None] > 0.5, -a, a)))

    evidence = np.log((np.exp(log_normal(nodes, 0.0, 1.0)) * np.exp(log_p_x_given(nodes))).sum(-1) * step)
    sigma = np.sqrt(variance)[..., None]
    z = mean[..., None] + sigma * nodes
    q = np.exp(log_normal(nodes, 0.0, 1.0)) * step
    log_q = log_normal(z, mean[..., None], sigma)
    log_posterior = log_normal(z, 0.0, 1.0) + log_p_x_given(z) - evidence[..., None]
    return evidence, (q * log_p_x_given(z)).sum(-1), (q * (log_q - log_posterior)).sum(-1)
