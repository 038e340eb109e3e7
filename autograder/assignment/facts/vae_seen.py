"""What the results of a VAE show: the words of the facts for it, shared by several."""

from __future__ import annotations

import numpy as np

from autograder.assignment.facts.vae_inputs import PIXELS, Numbers
from autograder.engine.calls import Answer
from autograder.engine.expect import Tolerance, close, holds
from autograder.engine.facts import Broken, Stage

ROUNDING = Tolerance(rtol=1e-3, scale=1e-4)  # of one image computed beside others, in float32
TIGHT = Tolerance(rtol=1e-5, scale=1e-5)  # where no more than this is off, nothing was added


def alike(one: Numbers, other: Numbers, tolerance: Tolerance = ROUNDING) -> bool:
    """Equal in shape and, up to rounding, in value."""
    try:
        close(one, other, tolerance)
    except Broken:
        return False
    return True


def same(one: Answer, other: Answer) -> bool:
    """The results of two calls are equal, up to rounding."""
    return all(alike(a, b) for a, b in zip(one.values, other.values, strict=True))


def gives_again(answer: Answer, *results: int) -> bool:
    """The second of two calls gave these results (default: all) again, all in all.

    Without gradients, torch's attention takes another way, which rounds otherwise: much in a row here and there.
    """
    which = results or range(len(answer.values))
    return all(answer.repeats(i) or nearly(answer.again(i), answer.values[i]) for i in which)


def nearly(one: Numbers, other: Numbers) -> bool:
    """Equal in shape and, all in all, in value: recurrent layers carry the rounding of a few rows far."""
    return one.shape == other.shape and bool(
        np.linalg.norm(one - other) <= ROUNDING.rtol * np.linalg.norm(other)
    )


def varies(got: Numbers, what: str, cause: str) -> None:
    """The rows of a batch are not all the same."""
    holds(bool((got != got[:1]).any()), f"{what} is the same for every {cause}", got=got[:2, :8])


def within(got: Numbers, low: float, high: float) -> bool:
    return low <= float(got.min()) and float(got.max()) <= high


def rounded_to_half(got: Numbers) -> bool:
    """All numbers, of which some are not whole, are exact in a dtype of half precision."""
    if (got == np.round(got)).all():
        return False
    with np.errstate(all="ignore"):
        in_half = (got.astype(np.float16) == got).all()
    return bool(in_half or not (got.astype(np.float32).view(np.uint32) & 0xFFFF).any())


def sums_to_one(got: Numbers) -> bool:
    return bool((np.abs(got.sum(-1) - 1) < 1e-3).all())


def pressed(got: Numbers) -> bool:
    """Inside [−1, 1], with many entries at its ends: a tanh or a clamp."""
    inside = within(got, -1 - 1e-6, 1 + 1e-6) and float(got.min()) < -0.5
    return inside and float((np.abs(got) > 0.9).mean()) >= 0.15


def in_order(values: tuple[Numbers, ...]) -> None:
    """The three results of forward are not in another order."""
    wide = [value.shape[-1:] == (PIXELS,) for value in values]
    holds(
        sum(wide) != 1 or wide[0],
        f"forward returns its logits as result {wide.index(True) + 1 if any(wide) else 0}: "
        "the order is (logits, mu, logvar)",
        got=[list(value.shape) for value in values],
    )


def has_no_tight_bounds(logits: Numbers) -> None:
    """decode does not end in tanh or a clamp to [−1, 1]."""
    holds(
        not pressed(logits),
        "the result of decode never leaves [−1, 1]: logits have no bounds, does it end in tanh?",
        got=[logits.min(), logits.max()],
    )


def has_shape(answer: Answer, shape: tuple[int, ...], what: str) -> None:
    """The shape of a first result of which not every column came back."""
    found = answer.facts.get("shape")
    if found != list(shape):
        raise Broken(f"{what} should have shape {list(shape)}, got {found}", stage=Stage.SHAPE)
