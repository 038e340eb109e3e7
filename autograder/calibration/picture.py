"""The picture of a calibration: every run a dot, a strip for each number, the gates as lines. SVG, without a library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.calibration.measures import Measure

if TYPE_CHECKING:
    from autograder.calibration.page import Group

WIDTH, STRIP, LEFT, RIGHT, TOP = 880, 74, 20, 20, 34
LANES = {"reference": 0, "fresh": 0, "other": 1, "bug": 2}
COLOURS = {"reference": "#1f5fbf", "fresh": "#7aa7e8", "other": "#1a7f46", "bug": "#b3261e"}
LABELS = {
    "reference": "model solution",
    "fresh": "with fresh seeds",
    "other": "other right ones",
    "bug": "bugs",
}
FAR = 3.0  # decades beyond the right ones and the gates; what lies further off is drawn at the edge


def picture(groups: Sequence[Group]) -> str:
    """One SVG for the runs of one data set and device."""
    strips = [(group, measure) for group in groups for measure in group.measures]
    height = TOP + STRIP * len(strips)
    body = list(_legend())
    for index, (group, measure) in enumerate(strips):
        body += _strip(group, measure, TOP + STRIP * index)
    style = 'font-family="system-ui, sans-serif" font-size="12"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {style}>',
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _legend() -> Iterator[str]:
    x = LEFT
    for kind, label in LABELS.items():
        yield f'<circle cx="{x + 5}" cy="16" r="4" fill="{COLOURS[kind]}"/>'
        yield f'<text x="{x + 14}" y="20">{label}</text>'
        x += 130
    yield f'<line x1="{x}" x2="{x}" y1="8" y2="24" stroke="#8a5a00" stroke-width="2"/>'
    yield f'<text x="{x + 8}" y="20">gate: the shaded part is right (logarithmic)</text>'


def _strip(group: Group, measure: Measure, top: int) -> Iterator[str]:
    values = {kind: [v for v in group.values(measure, kind) if v > 0] for kind in LANES}
    low, high = group.bounds.get(measure.name, (None, None))
    anchors = [math.log10(v) for v in (*values["reference"], *values["other"], low, high) if v]
    yield f'<text x="{LEFT}" y="{top + 12}" fill="#444">{group.run}: {measure.text}</text>'
    if not anchors:
        return
    everything = [math.log10(v) for own in values.values() for v in own] + anchors
    first = max(min(everything), min(anchors) - FAR)
    last = min(max(everything), max(anchors) + FAR)
    span = (last - first) or 1.0
    first, last = first - 0.04 * span, last + 0.04 * span

    def x(value: float) -> float:
        share = (math.log10(value) - first) / (last - first)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    line = top + 18
    left, right = x(low) if low else LEFT, x(high) if high else WIDTH - RIGHT
    if low or high:
        yield f'<rect x="{left}" y="{line}" width="{round(right - left, 1)}" height="36" fill="#e7f4ec"/>'
    for bound in (low, high):
        if bound:
            yield f'<line x1="{x(bound)}" x2="{x(bound)}" y1="{line}" y2="{line + 36}" stroke="#8a5a00" stroke-width="2"/>'
            yield f'<text x="{x(bound) + 4}" y="{line + 48}" fill="#8a5a00">{bound:g}</text>'
    for kind, lane in LANES.items():
        for value in values[kind]:
            yield f'<circle cx="{x(value)}" cy="{line + 6 + 12 * lane}" r="3.5" fill="{COLOURS[kind]}" fill-opacity="0.6"/>'
