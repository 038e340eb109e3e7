"""The gap table: inputs, what came back and what was expected, row by row.

An array of a result is {"shape": […], "entries": […]} with at most 16 entries in row-major order.
"""

import math
from dataclasses import dataclass
from typing import Any

from autograder.feedback.policy import Detail
from autograder.feedback.text import number, shape
from autograder.results.model import Evidence


@dataclass(frozen=True)
class Gap:
    """One table, and below it the inputs that do not go row by row with the result."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int  # entries of the result beyond the table
    others: tuple[tuple[str, str], ...]  # name, text
    withheld: bool  # expected values exist and are not shown yet
    off: frozenset[int] = frozenset()  # rows that differ; none: the rows are not compared one by one


@dataclass(frozen=True)
class _Array:
    shape: tuple[int, ...]
    entries: tuple[Any, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def at(self, index: tuple[int, ...]) -> Any:
        """The entry that broadcasting puts at an index of the result; `…` if it was not kept."""
        own = index[len(index) - len(self.shape) :]
        flat = 0
        for position, size in zip(own, self.shape, strict=True):
            flat = flat * size + (0 if size == 1 else position)
        return self.entries[flat] if flat < len(self.entries) else "…"

    def fits(self, result: tuple[int, ...]) -> bool:
        """Whether it broadcasts to the shape of the result."""
        own = self.shape[::-1]
        return len(own) <= len(result) and all(a in (1, b) for a, b in zip(own, result[::-1], strict=False))

    def outline(self) -> "_Array":
        """The array without its numbers, if it is more than one."""
        return _Array((), (shape(self.shape),)) if self.shape else self

    def __str__(self) -> str:
        text = ", ".join(map(number, self.entries))
        more = ", …" if len(self.entries) < self.size else ""
        return f"[{text}{more}], shape {shape(self.shape)}" if self.shape else text


def gap(evidence: Evidence, detail: Detail) -> Gap | None:
    """The table that a person with this level of detail may see; None if there is nothing to show."""
    if detail < Detail.INPUTS or (evidence.got is None and not evidence.inputs):
        return None
    got, expected = _array(evidence.got), _array(evidence.expected)
    withheld = expected is not None and detail < Detail.EXPECTED
    if withheld:
        expected = None
    inputs = {name: _array(value) for name, value in evidence.inputs.items()}
    body = got if got is not None and got.size > 0 else None
    if body is None or (expected is not None and expected.shape != body.shape):
        pairs = [*inputs.items(), ("yours", got), ("expected", expected)]
        return Gap((), (), 0, _texts(pairs), withheld)
    if isinstance(evidence.got, list):  # a shape: the inputs' numbers have no part in it
        inputs = {name: a and a.outline() for name, a in inputs.items()}
    aligned = {name: a for name, a in inputs.items() if a is not None and a.fits(body.shape)}
    rows = tuple(_row(_index(k, body.shape), aligned, body, expected) for k in range(len(body.entries)))
    header = (*(["index"] if body.shape else []), *aligned, "yours")
    if expected is not None:
        header += ("expected", "difference") if any(row[-1] for row in rows) else ("expected",)
        rows = tuple(row[: len(header)] for row in rows)
    rest = [(name, a) for name, a in inputs.items() if name not in aligned]
    left_out = body.size - len(body.entries)
    return Gap(header, rows, left_out, _texts(rest), withheld, frozenset(evidence.off))


def _row(
    index: tuple[int, ...], inputs: dict[str, _Array], got: _Array, expected: _Array | None
) -> tuple[str, ...]:
    cells = [", ".join(map(str, index))] if got.shape else []
    cells += [number(a.at(index)) for a in inputs.values()]
    cells.append(number(got.at(index)))
    if expected is not None:
        cells += [number(expected.at(index)), _difference(got.at(index), expected.at(index))]
    return tuple(cells)


def _difference(got: Any, expected: Any) -> str:
    numbers = isinstance(got, int | float) and isinstance(expected, int | float)
    return number(got - expected) if numbers else ""


def _index(flat: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    index = []
    for size in reversed(sizes):
        flat, position = divmod(flat, size)
        index.append(position)
    return tuple(reversed(index))


def _array(value: Any) -> _Array | None:
    """An array, number, string or list of a result; None stays None."""
    if value is None:
        return None
    if isinstance(value, dict):
        sizes, entries = value.get("shape"), value.get("entries")
        if isinstance(sizes, list) and isinstance(entries, list) and all(isinstance(s, int) for s in sizes):
            return _Array(tuple(sizes), tuple(entries))
        return _Array((), (", ".join(f"{k}: {v}" for k, v in value.items()),))
    if isinstance(value, list):  # a shape, or another short sequence
        return _Array((), (shape(map(number, value)),))
    return _Array((), (value,))


def _texts(pairs: list[tuple[str, _Array | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(array)) for name, array in pairs if array is not None)
