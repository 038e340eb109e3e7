"""`autograder calibrate`: measure what is missing, keep every run as one line, and write docs/calibration.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.assignment.sample import read_tree
from autograder.calibration.measure import Measuring, Seeds
from autograder.calibration.page import write_pages
from autograder.calibration.record import Row, append_row, budgets, read_rows, write_rows
from autograder.course import Course
from autograder.sandbox import Zygote

ROWS = "docs/evidence/calibration.jsonl"


@dataclass(frozen=True)
class Choices:
    """The options of the command."""

    data: str | None
    seeds: Seeds
    jobs: int = 1
    device: str = "cpu"
    only: tuple[str, ...] = ()  # runs; empty: all
    measure: bool = True


def run(root: Path, choices: Choices) -> None:
    """Bring rows and pages up to date. What was measured under the same budget and code is not measured again."""
    course = Course.find(root)
    rows = read_rows(course.root / ROWS)
    if choices.measure:
        rows = _measured(course, choices, rows)
    for path in write_pages(course.root, rows, course.spec):
        print(path.relative_to(course.root))


def _measured(course: Course, choices: Choices, rows: list[Row]) -> list[Row]:
    runs = [r for r in course.sheet.runs if not choices.only or r.criterion.partition(".")[0] in choices.only]
    measuring = Measuring(
        spec=course.spec,
        runs=runs,
        solved=read_tree(course.solutions),
        data=course.data(choices.data),
        device=choices.device,
        budgets=budgets(course.spec),
    )
    tasks = list(measuring.tasks(choices.seeds))
    wanted = {task.row.key for task in tasks}
    # Rows of this data set and device under another budget or code say nothing about today's gates.
    place = {(t.row.run, t.row.data_sha256, t.row.device) for t in tasks}
    current = {(t.row.run, t.row.budget) for t in tasks}
    rows = [r for r in rows if (r.run, r.data_sha256, r.device) not in place or (r.run, r.budget) in current]
    path = course.root / ROWS
    write_rows(path, rows)
    missing = wanted - {row.key for row in rows}
    left = [task for task in tasks if task.row.key in missing]
    columns = (TextColumn("calibrate"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Zygote(device=choices.device) as zygote,
        Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as progress,
    ):
        bar = progress.add_task("calibrate", total=len(left), note="")

        def measured_one(row: Row) -> None:
            append_row(path, row)
            rows.append(row)
            progress.update(bar, advance=1, note=f"{row.run}: {row.variant}, seed {row.seed}")

        measuring.measure(left, zygote, choices.jobs, measured_one)
    return rows
