"""Whether latents that show only in their decodings have a given distribution, whatever the decoder is.

Of logits whose noise is known, a linear map to that noise is learned (ridge regression); it reads, imperfectly but
alike for all, the noise behind any other logits. Each decoded row becomes a few numbers that no other row enters; two
samples of the same distribution then differ in each number by the rank statistic of Mann and Whitney (1947), whose
standard error holds for every distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SUSPECT = 3.5  # standard errors that call for the suppositions of what went wrong
ERRORS = 6.0  # standard errors that a rank statistic may be off: by chance once in 5·10⁸
CLOSE = 4.0  # a supposed distribution that is further off is not the one
RIDGE = 1e-2
SHOWN = 0.15  # mean correlation of noise that is there; by chance, of 400 rows with 20 components, 0.01
SAME = (
    0.97  # of the correlation that logits have whose noise is known: it is that noise, however it is scaled
)


@dataclass(frozen=True)
class Lens:
    """Reads the noise (n, d) behind logits (n, pixels). `order`: the components of z, from the smallest σ."""

    centre: Numbers
    scale: Numbers
    weights: Numbers
    order: NDArray[np.int64]

    @classmethod
    def learn(cls, logits: Numbers, noise: Numbers, logvar: Numbers) -> Lens:
        """From logits whose noise is known, and the log σ² of the components."""
        centre, spread = logits.mean(0), logits.std(0)
        scale = spread + 1e-6 * (spread.max() + 1e-30)
        x = (logits - centre) / scale
        # (XᵀX + λI)⁻¹ Xᵀ = Xᵀ (XXᵀ + λI)⁻¹, which is the smaller one here.
        weights = x.T @ np.linalg.solve(x @ x.T + RIDGE * len(x) * np.eye(len(x)), noise)
        return cls(centre, scale, weights, np.argsort(logvar))

    def apart(self, one: Numbers, other: Numbers) -> float:
        """How many standard errors the logits of two samples are apart, in what tells most.

        The last comparison is along the difference of the means of the first halves, between the second halves.
        """
        of_one, of_other = self._noise(one), self._noise(other)
        n, m = len(one) // 2, len(other) // 2
        shift = of_one[:n].mean(0) - of_other[:m].mean(0)
        return max(
            errors_apart(self._rows(one, of_one), self._rows(other, of_other)),
            errors_apart((of_one[n:] @ shift)[:, None], (of_other[m:] @ shift)[:, None]),
        )

    def pairs_apart(self, one: Numbers, other: Numbers) -> float:
        """How many standard errors they are apart in the products of two components of their noise."""
        i, j = np.triu_indices(self.weights.shape[1], 1)
        products = (noise[:, i] * noise[:, j] for noise in (self._noise(one), self._noise(other)))
        return errors_apart(*products)

    def shown(self, logits: Numbers, noise: Numbers) -> float:
        """How much of this noise is behind these logits: the mean correlation with what is read of them."""
        read, noise = self._noise(logits), noise[:, self.order]
        together = (read - read.mean(0)) * (noise - noise.mean(0))
        return float((together.mean(0) / (read.std(0) * noise.std(0) + 1e-30)).mean())

    def _standard(self, logits: Numbers) -> Numbers:
        return (logits - self.centre) / self.scale

    def _noise(self, logits: Numbers) -> Numbers:
        return np.asarray((self._standard(logits) @ self.weights)[:, self.order])

    def _rows(self, logits: Numbers, noise: Numbers) -> Numbers:
        """Numbers of every row (n, 5 + 2d): mean and size of its noise, where it is large, how equal, how far out; every
        component of the noise and its square."""
        squares, half = noise**2, noise.shape[1] // 2
        size = squares.mean(1) + 1e-30
        small, large = squares[:, :half].mean(1) + 1e-30, squares[:, half:].mean(1) + 1e-30
        mean = noise.mean(1)
        far = (self._standard(logits) ** 2).mean(1)
        return np.column_stack([mean, size, large / small, mean**2 / size, far, noise, squares])


def errors_apart(one: Numbers, other: Numbers) -> float:
    """How many standard errors two samples (n, k), (m, k) of rows lie apart, in that column where it is most."""
    n, m = len(one), len(other)
    columns = zip(one.T, np.sort(other, axis=0).T, strict=True)
    below = [(np.searchsorted(b, a) + np.searchsorted(b, a, "right")).mean() / (2 * m) for a, b in columns]
    return float(max(abs(share - 0.5) for share in below) / np.sqrt((n + m + 1) / (12 * n * m)))


def distinct(logits: Numbers) -> int:
    """How many rows are different."""
    return len({row.tobytes() for row in logits})
