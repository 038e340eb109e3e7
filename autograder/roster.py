"""roster.csv: who is in the course. One row a person; only the column `id` is needed.

    id,name,email,group,extension
    ada,"Lovelace, Ada",ada@example.org,team-1,
    bob,Bob Byte,bob@example.org,team-1,2
    eve,Eve Ünal,eve@example.org,,2027-01-20T12:00:00+01:00

`id` names submissions, results and marks; names are joined only in files for the course's own tools. People of one
`group` hand in together. `extension` is a number of days of 24 hours after `due`, or a deadline of one's own with
time zone.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from autograder.errors import AutograderError
from autograder.results.spreadsheet import unquoted
from autograder.results.table import Line, Table

COLUMNS = ("id", "name", "email", "group", "extension")
LONGEST_EXTENSION = 366.0  # days; more is a slip of the keyboard

Extension = timedelta | datetime | None


class RosterError(AutograderError):
    """roster.csv cannot be used; every mistake is listed with its row and the fix."""


@dataclass(frozen=True)
class Person:
    """One row."""

    id: str
    name: str = ""
    email: str = ""
    group: str = ""
    extension: Extension = None

    @property
    def keys(self) -> set[str]:
        """What other tools know this person by, folded."""
        return {folded(key) for key in (self.id, self.email) if key}


def folded(text: str) -> str:
    """Text for comparing ids, mail addresses and names: neither case nor the form of an accent counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


def read_roster(path: Path) -> tuple[Person, ...]:
    """The people in the order of the file.

    Raises:
        TableError: not a CSV file. RosterError: no column `id`, an id twice, a group called like a person, an
            extension that is neither days nor a time with its zone.
    """
    table = Table.read(path)
    where = {name: column for name in COLUMNS if (column := table.column(name)) is not None}
    if "id" not in where:
        raise RosterError(f"{path}: no column `id` in the first line. Name the column of roster ids `id`.")
    people: dict[str, Person] = {}
    mistakes = []
    for number, line in table.rows:
        try:
            person = _person(line, where)
            if folded(person.id) in people:
                raise ValueError(f"the id {person.id!r} stands twice; keep one row")
            people[folded(person.id)] = person
        except ValueError as error:
            mistakes.append(f"{path}, row {number}: {error}")
    mistakes += [
        f"{path}: the group {person.group!r} is called like the person {people[folded(person.group)].id!r}; "
        "rename the group"
        for person in people.values()
        if folded(person.group) in people
    ]
    if mistakes:
        raise RosterError("\n".join(mistakes))
    return tuple(people.values())


def _person(line: Line, where: dict[str, int]) -> Person:
    cells = {name: unquoted(line[column]).strip() for name, column in where.items()}
    if not cells["id"]:
        raise ValueError("no id; write one, or delete the row")
    return Person(
        id=cells["id"],
        name=cells.get("name", ""),
        email=cells.get("email", ""),
        group=cells.get("group", ""),
        extension=_extension(cells.get("extension", "")),
    )


def _extension(cell: str) -> Extension:
    if not cell:
        return None
    try:
        days = float(cell.replace(",", "."))
    except ValueError:
        pass
    else:
        if math.isfinite(days) and 0 <= days <= LONGEST_EXTENSION:
            return timedelta(days=days)
        raise ValueError(f"extension {cell!r}: write a number of days from 0 to {LONGEST_EXTENSION:g}")
    try:
        until = datetime.fromisoformat(cell)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise ValueError(
            f"extension {cell!r}: write a number of days, or a deadline with time zone as in 2027-01-20T12:00:00+01:00"
        )
    return until
