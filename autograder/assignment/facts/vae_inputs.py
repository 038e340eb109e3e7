"""Inputs, instances and common calls of the facts about the class VAE."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.sandbox import Request

Numbers = NDArray[np.float64]
Single = NDArray[np.float32]

LATENT = 20  # the default of latent_dim
PIXELS = 784


@dataclass(frozen=True)
class _SameNoise(Call):
    """A call that draws the random numbers of every other call with the same `noise`."""

    noise: int = 0

    def request(self, seed: int) -> Request:
        return super().request(self.noise)


def same_noise(call: Call, noise: int) -> Call:
    return _SameNoise(call.op, call.label, call.params, call.tensors, call.outputs, noise)


def images(draw: Draw, n: int, low: float = 0.0, high: float = 1.0) -> Single:
    """Random grey values, (n, 784)."""
    return draw.uniform(low, high, (n, PIXELS)).astype(np.float32)


def latents(draw: Draw, n: int, size: int = LATENT) -> Single:
    """Standard normal z, (n, size)."""
    return draw.normal((n, size)).astype(np.float32)


def instance(*sizes: int, moved: float = 0, again: Sequence[str] = (), **given: Any) -> Call:
    """A new instance; `moved`: random numbers added to every parameter, and all multiplied by it, so that what it does
    is no matter of its start; `again`: more of them added to these."""
    return VAE.new(*sizes, first=(1, PIXELS), moved=moved, again=again, **given)


def made(answer: Answer) -> None:
    """The instance could be made and loaded."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)


def state_of(answer: Answer) -> dict[str, NDArray[Any]]:
    """The arrays of a state_dict."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)
    return {name.removeprefix("state."): array for name, array in answer.reply.tensors.items()}
