"""Where a function is wrong that is right at typical arguments: at which extremes, for which shapes or dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.diagnosis.answers import Numbers, Seen, close, same
from autograder.diagnosis.questions import Unusual
from autograder.diagnosis.relations import listed, number

RTOL = 1e-2
RTOL_OF_LARGEST = 1e-6
SAME_VALUES = 1e-4  # single precision included
AT_MOST = 2  # kinds of places in one sentence
ATOL, ATOL_SINGLE = 1e-12, 1e-6
"""Right forms differ in rounding at extremes, and small entries beside large ones carry that of the large."""


@dataclass(frozen=True)
class Place:
    """An unusual question, the student's answer to it and the right one."""

    unusual: Unusual
    own: Seen
    right: Seen

    @property
    def wrong(self) -> bool:
        """Whether the answer is clearly not the right one. Where ours is not finite, nothing is."""
        return self.right.finite and not _right(self.own, self.right)

    @property
    def only_gradient(self) -> bool:
        """Whether the values are right to the last digits, but not the gradient."""
        return self.own.exception is None and same(self.own.outputs, self.right.outputs, SAME_VALUES)

    @property
    def only_in_place(self) -> bool:
        """Whether arguments are changed that should not be; the values of a first call may be right."""
        return bool(set(self.own.changed) - set(self.right.changed)) and self.own.form == self.right.form

    @property
    def single(self) -> bool:
        """Whether the question is asked in single precision."""
        return any(array.dtype != np.float64 for array in self.unusual.call.inputs.values())


def where_wrong(places: Sequence[Place]) -> tuple[str, str] | None:
    """The name of the kind of place where the answers are wrong, and the sentence; None if it is more than a few."""
    wrong = [place for place in places if place.unusual.at and place.wrong]
    if not wrong:
        return None
    where = list(dict.fromkeys(place.unusual.at for place in wrong))
    if all(place.only_in_place for place in wrong):
        changed = listed(sorted({name for place in wrong for name in place.own.changed}))
        large = "at large " if wrong[0].unusual.size is not None else ""
        when = f" {large}{where[0]}" if len(where) == 1 else ""
        right = all(_first_values_right(place) for place in wrong)
        start = (
            f"Your values are right, but{when} you change"
            if right
            else f"Your function is right for typical arguments, but{when} you change"
        )
        return "in_place", f"{start} {changed} in place: the caller's tensor."
    extreme = [place for place in wrong if place.unusual.size is not None]
    if len(extreme) == len(wrong) and len(where) == 1:
        # Another form has other reasons than the size of what is given.
        formed = all(place.own.exception is not None or place.own.form == place.right.form for place in wrong)
        return _extreme(extreme) if formed else None
    if len(where) > 1 and all(place.single for place in wrong):
        return "single_precision", "Your values are right in float64, but not in float32."
    if len(where) > AT_MOST or (len(where) > 1 and extreme):
        return None
    there = ", nor ".join(where)
    if all(place.single for place in wrong) and "in float32" not in there:
        there += " in float32"
    if all(place.only_gradient for place in wrong):
        return "only_usual", f"Your values are right, but your gradient is not {there}."
    return "only_usual", f"Your values are right for typical arguments, but not {there}."


def _extreme(wrong: Sequence[Place]) -> tuple[str, str]:
    """From which size on they are wrong; single precision is wrong earlier than double."""
    double = _first([place for place in wrong if not place.single])
    single = _first([place for place in wrong if place.single])
    told = double or single
    assert told is not None
    size = f"{told.unusual.at} of about {number(told.unusual.size or 0.0)} on"
    if double is None:
        size += " in float32"
    elif single is not None and (single.unusual.size or 0.0) < (double.unusual.size or 0.0):
        size += f" (in float32 from {number(single.unusual.size or 0.0)})"
    return "extremes", f"Your function is right at moderate arguments, but from {size} {_how(told)}."


def _first(places: Sequence[Place]) -> Place | None:
    return min(places, key=lambda place: place.unusual.size or 0.0, default=None)


def _how(place: Place) -> str:
    if place.own.exception is not None:
        return "it raises an exception"
    values = zip(place.own.outputs, place.right.outputs, strict=False)
    if not all(np.isfinite(own).all() for own in place.own.outputs):
        return "its values are nan or infinite"
    cut = ", and its gradient is 0 there, as after a clamp" if _cut(place) else ""
    if not all(_near(own, right, place.single) for own, right in values):
        return f"its values are wrong{cut}"
    given = [g for g in place.own.gradients.values() if g is not None]
    if not all(np.isfinite(g).all() for g in given):
        return "its gradient is nan or infinite"
    return "its gradient is 0, as after a clamp" if cut else "its gradient is wrong"


def _cut(place: Place) -> bool:
    """Whether a gradient has zeros, to the last bit, where the right one is far from 0."""
    pairs = [(place.own.gradients.get(name), right) for name, right in place.right.gradients.items()]
    return any(
        own is not None
        and right is not None
        and own.shape == right.shape
        and bool(((own == 0) & (np.abs(right) > 1e-3 * np.abs(right).max(initial=0.0))).any())
        for own, right in pairs
    )


def _first_values_right(place: Place) -> bool:
    """Whether the values of the first call are right to the last digits."""
    return close(place.own.outputs[0], place.right.outputs[0], SAME_VALUES)


def _right(own: Seen, right: Seen) -> bool:
    if own.exception is not None or (own.form, own.changed) != (right.form, right.changed):
        return False
    if len(own.outputs) != len(right.outputs):
        return False
    gradients = [(own.gradients.get(name), array) for name, array in right.gradients.items()]
    return all(
        one is other if one is None or other is None else _near(one, other, own.coarse or right.coarse)
        for one, other in [*zip(own.outputs, right.outputs, strict=True), *gradients]
    )


def _near(own: Numbers, right: Numbers, single: bool) -> bool:
    largest = float(np.abs(right).max(initial=0.0))
    return close(own, right, RTOL, max(RTOL_OF_LARGEST * largest, ATOL_SINGLE if single else ATOL))
