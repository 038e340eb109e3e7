"""The loss curve of a training run as geometry; the template draws it as inline SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.feedback.text import number
from autograder.results.model import VaeTraining

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 12, 40
POINTS = 240
LABEL_HEIGHT = 18
DRAWABLE = 1e30
FAR = 20.0  # outside the drawing, where the viewport cuts the curve off, in heights of it


@dataclass(frozen=True)
class Level:
    """A horizontal line with a label."""

    name: str  # style class: trusted, gate or collapse
    y: float
    label_y: float  # labels stand right of the lines, apart from each other
    label: str


@dataclass(frozen=True)
class Tick:
    position: float
    label: str


@dataclass(frozen=True)
class Curve:
    """Everything that the drawing needs, in SVG units."""

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM  # of the viewport of the curve
    path: str
    levels: tuple[Level, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    not_finite: int  # steps without a point: nan, inf or beyond any scale


def loss_curve(run: VaeTraining) -> Curve | None:
    """Loss against step, with −ELBO as the grader measured it, the gate and the collapse level; None without a loss."""
    finite = [(i, v) for i, v in enumerate(run.loss) if not isinstance(v, str) and abs(v) < DRAWABLE]
    if not finite:
        return None
    lines = [
        (name, text, -elbo)
        for name, text, elbo in (
            ("trusted", "−ELBO", run.trusted_elbo),
            ("gate", "to pass", run.gate_elbo),
            ("collapse", "z ignored", run.collapse_elbo),
        )
        if elbo is not None
    ]
    low, high = _range([v for _, v in finite], [level for _, _, level in lines])
    last = max(len(run.loss) - 1, 1)
    steps = max(run.steps, last)  # a long run keeps only some of its losses

    def x(step: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * step / last, 1)

    def y(value: float) -> float:
        share = min(max((high - value) / (high - low), -FAR), FAR)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * share, 1)

    path = " ".join(f"{x(step)},{y(value)}" for step, value in _thinned(finite))
    return Curve(
        path=path,
        levels=spread([Level(name, y(v), y(v), f"{text} {v:.1f}") for name, text, v in lines]),
        x_ticks=tuple(Tick(x(t * last / steps), number(t)) for t in _ticks(0, steps) if t == int(t)),
        y_ticks=tuple(Tick(y(t), number(t)) for t in _ticks(low, high)),
        not_finite=len(run.loss) - len(finite),
    )


def _range(values: Sequence[float], levels: Sequence[float]) -> tuple[float, float]:
    """From the smallest to the largest, but the first steps of a run, which are far above, are cut off."""
    ordered = sorted(values)
    low = min(ordered[len(ordered) // 100], *levels, ordered[-1])
    high = max(ordered[(len(ordered) - 1) * 97 // 100], *levels, ordered[0])
    margin = 0.05 * (high - low) or max(1.0, 0.05 * abs(high))
    return low - margin, high + margin


def _thinned(steps: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """At most POINTS points: means over neighbouring steps."""
    width = math.ceil(len(steps) / POINTS)
    groups = [steps[i : i + width] for i in range(0, len(steps), width)]
    return [(sum(s for s, _ in g) / len(g), sum(v for _, v in g) / len(g)) for g in groups]


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers between low and high."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1, 2, 5, 10) if f * power >= rough)
    first = math.ceil(low / step)
    return [round(k * step, 12) for k in range(first, math.floor(high / step) + 1)]


def spread(levels: list[Level]) -> tuple[Level, ...]:
    """Labels beside their lines, moved up where they would overlap."""
    placed: list[Level] = []
    lowest = math.inf
    for level in sorted(levels, key=lambda one: -one.y):
        label_y = min(level.y, lowest)
        placed.append(Level(level.name, level.y, label_y, level.label))
        lowest = label_y - LABEL_HEIGHT
    return tuple(placed)
