"""Inputs, instances and common calls of the facts about the class VAE."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw

Numbers = NDArray[np.float64]
Single = NDArray[np.float32]

LATENT = 20  # the default of latent_dim
PIXELS = 784


def images(draw: Draw, n: int, low: float = 0.0, high: float = 1.0) -> Single:
    """Random grey values, (n, 784)."""
    return draw.uniform(low, high, (n, PIXELS)).astype(np.float32)


def latents(draw: Draw, n: int, size: int = LATENT) -> Single:
    """Standard normal z, (n, size)."""
    return draw.normal((n, size)).astype(np.float32)


def instance(*sizes: int, moved: float = 0, **given: Any) -> Call:
    """An instance, the same for all facts that ask for it in the same words.

    `moved`: random numbers added to every parameter, and all multiplied by it, so that what it does is no matter of its
    start.
    """
    return VAE.new(*sizes, first=(1, PIXELS), moved=moved, **given)


def apart(call: Call, draw: Draw) -> Call:
    """An instance that no other fact shares: train mode may change it."""
    return call.with_noise(draw.integer(0, 2**31))


def made(answer: Answer) -> None:
    """The instance could be made and loaded."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)


def state_of(answer: Answer) -> dict[str, NDArray[Any]]:
    """The arrays of a state_dict."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)
    return {name.removeprefix("state."): array for name, array in answer.reply.tensors.items()}
