"""Grades put into one column of a gradebook that a course tool exported; everything else in it stays byte for byte.

Cells that the tool wrote are left as they are even where a spreadsheet would take one for a formula: the tool looks
its people up by them. What is written is a number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from autograder.fronts.final import Grade, Grades
from autograder.fronts.request import Export, ExportError
from autograder.results.looks import HOW
from autograder.results.spreadsheet import decimal, unquoted
from autograder.results.table import Line, Table
from autograder.roster import Person, folded

PLACES = 2  # Canvas and Moodle show and compare two decimal places
SHOWN = 20


@dataclass(frozen=True)
class Filled:
    """What was written: every row with its grade, and remarks for a person."""

    rows: tuple[tuple[Line, Grade], ...]
    remarks: tuple[str, ...]


def fill(
    table: Table,
    rows: Sequence[tuple[int, Line]],
    column: int,
    identities: Collection[int],
    grades: Grades,
    request: Export,
    leave: Collection[str] = (),
) -> Filled:
    """Write every grade into its person's row; `identities` are the columns that may hold an id or a mail address.

    A row without a grade keeps its cell, so does a cell that holds one of the words in `leave`.
    ExportError if a row fits several people, or a person several rows.
    """
    found = _found(table, rows, identities, [grade.person for grade in grades.grades])
    filled, left, waiting, absent = [], [], [], []
    for grade in grades.grades:
        line = found.get(grade.person.id)
        if line is None:
            absent.append(grade.person.id)
        elif not grade.goes_out(request.partial):
            waiting.append(grade)
        elif line[column].strip().upper() in leave:
            left.append(f"{grade.person.id} ({line[column].strip()})")
        else:
            line.set(column, decimal(grade.score, PLACES))
            filled.append((line, grade))
    return Filled(
        tuple(filled),
        (
            *listed(f"No row in {table.path.name}, so not exported", absent),
            *listed("Left as they were in the file", left),
            *remarks(grades, waiting, request),
        ),
    )


def remarks(grades: Grades, waiting: Sequence[Grade], request: Export) -> list[str]:
    """What a person should look at, whatever the tool; `waiting` are the grades that were not exported."""
    schedule = request.spec.schedule
    undated = [g.person.id for g in grades.grades if g.received_at is None]
    costs = schedule.due is not None and schedule.late_per_day > 0
    return [
        *held_back(grade.person.id for grade in waiting if grade.is_held),
        *listed(
            "Could not be graded, so not exported (`autograder grade --resume` tries again)",
            [grade.person.id for grade in waiting if grade.is_ungraded],
        ),
        *listed(
            "Not graded or not marked to the end, so not exported (`--partial` exports what is there)",
            [grade.person.id for grade in waiting if not (grade.is_ungraded or grade.is_held)],
        ),
        *listed("Not decided", grades.unclear),
        *listed("Submissions of nobody in the roster (add a row, or rename the folder)", grades.strangers),
        *listed("In the roster, nothing handed in", [person.id for person in grades.nothing]),
        *(
            listed(
                "Time of receipt not known, so no late penalty (`autograder collect --times`)",
                undated,
            )
            if costs
            else []
        ),
    ]


def held_back(names: Iterable[str]) -> list[str]:
    """One line that names those who wait for a person's look, or none."""
    return listed(f"Flagged, and no person has let them go, so not exported ({HOW})", names)


def listed(what: str, names: Iterable[str]) -> list[str]:
    """One line that names them, or none."""
    every = list(names)
    if not every:
        return []
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return [f"{what}: {', '.join(every[:SHOWN])}{more}"]


def same_maximum(said: str, request: Export, tool: str) -> None:
    """ExportError unless the tool counts in the same points; an empty or unreadable cell says nothing."""
    try:
        points = float(said.strip().replace(",", "."))
    except ValueError:
        return
    if not math.isclose(points, request.spec.max_score):
        raise ExportError(
            f"{tool} counts {points:g} points, grading.yml {request.spec.max_score:g}. "
            f"Set the assignment's points in {tool} to {request.spec.max_score:g} and export its file again."
        )


def column_of(table: Table, wanted: str, request: Export) -> int:
    """The column of that exact name; ExportError lists those that are there."""
    column = table.column(wanted)
    if column is None:
        there = ", ".join(f"“{name}”" for name in table.header if name)
        raise ExportError(
            f"{table.path}: no column “{wanted}”. Give the one for the grades by --column. There are: {there}."
        )
    return column


def _found(
    table: Table, rows: Iterable[tuple[int, Line]], identities: Collection[int], people: Sequence[Person]
) -> dict[str, Line]:
    """Roster id → row."""
    known: dict[str, list[Person]] = {}
    for person in people:
        for key in person.keys:
            known.setdefault(key, []).append(person)
    found: dict[str, tuple[int, Line]] = {}
    for number, line in rows:
        cells = {folded(unquoted(line[column])) for column in identities}
        matching = {p.id for cell in cells for p in known.get(cell, ())}
        if len(matching) > 1:
            raise ExportError(
                f"{table.path}, row {number}: fits {' and '.join(sorted(matching))}. Mend the ids in the roster."
            )
        for id in matching:
            other = found.setdefault(id, (number, line))
            if other[0] != number:
                raise ExportError(
                    f"{table.path}: rows {other[0]} and {number} both fit {id}. Delete the one that is not meant."
                )
    return {id: line for id, (_, line) in found.items()}
