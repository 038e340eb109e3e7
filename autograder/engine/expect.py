"""Comparisons. Each raises `Broken` with a sentence and the numbers, in the order shape → finite → value."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.engine.facts import Broken, Evidence, Stage


@dataclass(frozen=True)
class Tolerance:
    """|got − expected| ≤ rtol·|expected| + scale·max|expected|: small entries beside large ones may carry the rounding of the large."""

    rtol: float
    scale: float


EXACT = Tolerance(rtol=1e-5, scale=1e-6)  # float64 in and out
SINGLE = Tolerance(rtol=2e-4, scale=2e-5)  # float32 in and out
RELATIVE = Tolerance(rtol=1e-5, scale=0.0)  # nothing absolute: a vanishing gradient must not pass as zero


def same_shape(got: NDArray[Any], shape: tuple[int, ...], what: str = "the result") -> None:
    """The shape is exactly `shape`."""
    if got.shape != shape:
        raise Broken(
            f"{what} should have shape {shape}, got {got.shape}",
            Evidence(got=list(got.shape), expected=list(shape), relation="shape"),
            stage=Stage.SHAPE,
        )


def finite(got: NDArray[Any], what: str = "the result") -> None:
    """No inf, no nan."""
    bad = ~np.isfinite(got)
    if bad.any():
        kinds = " and ".join(k for k, m in (("nan", np.isnan(got)), ("inf", np.isinf(got))) if m.any())
        raise Broken(
            f"{what} is not finite: {int(bad.sum())} of {got.size} entries are {kinds}",
            Evidence(got=got, relation="finite"),
            stage=Stage.FINITE,
        )


def close(
    got: NDArray[Any],
    expected: ArrayLike,
    tolerance: Tolerance = EXACT,
    *,
    what: str = "the result",
    atol: float | NDArray[np.float64] = 0.0,
) -> None:
    """`got` equals `expected` in shape and value; `atol` is added where a fact needs an absolute allowance."""
    want = np.asarray(expected, dtype=np.float64)
    same_shape(got, want.shape, what)
    if want.size == 0:
        return
    if np.isfinite(want).all():
        finite(got, what)
    allowed = tolerance.rtol * np.abs(want) + tolerance.scale * np.abs(want).max() + atol
    with np.errstate(invalid="ignore"):
        off = ~((np.abs(got - want) <= allowed) | (got == want))
    if off.any():
        largest = float(np.max(np.abs(got - want)[off]))
        by = f", by up to {largest:.3g}" if np.isfinite(largest) else "; some are nan or inf"
        raise Broken(
            f"{what} differs in {int(off.sum())} of {want.size} entries{by}",
            Evidence(got=got, expected=want, relation="equal", off=np.flatnonzero(off)),
        )


def holds(condition: bool | np.bool_, message: str, *, got: Any = None, expected: Any = None) -> None:
    """A relation that is no equality; `message` says what should hold and what was found."""
    if not condition:
        raise Broken(message, Evidence(got=got, expected=expected, relation="holds"))
