"""The losses of exercise 9-2 with their derivatives, in float64 and stable for logits up to ±1000.

With D = σ(a), a the logit and sp(a) = log(1 + eᵃ):  log D = −sp(−a)  and  log(1 − D) = −sp(a).
Source: the sheet's 9-2 (b)–(d); Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014, sections 3 and 4.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def softplus(a: ArrayLike) -> Numbers:
    """sp(a) = log(1 + eᵃ), without overflow."""
    return np.asarray(np.logaddexp(0.0, np.asarray(a, dtype=np.float64)))


def sigmoid(a: ArrayLike) -> Numbers:
    """σ(a) = 1/(1 + e⁻ᵃ) = e^(−sp(−a)): relatively exact also where it is tiny."""
    return np.asarray(np.exp(-softplus(-np.asarray(a, dtype=np.float64))))


def discriminator_loss(logits_real: ArrayLike, logits_fake: ArrayLike) -> float:
    """J_D = −½ E[log D(x)] − ½ E[log(1 − D(G(z)))] = ½ mean sp(−r) + ½ mean sp(f); 9-2 (b)."""
    return float(0.5 * softplus(-np.asarray(logits_real)).mean() + 0.5 * softplus(logits_fake).mean())


def discriminator_gradients(logits_real: ArrayLike, logits_fake: ArrayLike) -> tuple[Numbers, Numbers]:
    """∂J_D/∂r = −σ(−r)/(2N) and ∂J_D/∂f = σ(f)/(2M)."""
    real, fake = np.asarray(logits_real), np.asarray(logits_fake)
    return -sigmoid(-real) / (2 * real.size), sigmoid(fake) / (2 * fake.size)


def generator_loss_minimax(logits_real: ArrayLike, logits_fake: ArrayLike) -> float:
    """J_G = −J_D; 9-2 (c)."""
    return -discriminator_loss(logits_real, logits_fake)


def minimax_gradient(logits_fake: ArrayLike) -> Numbers:
    """∂J_G/∂f = −σ(f)/(2M): vanishes as D(G(z)) = σ(f) → 0, the answer to 9-2 (d)."""
    fake = np.asarray(logits_fake)
    return -sigmoid(fake) / (2 * fake.size)


def generator_loss_nonsaturating(logits_fake: ArrayLike) -> float:
    """J = −½ E[log D(G(z))] = ½ mean sp(−f); 9-2 (d)."""
    return float(0.5 * softplus(-np.asarray(logits_fake)).mean())


def nonsaturating_gradient(logits_fake: ArrayLike) -> Numbers:
    """∂J/∂f = −σ(−f)/(2M): tends to −1/(2M) as D(G(z)) → 0."""
    fake = np.asarray(logits_fake)
    return -sigmoid(-fake) / (2 * fake.size)


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> float:
    """JSD(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m), m = (p + q)/2, for tables of positive probabilities, in nats."""
    first, second = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    middle = (first + second) / 2
    divergences = (first * np.log(first / middle)).sum() + (second * np.log(second / middle)).sum()
    return float(divergences / 2)
