"""The gradient that reaches the generator, by hand: D(G(z)) forwards, and a derivative in the logits backwards, in float64.

Both players are ours, so their weights and the derivative of a loss in the logits of D are all that is needed. G is in
train mode, as in a game: batch normalisation with the moments of the batch (Ioffe and Szegedy, ICML 2015, section 3).
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.reference.gan import sigmoid
from autograder.assignment.training.gan_samples import EPSILON
from autograder.assignment.training.gan_shapes import SLOPE

Numbers = NDArray[np.float64]
State = Mapping[str, NDArray[Any]]


def logits_of(discriminator: State, x: Numbers) -> Numbers:
    """The discriminator's logits of images (N, pixels), (N, 1)."""
    return _Discriminator(discriminator, x).logits


def gradient_norm(generator: State, discriminator: State, z: Numbers, by_logits: Numbers) -> float:
    """The norm over all parameters of G of the gradient of a loss, given its derivative (N, 1) in the logits of D(G(z))."""
    player = _Generator(generator, z)
    by_images = _Discriminator(discriminator, player.images).backwards(by_logits)
    return math.sqrt(sum(float((gradient**2).sum()) for gradient in player.gradients(by_images)))


def images_of(generator: State, z: Numbers) -> Numbers:
    """G(z) in train mode, (N, pixels) in [0, 1]."""
    return _Generator(generator, z).images


def _wide(state: State) -> dict[str, Numbers]:
    return {name: array.astype(np.float64) for name, array in state.items()}


def _leaky(x: Numbers) -> Numbers:
    return np.where(x > 0, x, SLOPE * x)


def _leaky_slope(x: Numbers) -> Numbers:
    return np.where(x > 0, 1.0, SLOPE)


class _Discriminator:
    """One pass through linear layers 0, 2 and 4 with LeakyReLU between them."""

    def __init__(self, state: State, x: Numbers) -> None:
        self.w = _wide(state)
        self.before: list[Numbers] = []  # what each LeakyReLU gets
        hidden = x
        for linear in (0, 2):
            self.before.append(hidden @ self.w[f"layers.{linear}.weight"].T + self.w[f"layers.{linear}.bias"])
            hidden = _leaky(self.before[-1])
        self.logits = hidden @ self.w["layers.4.weight"].T + self.w["layers.4.bias"]

    def backwards(self, by_logits: Numbers) -> Numbers:
        """The derivative in the images."""
        g = by_logits @ self.w["layers.4.weight"]
        for linear, before in zip((2, 0), reversed(self.before), strict=True):
            g = (g * _leaky_slope(before)) @ self.w[f"layers.{linear}.weight"]
        return g


class _Generator:
    """One pass through two blocks of a linear layer, batch normalisation and LeakyReLU, a linear layer and a sigmoid."""

    BLOCKS = ((0, 1), (3, 4))  # linear layer and normalisation

    def __init__(self, state: State, z: Numbers) -> None:
        self.w = _wide(state)
        self.hidden = [z]  # what each linear layer gets
        self.normal: list[Numbers] = []  # (a − mean)/√(variance + ε)
        self.scale: list[Numbers] = []  # 1/√(variance + ε)
        self.before: list[Numbers] = []
        for linear, norm in self.BLOCKS:
            a = self.hidden[-1] @ self.w[f"layers.{linear}.weight"].T + self.w[f"layers.{linear}.bias"]
            self.scale.append(1 / np.sqrt(a.var(axis=0) + EPSILON))
            self.normal.append((a - a.mean(axis=0)) * self.scale[-1])
            self.before.append(
                self.normal[-1] * self.w[f"layers.{norm}.weight"] + self.w[f"layers.{norm}.bias"]
            )
            self.hidden.append(_leaky(self.before[-1]))
        self.images = sigmoid(self.hidden[-1] @ self.w["layers.6.weight"].T + self.w["layers.6.bias"])

    def gradients(self, by_images: Numbers) -> list[Numbers]:
        """The gradients of all parameters."""
        g = by_images * self.images * (1 - self.images)
        found = [g.T @ self.hidden[-1], g.sum(axis=0)]
        g = g @ self.w["layers.6.weight"]
        for index, (linear, norm) in reversed(list(enumerate(self.BLOCKS))):
            normal = self.normal[index]
            g = g * _leaky_slope(self.before[index])
            found += [(g * normal).sum(axis=0), g.sum(axis=0)]
            g = g * self.w[f"layers.{norm}.weight"]
            g = self.scale[index] * (g - g.mean(axis=0) - normal * (g * normal).mean(axis=0))
            found += [g.T @ self.hidden[index], g.sum(axis=0)]
            g = g @ self.w[f"layers.{linear}.weight"]
        return found
