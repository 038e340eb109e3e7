"""Chooses the gates: half way between the worst right run and the nearest run of a bug that the number is to see.

Half way on the logarithm, so that a right solution and a bug have the same room. The worst right run is the worst that was
seen, or that of the model solution which its spread lets expect once in a thousand, so that few seeds make no narrow
gate; but what is only expected shifts a bound by half of the room that is left, and no more. Where that bug is far away, or no bug
lies on that side, a bound is a factor of FAR from the worst right run and no further: a number that no right run comes
near is not right because no known bug has it.

Each bound has its bugs: those by which it is placed. A bug that another number sees places none of this one's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.assignment.training.gates import Calibration, Evidence
from autograder.calibration.fit import METHOD, expected_worst, fit
from autograder.calibration.measures import GAMES, MEASURES, bounds_of, passes
from autograder.calibration.record import Row
from autograder.errors import AutograderError

FAR = 3.0
ONCE_IN = 1e-3
LEAST_SEEDS = 3  # of the model solution, for a standard deviation that says anything

COLLAPSE = ("decoder ignores z", "mean over the pixels", "z detached")
LIGHT = ("σ for σ² in the KL", "KL averaged over the components")
HEAVY = ("KL without the half", "standard deviation e^logvar")
TEACHES_NOTHING = ("sign of J_D", "no generated term", "no real term", "generated counted as real")
NOISE = ("noise written into the generator",)
SAME_TWICE = ("the minimax loss twice", "D's labels exchanged")


def chosen(run: str, rows: Sequence[Row]) -> dict[str, Any] | None:
    """The bounds of a gate, as in grading.yml, from the rows of one run, data set and device; None if they are too few.

    AutograderError if a right run lies beyond a bug.
    """
    if sum(row.kind == "reference" for row in rows) < LEAST_SEEDS:
        return None
    at = _Numbers(rows)
    if run == "vae":
        return {
            "elbo": -at.most(["minus_elbo"], COLLAPSE),
            "kl_weight": [at.least(["kl_weight_sigma"], LIGHT), at.most(["kl_weight_sigma"], HEAVY)],
        }
    if run == "gan":
        class_score, frechet, neighbours = (
            [f"{game}_{name}" for game in GAMES] for name in ("class_score", "frechet", "neighbours")
        )
        return {
            "class_score": at.least(class_score, TEACHES_NOTHING),
            "frechet": at.most(frechet, TEACHES_NOTHING),
            "neighbours": at.least(neighbours, NOISE),
        }
    start = [
        at.least(["start"], ("minimax without the half",)),
        at.most(["start"], ("non-saturating without the half",)),
    ]
    return {
        "start": start,
        "end": at.least(["end"], SAME_TWICE),
        "fall": at.least(["fall"], ("sign of J_D",)),
    }


def evidence(run: str, rows: Sequence[Row], gate: dict[str, Any]) -> Calibration:
    """What the bounds of a gate rest on."""
    numbers: dict[str, Evidence] = {}
    bounds = bounds_of(gate)
    for measure in MEASURES:
        if measure.run != run or measure.name not in bounds:
            continue
        values = [r.values[measure.name] for r in rows if r.kind == "reference" and measure.name in r.values]
        fits = [
            fit(values, bound, above=above)
            for bound, above in zip(bounds[measure.name], (True, False), strict=True)
            if bound
        ]
        worst = min(fits, key=lambda f: f.margin)
        numbers[measure.name] = Evidence(
            seeds=worst.seeds,
            mean=_short(worst.mean),
            sd=_short(worst.sd, 2),
            margin=_short(worst.margin, 2),
            false_fail=_short(worst.false_fail, 1),
            closest_bug=closest(rows, measure.name, bounds[measure.name]),
        )
    return Calibration(method=METHOD, numbers=numbers)


def closest(rows: Iterable[Row], name: str, bounds: tuple[float | None, float | None]) -> str | None:
    """The bug that misses these bounds by the least: "name: value"."""
    missed = [
        (abs(math.log(value / bound)) if value > 0 else math.inf, f"{row.variant}: {value:.4g}")
        for row in rows
        if row.kind == "bug" and (value := row.values.get(name)) is not None and not passes(value, bounds)
        for bound in bounds
        if bound
    ]
    return min(missed)[1] if missed else None


class _Numbers:
    """The numbers of right runs and of bugs, by name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def most(self, names: Sequence[str], bugs: Sequence[str]) -> float:
        """An upper bound for these numbers."""
        worst = max(self._right(names))
        beyond = min(self._of(names, bugs), default=math.inf)
        self._apart(names, worst < beyond, worst, beyond)
        worst = max(worst, min(max(self._expected(names, above=False)), math.sqrt(worst * beyond)))
        return _short(min(math.sqrt(worst * beyond), FAR * worst))

    def least(self, names: Sequence[str], bugs: Sequence[str]) -> float:
        """A lower bound for these numbers."""
        worst = min(self._right(names))
        beyond = max((v for v in self._of(names, bugs) if v > 0), default=0.0)
        self._apart(names, worst > beyond, worst, beyond)
        worst = min(worst, max(min(self._expected(names, above=True)), math.sqrt(worst * beyond)))
        return _short(max(math.sqrt(worst * beyond), worst / FAR))

    def _right(self, names: Sequence[str]) -> list[float]:
        return [
            r.values[n] for r in self.rows if r.kind in ("reference", "other") for n in names if n in r.values
        ]

    def _expected(self, names: Sequence[str], *, above: bool) -> list[float]:
        """The worst value of each number that the model solution's spread lets expect."""
        seen = ([r.values[n] for r in self.rows if r.kind == "reference" and n in r.values] for n in names)
        return [expected_worst(values, ONCE_IN, above=above) for values in seen]

    def _of(self, names: Sequence[str], bugs: Sequence[str]) -> list[float]:
        return [r.values[n] for r in self.rows if r.variant in bugs for n in names if n in r.values]

    def _apart(self, names: Sequence[str], apart: bool, worst: float, beyond: float) -> None:
        if not apart:
            raise AutograderError(
                f"no gate separates {', '.join(names)}: a right run has {worst:.4g}, a bug {beyond:.4g}. "
                "Give the run more steps in grading.yml, then `autograder calibrate`."
            )


def _short(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")
