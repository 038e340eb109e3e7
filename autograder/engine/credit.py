"""What a function keeps although it failed: known slips cost less, and a repeated one is charged in full once.

Only what is proven counts: a hint that is exact, on a function whose failure is that mistake and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.results.model import Criterion, Status
from autograder.spec.model import CriterionSpec, Spec

UNGRADED: frozenset[Status] = frozenset({"pending", "grader_error"})
DIGITS = 4  # of a score


@dataclass(frozen=True)
class Grant:
    """The points of one failed criterion, and the sentence that says why it has any."""

    score: float
    why: str


@dataclass(frozen=True)
class _Slip:
    """A function whose failure is exactly one known mistake."""

    function: str
    question: str
    mistake: str
    failed: tuple[CriterionSpec, ...]
    earned: float  # by the criteria that passed
    points: float  # of all that was graded

    def loss(self, credit: float) -> float:
        """What the mistake costs this function if it is charged in full."""
        possible = self.earned + sum(c.points for c in self.failed)
        return self.points - min(possible, max(self.earned, credit * self.points))


def grants(spec: Spec, executed: Mapping[str, Criterion]) -> dict[str, Grant]:
    """Points for failed criteria, by id.

    A function keeps the larger of what its passed criteria earn and `credit` of its points. A mistake of several
    functions is charged in full where it costs most (the first in the order of the sheet, if that is no one function);
    the others lose `repeat` of what they would lose. A function's failed criteria share what it keeps by their points.
    """
    granted: dict[str, Grant] = {}
    by_mistake: dict[str, list[_Slip]] = {}
    for slip in _slips(spec, executed):
        by_mistake.setdefault(slip.mistake, []).append(slip)
    for mistake, slips in by_mistake.items():
        credit = spec.credit.get(mistake, 0.0)
        charged = max(slips, key=lambda slip: round(slip.loss(credit), DIGITS))
        for slip in slips:
            loss, why = (
                slip.loss(credit),
                f"A known slip: the function keeps {_percent(credit)} of its points.",
            )
            if slip is not charged and spec.repeat < 1 and loss > 0:
                loss, why = loss * spec.repeat, _elsewhere(charged, spec.repeat)
            shares = _shared(slip.points - loss - slip.earned, [c.points for c in slip.failed])
            granted |= {c.id: Grant(s, why) for c, s in zip(slip.failed, shares, strict=True) if s > 0}
    return granted


def _slips(spec: Spec, executed: Mapping[str, Criterion]) -> Iterator[_Slip]:
    """The functions with a proven mistake, in the order of the sheet."""
    for question in spec.questions:
        analytic = [c for c in question.criteria if c.kind != "training" and c.id in executed]
        for function in dict.fromkeys(c.function for c in analytic):
            graded = [c for c in analytic if c.function == function and executed[c.id].status not in UNGRADED]
            failed = tuple(c for c in graded if executed[c.id].status == "failed")
            hints = [executed[c.id].hint for c in failed]
            mistake = next((h.mistake for h in hints if h is not None and h.exact and h.mistake), None)
            if mistake is not None:
                yield _Slip(
                    function=function,
                    question=question.id,
                    mistake=mistake,
                    failed=failed,
                    earned=sum(c.points for c in graded if executed[c.id].status == "passed"),
                    points=sum(c.points for c in graded),
                )


def _shared(total: float, weights: Sequence[float]) -> list[float]:
    """`total` in proportion to the weights; each share is rounded, and they add up to the rounded total."""
    whole = sum(weights)
    upto = given = 0.0
    shares: list[float] = []
    for weight in weights:
        upto += weight
        reached = round(total * upto / whole, DIGITS) if whole else 0.0
        shares.append(min(weight, round(reached - given, DIGITS)))
        given = reached
    return shares


def _elsewhere(charged: _Slip, repeat: float) -> str:
    rest = f"only {_percent(repeat)} of the loss" if repeat else "nothing"
    return f"The same mistake is charged in full at {charged.question}, {charged.function}; here {rest}."


def _percent(fraction: float) -> str:
    return f"{100 * fraction:g} %"
