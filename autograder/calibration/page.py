"""docs/calibration.md and its pictures, made from the rows and from the gates in grading.yml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.training.gates import MARGIN, gate_for
from autograder.calibration.choose import LEAST_SEEDS, closest
from autograder.calibration.fit import Fit, fit
from autograder.calibration.measures import MEASURES, Bounds, Measure, bounds_of, passes
from autograder.calibration.picture import picture
from autograder.calibration.record import SETTINGS, Row, budgets, codes, is_todays
from autograder.calibration.variants import UNSEEN
from autograder.errors import SpecError
from autograder.results.store import write_whole
from autograder.spec import Spec

PAGE = "docs/calibration.md"

INTRODUCTION = f"""# What the training gates rest on

Made by `autograder calibrate`, from the runs in [calibration.jsonl](evidence/calibration.jsonl) and the gates in
`grading.yml`, which it chose from them. Every run goes through the sandboxes and judges that submissions go through; a run
counts here with its first seed, whereas in grading one that fails is repeated once with another.

A bound lies half way, on the logarithm, between the worst run of a right solution (the model solution and other right ones,
as seen, or as the model solution's spread lets expect once in a thousand) and the nearest run of the bugs that the number is
to see, and at most a factor of 3 from the worst right run. The runs with fresh seeds had no part in that. On a class of
device that is not in this list the CPU's gates hold, every bound {MARGIN:.0%} wider, and the result says "not calibrated on
this device".

False fail: the chance that one run of the model solution misses the bound, predicted by Student's t from the seeds that
were run, on the logarithm of the number; in brackets its square, the chance that both runs miss. It assumes that the
logarithm is normal out to that distance, which no number of seeds that can be run proves. A bug is caught if it misses one
bound; numbers that do are bold. A run that ended early, or whose numbers are not finite, has none and is caught. Slips of a
training loop (no zero_grad, no step, no detach, one optimiser for both players, the same z in every step, images that are
standardised) have no row: optimiser, loop, batches and noise are the grader's.
"""


@dataclass(frozen=True)
class Group:
    """The rows of one run on one data set and device, with the bounds of today's gates."""

    run: str
    data: str
    device: str
    rows: tuple[Row, ...]
    bounds: dict[str, Bounds]
    older: int  # rows that were measured with another budget or training code than today's

    @property
    def measures(self) -> list[Measure]:
        return [m for m in MEASURES if m.run == self.run]

    def values(self, measure: Measure, kind: str) -> list[float]:
        return [
            row.values[measure.name] for row in self.rows if row.kind == kind and measure.name in row.values
        ]

    def caught_by(self, row: Row) -> list[str]:
        """The measures by which a row misses a gate; what it has not is missed, too."""
        return [
            m.text
            for m in self.measures
            if m.name in self.bounds
            and (m.name not in row.values or not passes(row.values[m.name], self.bounds[m.name]))
        ]


def write_pages(root: Path, rows: Sequence[Row], spec: Spec) -> list[Path]:
    """Write the page and a picture of every data set and device; their paths."""
    text, written = [INTRODUCTION], []
    found = list(groups(rows, spec))
    for data, device in dict.fromkeys((g.data, g.device) for g in found):
        own = [g for g in found if (g.data, g.device) == (data, device)]
        image = root / "docs" / "images" / f"calibration-{data}-{device}.svg"
        write_whole(image, picture(own))
        written.append(image)
        text.append(
            f"## {data}, {device}\n\n![Numbers of right solutions and bugs against the gates](images/{image.name})\n"
        )
        text += [section(group) for group in own]
    write_whole(root / PAGE, "\n".join(text))
    return [root / PAGE, *written]


def groups(rows: Sequence[Row], spec: Spec) -> Iterator[Group]:
    """By data set, device and run, in the order of the rows."""
    budget, code = budgets(spec), codes()
    for data, device, run in dict.fromkeys((r.data, r.device, r.run) for r in rows):
        own = tuple(r for r in rows if (r.data, r.device, r.run) == (data, device, run))
        older = sum(not is_todays(row, budget, code) for row in own)
        yield Group(run, data, device, own, _todays_bounds(spec, own[0]), older)


def _todays_bounds(spec: Spec, row: Row) -> dict[str, Bounds]:
    """The bounds that hold in grading where this row was measured; none if there is no gate."""
    settings = SETTINGS[row.run].of(spec.training[row.run])
    try:
        gate, _ = gate_for(settings, settings.gates, row.data, row.data_sha256, row.device)
    except SpecError:
        return {}
    return bounds_of(gate.model_dump())


def section(group: Group) -> str:
    """The tables of one run."""
    head = (
        "| number | passes | model solution | margin | false fail | worst of other right ones | closest bug |"
    )
    lines = [f"### {group.run}\n", head, "|---|---|---|---|---|---|---|"]
    lines += [_line(group, measure) for measure in group.measures]
    names = " | ".join(m.text for m in group.measures)
    lines += [
        "",
        f"| bug | caught | {names} | not seen because |",
        "|---|---|" + "---|" * (len(group.measures) + 1),
    ]
    lines += [_bug(group, name) for name in dict.fromkeys(r.variant for r in group.rows if r.kind == "bug")]
    lines += ["", *_right(group)]
    if group.older:
        lines.append(
            f"Of these runs {group.older} were made with an earlier budget or training code; `autograder calibrate` makes "
            "them again."
        )
    return "\n".join(lines) + "\n"


def _right(group: Group) -> Iterator[str]:
    """How many right runs pass, by kind, and the chance that a right submission fails."""
    right = [row for row in group.rows if row.kind != "bug"]
    missed = [row for row in right if group.caught_by(row)]
    passed = [
        f"{sum(r.kind == kind and r not in missed for r in right)} of {sum(r.kind == kind for r in right)} runs {of}"
        for kind, of in (
            ("reference", "of the model solution"),
            ("fresh", "of it with fresh seeds"),
            ("other", f"of {len({r.variant for r in right if r.kind == 'other'})} other right ones"),
        )
    ]
    yield f"Right solutions that pass: {', '.join(passed)}."
    if missed:
        yield f"Not: {', '.join(f'{row.variant} (seed {row.seed})' for row in missed)}."
    once = false_fail(group)
    if once is not None:
        yield f"That a run of the model solution misses one of these bounds: {once:.1g}; that the repeat does, too: {once**2:.1g}."


def false_fail(group: Group) -> float | None:
    """Estimated chance that one run of the model solution misses one of the bounds; None if too few were run."""
    fits = [f for m in group.measures if (f := _worst(group, m)) is not None]
    return sum(f.false_fail for f in fits) if fits else None


def _worst(group: Group, measure: Measure) -> Fit | None:
    """The model solution's runs against the nearer bound."""
    values = group.values(measure, "reference")
    if len(values) < LEAST_SEEDS:
        return None
    bounds = group.bounds.get(measure.name, (None, None))
    fits = [
        fit(values, bound, above=above) for bound, above in zip(bounds, (True, False), strict=True) if bound
    ]
    return min(fits, key=lambda f: f.margin, default=None)


def _line(group: Group, measure: Measure) -> str:
    bounds = group.bounds.get(measure.name, (None, None))
    values = group.values(measure, "reference")
    others = group.values(measure, "other")
    if len(values) < LEAST_SEEDS:
        return f"| {measure.text} | {_bounds(bounds)} | {len(values)} seeds: too few | | | | |"
    worst = _worst(group, measure)
    mean = sum(values) / len(values)
    spread = fit(values, mean, above=True)
    return (
        f"| {measure.text} | {_bounds(bounds)} | {mean:.4g} ± {spread.sd:.2g} (n = {len(values)}, {min(values):.4g} to "
        f"{max(values):.4g}) | {_margin(worst)} | {_chance(worst)} | {_range(others)} | {_closest(group, measure)} |"
    )


def _margin(worst: Fit | None) -> str:
    return "" if worst is None else f"{worst.margin:.1f} sd"


def _chance(worst: Fit | None) -> str:
    return "not a gate" if worst is None else f"{worst.false_fail:.1g} ({worst.false_fail**2:.1g})"


def _range(values: Sequence[float], missed: bool = False) -> str:
    """The values from the least to the largest, in bold where all miss the gate."""
    ends = list(dict.fromkeys(f"{value:.4g}" for value in (min(values), max(values)))) if values else ["none"]
    text = " to ".join(ends)
    return f"**{text}**" if missed else text


def _bounds(bounds: Bounds) -> str:
    low, high = bounds
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"≥ {low:g}" if low is not None else (f"≤ {high:g}" if high is not None else "–")


def _closest(group: Group, measure: Measure) -> str:
    """The bug that this gate catches by the least."""
    bounds = group.bounds.get(measure.name)
    return (closest(group.rows, measure.name, bounds) if bounds else None) or "–"


def _bug(group: Group, name: str) -> str:
    rows = [row for row in group.rows if row.variant == name]
    caught = sum(1 for row in rows if group.caught_by(row))
    numbers = [
        _range([row.values[m.name] for row in rows if m.name in row.values], _missed(group, m, rows))
        for m in group.measures
    ]
    why = "" if caught == len(rows) else UNSEEN.get((group.run, name), "unexplained")
    return f"| {name} | {caught} of {len(rows)} | {' | '.join(numbers)} | {why} |"


def _missed(group: Group, measure: Measure, rows: Sequence[Row]) -> bool:
    bounds = group.bounds.get(measure.name)
    return bounds is not None and all(
        measure.name not in row.values or not passes(row.values[measure.name], bounds) for row in rows
    )
