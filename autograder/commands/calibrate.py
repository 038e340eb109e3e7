"""`autograder calibrate`: measure what is missing, keep every run as one line, write gates and docs/calibration.md."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.assignment.training.gates import Device
from autograder.calibration.again import by_earlier_code, measuring
from autograder.calibration.gates import written
from autograder.calibration.measure import Seeds, Task
from autograder.calibration.page import write_pages
from autograder.calibration.record import Row, append_row, read_rows, write_rows
from autograder.course import SPEC_FILE, Course
from autograder.errors import AutograderError
from autograder.results.store import write_whole
from autograder.sandbox import Zygote

ROWS = "docs/evidence/calibration.jsonl"
SAME = 1e-6  # relative difference of a number that the same code gives again on the same machine


@dataclass(frozen=True)
class Choices:
    """The options of the command."""

    data: str | None
    seeds: Seeds
    jobs: int = 1
    device: str = "cpu"
    only: tuple[str, ...] = ()  # runs; empty: all
    measure: bool = True
    carry_over: bool = False
    earlier: Path | None = None  # a checkout of the code that gave the older runs


def run(root: Path, choices: Choices) -> None:
    """Bring rows, gates and pages up to date. What was measured under the same budget and code is not measured again."""
    if choices.device not in get_args(Device):
        raise AutograderError(f"--device {choices.device}: unknown. Choose cpu or cuda.")
    course = Course.find(root)
    rows = read_rows(course.root / ROWS)
    if choices.measure:
        rows = _Calibrating(course, choices).rows(rows)
    spec_file = course.root / SPEC_FILE
    write_whole(spec_file, written(spec_file.read_text("utf-8"), rows, course.spec))
    print(SPEC_FILE)
    for path in write_pages(course.root, rows, Course(course.root).spec):
        print(path.relative_to(course.root))


class _Calibrating:
    """The tasks of one call of the command, and the rows that they give."""

    def __init__(self, course: Course, choices: Choices) -> None:
        self.file, self.choices = course.root / ROWS, choices
        self.measuring = measuring(course, choices.data, choices.device, choices.only)
        self.tasks = list(self.measuring.tasks(choices.seeds))

    def rows(self, rows: list[Row]) -> list[Row]:
        """`rows`, with those that were missing, and without those that another budget or code makes void here."""
        if self.choices.carry_over:
            rows = self._carried_over(rows)
        places = {task.row.place for task in self.tasks}
        current = {(task.row.run, task.row.budget, task.row.code) for task in self.tasks}
        rows = [r for r in rows if r.place not in places or (r.run, r.budget, r.code) in current]
        write_rows(self.file, rows)
        known = {row.key for row in rows}

        def measured_one(row: Row) -> None:
            append_row(self.file, row)
            rows.append(row)

        self._measure([task for task in self.tasks if task.row.key not in known], measured_one)
        return rows

    def _carried_over(self, rows: list[Row]) -> list[Row]:
        """Rows of an earlier code count as today's where a run of each kind, measured again, gives the same numbers.

        On one machine the same code gives the same numbers to the last digit, so that a change of code which leaves
        the runs alone can be told from one that does not. On another machine than theirs, the numbers of a checkout of
        the earlier code are compared instead of theirs. AutograderError if a number differs.
        """
        code = self.measuring.codes
        before = {_what(r): r for r in rows if r.code != code[r.run]}
        same = [t for t in self.tasks if _what(t.row) in before]
        again = list({(t.row.run, t.variant.kind): t for t in reversed(same)}.values())
        if self.choices.earlier is not None:
            before |= self._by_earlier_code(before, again)
        found: list[Row] = []
        self._measure(again, found.append)
        for row in found:
            was = before[_what(row)].values
            if not _same(was, row.values):
                raise AutograderError(
                    f"{row.run}, {row.variant}, seed {row.seed}: {was} is now {row.values}, so the older runs say nothing "
                    "of today's code. Run `autograder calibrate` without --carry-over, or, on another machine than theirs, "
                    "with --earlier DIR."
                )
        sure = {(row.place, row.budget) for row in found}
        return [
            r.model_copy(update={"code": code[r.run]}) if (r.place, r.budget) in sure else r for r in rows
        ]

    def _by_earlier_code(self, older: Mapping[Hashable, Row], tasks: Sequence[Task]) -> dict[Hashable, Row]:
        """What the code of the older rows gives here."""
        assert self.choices.earlier is not None
        found = {}
        for row in by_earlier_code(self.choices.earlier, self.choices.data, self.choices.device, tasks):
            known = older.get(_what(row))
            if known is None or row.code != known.code:
                raise AutograderError(
                    f"{self.choices.earlier} holds other code than that of the older runs ({row.run}). Check out the "
                    "commit of which docs/evidence/calibration.jsonl is."
                )
            found[_what(row)] = row
        return found

    def _measure(self, tasks: Sequence[Task], measured_one: Callable[[Row], None]) -> None:
        with Zygote(device=self.choices.device) as zygote, _progress(len(tasks)) as advance:

            def done(row: Row) -> None:
                measured_one(row)
                advance(f"{row.run}: {row.variant}, seed {row.seed}")

            self.measuring.measure(tasks, zygote, self.choices.jobs, done)


def _what(row: Row) -> Hashable:
    """What is measured, whatever the code."""
    return (row.place, row.budget, row.variant, row.seed)


def _same(before: dict[str, float], after: dict[str, float]) -> bool:
    return before.keys() == after.keys() and all(
        math.isclose(value, after[name], rel_tol=SAME, abs_tol=SAME) for name, value in before.items()
    )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    columns = (TextColumn("calibrate"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as progress:
        bar = progress.add_task("calibrate", total=total, note="")
        yield lambda note: progress.update(bar, advance=1, note=note)
