"""A CSV file that another tool wrote, changed cell by cell: whatever is not set stays as it is, byte for byte.

The `csv` module reads values but forgets how they were written; here a cell keeps its quotes, a line its end, the
file its byte-order mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.results.store import write_whole

BOM = "\ufeff"
DELIMITERS = ",;\t"  # of a file that is not clear the first one
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"(.*)', re.DOTALL)


class TableError(AutograderError):
    """A CSV file cannot be used; the message names file, line and the fix."""


@dataclass
class Line:
    """One record: its cells as they stand in the file, and its end."""

    raw: list[str]
    end: str
    delimiter: str

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, column: int) -> str:
        """The value of a cell; a line that is too short has empty ones."""
        raw = self.raw[column] if column < len(self.raw) else ""
        quoted = _QUOTED.fullmatch(raw)
        return quoted[1].replace('""', '"') + quoted[2] if quoted else raw

    @property
    def values(self) -> list[str]:
        return [self[column] for column in range(len(self))]

    @property
    def is_blank(self) -> bool:
        return not any(raw.strip() for raw in self.raw)

    def set(self, column: int, value: str) -> None:
        """Write a value, in quotes where the cell had some or the value needs them."""
        self.raw += [""] * (column + 1 - len(self.raw))
        needed = any(c in value for c in (self.delimiter, '"', "\n", "\r"))
        quoted = needed or self.raw[column].startswith('"')
        self.raw[column] = '"' + value.replace('"', '""') + '"' if quoted else value

    def __str__(self) -> str:
        return self.delimiter.join(self.raw) + self.end


@dataclass
class Table:
    """A file's lines, the header first."""

    path: Path
    mark: str
    lines: list[Line]

    @classmethod
    def read(cls, path: Path) -> Table:
        """TableError if the file is not there, not UTF-8, empty, or a quote in it is never closed."""
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise TableError(f"{path}: not UTF-8; save it as “CSV UTF-8” and try again") from None
        except OSError as error:
            raise TableError(f"{path}: cannot be read ({error.strerror}); check the path") from None
        return cls.parse(text, path)

    @classmethod
    def parse(cls, text: str, path: Path) -> Table:
        mark = BOM if text.startswith(BOM) else ""
        text = text.removeprefix(BOM)
        lines = list(_lines(text, _delimiter(text, path), path))
        if not lines or lines[0].is_blank:
            raise TableError(f"{path}: no header in the first line; export the file again")
        return cls(path, mark, lines)

    @property
    def header(self) -> list[str]:
        return [name.strip() for name in self.lines[0].values]

    @property
    def rows(self) -> list[tuple[int, Line]]:
        """Every line below the header that is not blank, with its number as spreadsheets count."""
        return [(n, line) for n, line in enumerate(self.lines[1:], start=2) if not line.is_blank]

    def column(self, name: str) -> int | None:
        """Where the column of that name stands, if there is one."""
        return self.header.index(name) if name in self.header else None

    def __bytes__(self) -> bytes:
        return (self.mark + "".join(map(str, self.lines))).encode()

    def write(self, path: Path) -> None:
        write_whole(path, bytes(self))


def _delimiter(text: str, path: Path) -> str:
    """The delimiter that cuts the header into the most cells."""

    def cells(delimiter: str) -> int:
        try:
            return len(next(_lines(text, delimiter, path), ()))
        except TableError:
            return 0

    return max(DELIMITERS, key=cells)


def _lines(text: str, delimiter: str, path: Path) -> Iterator[Line]:
    cell = re.compile(
        rf'("[^"]*(?:""[^"]*)*"[^{delimiter}"\r\n]*|(?!")[^{delimiter}\r\n]*)({delimiter}|\r\n|\n|\r|\Z)'
    )
    position, raw = 0, list[str]()
    while position < len(text) or raw:
        found = cell.match(text, position)
        if found is None:
            number = text.count("\n", 0, position) + 1
            raise TableError(f"{path}, line {number}: a quotation mark is not closed; export the file again")
        position = found.end()
        raw.append(found[1])
        if found[2] != delimiter:
            yield Line(raw, found[2], delimiter)
            raw = []
