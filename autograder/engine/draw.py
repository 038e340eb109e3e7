"""Fresh inputs for a fact, reproducible from the submission's secret seed."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Shape = int | Sequence[int]


class _Words(ISeedSequence):
    """The words that a generator is seeded with, as they are. (Asked for a key, NumPy asks the system for a seed as well.)"""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> Array:
        return np.frombuffer(self._digest, dtype=dtype, count=n_words)


class Draw:
    """A seeded generator of inputs.

    Numbers are drawn in the target dtype, so that widening them to float64 gives exactly what the student's
    function received. Every fact has its own stream: adding a fact changes no other fact's inputs.
    """

    def __init__(self, seed: bytes, stream: str) -> None:
        digest = hashlib.sha256(seed + b"\0" + stream.encode()).digest()
        self.rng = np.random.Generator(np.random.Philox(_Words(digest)))  # type: ignore[arg-type]  # (NumPy's stubs know one kind)

    def normal(
        self, shape: Shape, *, mean: float = 0.0, scale: float = 1.0, dtype: DTypeLike = np.float64
    ) -> Array:
        """Normal numbers with the given mean and standard deviation."""
        return np.asarray(self.rng.normal(mean, scale, shape)).astype(dtype)

    def uniform(self, low: float, high: float, shape: Shape, *, dtype: DTypeLike = np.float64) -> Array:
        """Uniform numbers in [low, high)."""
        return np.asarray(self.rng.uniform(low, high, shape)).astype(dtype)

    def log_uniform(self, low: float, high: float, shape: Shape, *, dtype: DTypeLike = np.float64) -> Array:
        """Positive numbers whose logarithm is uniform: every order of magnitude in [low, high) is as likely."""
        return np.asarray(np.exp(self.rng.uniform(np.log(low), np.log(high), shape))).astype(dtype)

    def binary(self, shape: Shape, *, dtype: DTypeLike = np.float64) -> Array:
        """Zeros and ones with equal probability."""
        return np.asarray(self.rng.integers(0, 2, shape)).astype(dtype)

    def weights(self, shape: Shape, *, dtype: DTypeLike = np.float64) -> Array:
        """Weights of a weighted sum, none near zero: ±[0.5, 1.5)."""
        return np.asarray(self.rng.uniform(0.5, 1.5, shape) * self.rng.choice([-1.0, 1.0], shape)).astype(
            dtype
        )

    def probabilities(self, shape: Sequence[int]) -> NDArray[np.float64]:
        """Probability tables (float64) along the last axis, none of them near zero."""
        table = self.rng.uniform(0.2, 1.0, shape)
        return np.asarray(table / table.sum(-1, keepdims=True))

    def integer(self, low: int, high: int) -> int:
        """One integer in [low, high]."""
        return int(self.rng.integers(low, high + 1))
