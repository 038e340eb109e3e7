"""The gates that the rows give, as they stand in grading.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.calibration.choose import chosen, evidence
from autograder.calibration.record import Row, budgets, codes, is_todays
from autograder.spec import Spec
from autograder.spec.edit import with_gates

Entry = dict[str, Any]


def gates_of(run: str, rows: Sequence[Row], before: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The gates of a run: those that rows of today's budget and code give, and of those `before` what they do not replace.

    A gate without budget was set by a person and stays. So does `too_good`, which no row measures.
    """
    measured: list[Entry] = []
    for place in dict.fromkeys(row.place for row in rows if row.run == run):
        own = [row for row in rows if row.place == place]
        bounds = chosen(run, own)
        if bounds is None:
            continue
        first = own[0]
        key = {
            "data": first.data,
            "sha256": first.data_sha256,
            "device": first.device,
            "budget": first.budget,
        }
        kept = {g["data"]: {"too_good": g["too_good"]} for g in before if g.get("too_good") is not None}
        found = evidence(run, own, bounds).model_dump(exclude_none=True)
        measured.append({**key, **_tidy(bounds), **kept.get(first.data, {}), "evidence": found})
    replaced = [_key(gate) for gate in measured]
    return [dict(gate) for gate in before if _key(gate) not in replaced] + measured


def _tidy(bounds: Mapping[str, Any]) -> Entry:
    """Whole numbers without a point, as a person writes them."""
    return {
        name: [_whole(v) for v in value] if isinstance(value, list) else _whole(value)
        for name, value in bounds.items()
    }


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _key(gate: Mapping[str, Any]) -> tuple[Any, ...]:
    return (gate["data"], gate.get("sha256"), gate.get("device"), gate.get("budget"))


def written(text: str, rows: Sequence[Row], spec: Spec) -> str:
    """The text of grading.yml with the gates that the rows give."""
    budget, code = budgets(spec), codes()
    today = [row for row in rows if is_todays(row, budget, code)]
    for run, block in spec.training.items():
        text = with_gates(text, run, gates_of(run, today, block["gates"]))
    return text
