"""The list of what was collected: every submission with its time of receipt, and where it came from.

A person may write in times that a tool did not say, and give the list back to `collect --times`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from autograder.collect.download import CollectError
from autograder.results.spreadsheet import quoted, unquoted
from autograder.results.store import write_whole
from autograder.results.table import BOM, Table
from autograder.roster import folded

COLUMNS = ("submission", "received_at", "late", "source")
Row = tuple[str, float | None, bool, str]


def write_listing(path: Path, rows: Iterable[Row]) -> None:
    """Write (submission, time of receipt if known, whether the tool calls it late, where it came from)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for name, received, late, origin in rows:
        moment = "" if received is None else datetime.fromtimestamp(received, UTC).isoformat()
        writer.writerow([quoted(name), moment, "late" if late else "", quoted(origin)])
    write_whole(path, BOM + text.getvalue())


def read_times(path: Path) -> dict[str, float]:
    """Folded name of a submission → time of receipt in seconds; rows without a time are passed over.

    Raises:
        CollectError: a column is missing, or a time has no zone.
    """
    table = Table.read(path)
    name, time = table.column("submission"), table.column("received_at")
    if name is None or time is None:
        raise CollectError(f"{path}: the columns submission and received_at are needed. Name them so.")
    times = {}
    for number, line in table.rows:
        cell = line[time].strip()
        if cell:
            times[folded(unquoted(line[name]))] = _moment(cell, path, number).timestamp()
    return times


def _moment(cell: str, path: Path, number: int) -> datetime:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CollectError(
            f"{path}, row {number}: received_at {cell!r} is no time with zone; "
            "write one as in 2027-01-16T08:30:00+01:00"
        )
    return moment
