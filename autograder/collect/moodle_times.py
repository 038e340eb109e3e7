"""Times of receipt from Moodle's grading worksheet, which its download of the submissions lacks.

Moodle writes them for people, `Friday, 15 January 2027, 11:59 PM`, in the reader's language and time zone, without
seconds. English is read here; the zone has to be said. In the hour that occurs twice when clocks are put back, the
first one is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.collect.download import CollectError
from autograder.results.spreadsheet import unquoted
from autograder.results.table import Table
from autograder.roster import Person, folded

RECEIVED = "Last modified (submission)"
NOTHING = ("", "-")
_WRITTEN = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M")


def worksheet_times(table: Table, people: Sequence[Person], time_zone: str | None) -> dict[str, float]:
    """Folded name of a submission → seconds; of a group's members, who share one, the latest time.

    Raises:
        CollectError: no time zone, an unknown one, or a time in another language.
    """
    zone = _zone(table.path, time_zone)
    column = table.header.index(RECEIVED)
    times: dict[str, float] = {}
    for number, line in table.rows:
        cells = {folded(unquoted(cell)) for cell in line.values[:column]}
        cell = line[column].strip()
        for person in people:
            if cell not in NOTHING and person.keys & cells:
                name = folded(person.group or person.id)
                times[name] = max(times.get(name, 0.0), _moment(cell, zone, table.path, number))
    return times


def _zone(path: Path, time_zone: str | None) -> ZoneInfo:
    if time_zone is None:
        raise CollectError(
            f"{path}: Moodle's times have no zone. Give that of your Moodle profile, as --time-zone Europe/Berlin."
        )
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CollectError(
            f"--time-zone {time_zone}: unknown. Write it as continent and city, Europe/Berlin."
        ) from None


def _moment(cell: str, zone: ZoneInfo, path: Path, number: int) -> float:
    for form in _WRITTEN:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=zone).timestamp()
        except ValueError:
            continue
    raise CollectError(
        f"{path}, row {number}: {cell!r} is no time as Moodle writes it in English. Set your profile's language "
        "to English and download the worksheet again."
    )
