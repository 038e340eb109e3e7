"""Canvas: its own gradebook export with one column filled in, to be imported again.

The header begins with `Student, ID` or `LastName, FirstName, ID`; assignments are called `Title (number)`. Rows above
the first student may hold the posting policy and the points possible.
Source: instructure/canvas-lms, lib/gradebook_importer.rb.
"""

from __future__ import annotations

import re

from autograder.fronts.gradebook import column_of, fill, same_maximum
from autograder.fronts.request import Export, ExportError
from autograder.results.table import Line, Table

IDENTITIES = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
EXCUSED = "EX"


def canvas(request: Export) -> str:
    """Fill in the gradebook; the text to print."""
    table = request.filled_in("the file that Canvas' Gradebook → Export gives")
    if "ID" not in table.header or table.header[0] not in ("Student", "LastName"):
        raise ExportError(
            f"{table.path}: not a gradebook of Canvas (it begins with Student, ID). "
            "Export it from Gradebook → Export."
        )
    column = _assignment(table, request)
    identities = [table.header.index(name) for name in IDENTITIES if name in table.header]
    for line in table.lines[1:]:
        if "Points Possible" in line[0]:
            if re.search(r"read\s+only", line[column]):
                raise ExportError(f"{table.path}: “{table.header[column]}” is read only. Choose by --column.")
            same_maximum(line[column], request, "Canvas")
    students = [(number, line) for number, line in table.rows if not _describes(line)]
    filled = fill(table, students, column, identities, request.grades(), request, leave=(EXCUSED,))
    path = request.place("canvas.csv")
    table.write(path)
    return "\n".join(
        [
            f"Canvas  {path}: {len(filled.rows)} of {len(students)} rows filled in “{table.header[column]}”. "
            "Import it under Gradebook → Import.",
            *filled.remarks,
        ]
    )


def _assignment(table: Table, request: Export) -> int:
    """The column of --column, or the one that is called as the sheet, with Canvas' number behind it."""
    if request.column is not None:
        return column_of(table, request.column, request)
    title = request.spec.title
    named = [i for i, name in enumerate(table.header) if re.sub(r"\s*\(\d+\)$", "", name) == title]
    return named[0] if len(named) == 1 else column_of(table, title, request)


def _describes(line: Line) -> bool:
    """Whether a row describes the columns and is no student."""
    return "Points Possible" in line[0] or all(
        re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in line.values
    )
