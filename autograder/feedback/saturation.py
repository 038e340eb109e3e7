"""The gradients that reach the generator while D learns, as geometry; the template draws them as inline SVG."""

import math
from dataclasses import dataclass

from autograder.feedback.curve import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Level, Tick, spread
from autograder.results.model import SaturationTraining

LEAST = 1e-12  # a norm of 0 is drawn here


@dataclass(frozen=True)
class Line:
    """One loss: its norms over the steps of D."""

    name: str  # style class: minimax or nonsaturating
    path: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Saturation:
    """Everything that the drawing needs, in SVG units; the scale of the norms is logarithmic."""

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    lines: tuple[Line, ...]
    labels: tuple[Level, ...]  # at the ends of the lines
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]  # powers of ten


def saturation_chart(run: SaturationTraining) -> Saturation | None:
    """log₁₀ of both norms against the steps of D; None where the run did not come to its end."""
    named = (("nonsaturating", "non-saturating", run.nonsaturating), ("minimax", "minimax", run.minimax))
    if not run.moments or any(len(norms) != len(run.moments) for _, _, norms in named):
        return None
    logs = {name: [math.log10(max(norm, LEAST)) for norm in norms] for name, _, norms in named}
    values = [value for own in logs.values() for value in own]
    low, high = math.floor(min(values)), math.ceil(max(values) + 0.05)
    last = max(run.moments[-1], 1)

    def x(step: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * step / last, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    lines, labels = [], []
    for name, text, _ in named:
        points = tuple((x(m), y(v)) for m, v in zip(run.moments, logs[name], strict=True))
        lines.append(Line(name, " ".join(f"{a},{b}" for a, b in points), points))
        labels.append(Level(name, points[-1][1], points[-1][1], text))
    return Saturation(
        lines=tuple(lines),
        labels=spread(labels),
        x_ticks=tuple(Tick(x(m), str(m)) for m in run.moments),
        y_ticks=tuple(Tick(y(power), f"{10.0**power:g}") for power in range(low, high + 1)),
    )
