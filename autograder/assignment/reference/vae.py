"""Reparameterisation of exercise 9-1 (e) and what its noise must look like.

Source: Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, section 2.4.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def sigma(logvar: ArrayLike) -> Numbers:
    """σ = e^(logvar/2)."""
    return np.asarray(np.exp(np.asarray(logvar, dtype=np.float64) / 2))


def reparameterize(mu: ArrayLike, logvar: ArrayLike, noise: ArrayLike) -> Numbers:
    """z = μ + σ·ε with σ = e^(logvar/2)."""
    return np.asarray(np.asarray(mu, dtype=np.float64) + sigma(logvar) * np.asarray(noise, dtype=np.float64))


def reparameterize_gradients(mu: ArrayLike, z: ArrayLike, weights: ArrayLike) -> tuple[Numbers, Numbers]:
    """Of Σ c·z, whatever ε was: ∂/∂μ = c and ∂/∂logvar = c·½(z − μ)."""
    c = np.asarray(weights, dtype=np.float64)
    return c, c * (np.asarray(z, dtype=np.float64) - np.asarray(mu, dtype=np.float64)) / 2


def noise_of(mu: ArrayLike, logvar: ArrayLike, z: ArrayLike) -> Numbers:
    """ε = (z − μ)/σ."""
    return np.asarray((np.asarray(z, dtype=np.float64) - np.asarray(mu, dtype=np.float64)) / sigma(logvar))
