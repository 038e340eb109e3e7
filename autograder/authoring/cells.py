"""The cells of a source notebook: what in them is solved, and whether nbgrader can take it out."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.authoring.marks import MARK_LIKE
from autograder.errors import AuthoringError

DELIMITERS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
"""nbgrader's regions that students never get; a line opens or closes one by containing `BEGIN …` or `END …`."""

DELIMITER = re.compile(rf"(?P<edge>BEGIN|END) (?P<region>{'|'.join(DELIMITERS)})")


@dataclass(frozen=True)
class Cell:
    """One cell; `place` is how messages name it."""

    place: str
    kind: str
    source: str
    metadata: Mapping[str, Any]
    attachments: Mapping[str, Any]

    @property
    def is_solution(self) -> bool:
        """Whether nbgrader expects a student's answer here."""
        return bool(self.metadata.get("nbgrader", {}).get("solution"))


@dataclass(frozen=True)
class Line:
    """One line of a cell, and whether it is for instructors only. The lines of delimiters are neither."""

    number: int
    text: str
    solved: bool


def read_cells(content: bytes, path: str) -> list[Cell]:
    """The cells of a notebook (format 4.5 or later).

    Raises AuthoringError if this is no such notebook, or if a cell has no id: reading it would draw a random one.
    """
    try:
        notebook = json.loads(content)
        version = notebook["nbformat"], notebook["nbformat_minor"]
        raw_cells = notebook["cells"]
    except (ValueError, KeyError, TypeError):
        raise AuthoringError(f"{path}: not a notebook. Save it again from Jupyter.") from None
    if version < (4, 5) or not all("id" in cell for cell in raw_cells):
        raise AuthoringError(
            f"{path}: cells without an id, so that two builds would differ. "
            "Open and save the notebook in JupyterLab (format 4.5 or later)."
        )
    return [
        Cell(
            place=f"{path}, cell {number} ({_name(cell)})",
            kind=cell["cell_type"],
            source="".join(cell["source"]),
            metadata=cell["metadata"],
            attachments=cell.get("attachments", {}),
        )
        for number, cell in enumerate(raw_cells, start=1)
    ]


def split_cell(cell: Cell) -> Iterator[Line]:
    """The lines of a cell as nbgrader sees them.

    A solution cell without a region is solved as a whole. Raises AuthoringError with cell and line for regions that
    are nested, unclosed, closed without being opened, or stand where nbgrader does not look for them.
    """
    lines = cell.source.split("\n")
    region: str | None = None
    regions = [match["region"] for line in lines if (match := DELIMITER.search(line))]
    whole = cell.is_solution and "SOLUTION" not in regions
    for number, line in enumerate(lines, start=1):
        match = DELIMITER.search(line)
        if match is None:
            if MARK_LIKE.search(line):
                _refuse(cell, number, f"{line.strip()!r} is not a mark. Write '### BEGIN SOLUTION'.")
            yield Line(number, line, solved=whole or region is not None)
        elif match["edge"] == "BEGIN":
            if region is not None:
                _refuse(cell, number, f"nested marks. Close the {region} region first.")
            region = match["region"]
        elif match["region"] != region:
            _refuse(
                cell,
                number,
                f"{match.group()} without BEGIN {match['region']}. Remove it or open the region.",
            )
        else:
            region = None
    if region is not None:
        _refuse(cell, len(lines), f"the {region} region is never closed. Write '### END {region}'.")
    if "SOLUTION" in regions and not cell.is_solution:
        _refuse(
            cell, 1, "a solution in a cell that is not an answer cell. Set its nbgrader type to an answer."
        )


def check_cells(cells: list[Cell]) -> None:
    """Raise AuthoringError for what nbgrader would let through to students, or would run on this machine."""
    for cell in cells:
        for line in split_cell(cell):
            if cell.kind == "code" and "AUTOTEST" in line.text:
                _refuse(
                    cell, line.number, "AUTOTEST would run the notebook. Write the public check out in full."
                )
        if cell.is_solution and cell.attachments:
            raise AuthoringError(
                f"{cell.place}: an image attached to an answer cell stays in the release. "
                "Attach it to the cell above, or describe it in the answer."
            )


def _name(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id") or cell["id"])


def _refuse(cell: Cell, line: int, message: str) -> NoReturn:
    raise AuthoringError(f"{cell.place}, line {line}: {message}")
