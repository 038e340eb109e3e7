"""`autograder forget ID DIR`: everything of one person below a folder, first shown, then removed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import AutograderError
from autograder.feedback import write_class_pages
from autograder.feedback.report import GRADES, INDEX
from autograder.fronts.request import EXPORTS_FOLDER
from autograder.results.marks import MARKS, remove_marks
from autograder.results.spreadsheet import unquoted
from autograder.results.store import RESULT, ResultError, read_result, results_in
from autograder.results.table import Line, Table, TableError
from autograder.roster import folded
from autograder.spec import Spec
from autograder.submission.intake import printable
from autograder.submission.names import ARCHIVE_SUFFIXES

NAMING = ("id", "submission")  # columns of our CSV files that name a person
ELSEWHERE = (
    "Not touched: the course tool and its downloads, other folders and machines, backups, version control, "
    "and copies that were sent or printed."
)


@dataclass
class Found:
    """What there is of one person below a folder."""

    whole: list[Path] = field(default_factory=list)  # folders and files to remove
    rows: dict[Path, int] = field(default_factory=dict)  # CSV file → rows to take out
    marks: dict[Path, int] = field(default_factory=dict)  # marks.jsonl → lines to take out
    classes: list[Path] = field(default_factory=list)  # class folders whose pages are made anew
    mentions: list[Path] = field(
        default_factory=list
    )  # other files with the id, the name or the mail address
    groups: set[str] = field(default_factory=set)
    known_as: set[str] = field(default_factory=set)  # name and mail address, where a roster says them

    @property
    def is_empty(self) -> bool:
        return not (self.whole or self.rows or self.marks)


def run(id: str, folder: Path, spec: Spec, *, really: bool) -> None:
    """Show what would be removed, or remove it."""
    if not folder.is_dir():
        raise AutograderError(f"{folder} is no folder. Give the one below which everything lies.")
    found = find(id, folder)
    if found.is_empty and not found.mentions:
        raise AutograderError(f"nothing of {id!r} below {folder}. Check the id: it is the one in the roster.")
    did = (
        ("Removed", "taken out", "made anew")
        if really
        else ("Would remove", "to take out", "to be made anew")
    )
    for path in found.whole:
        print(f"{did[0]:14} {_shown(path)}")
    for path, count in (found.rows | found.marks).items():
        print(f"{did[0]:14} {_shown(path)}: {count} row{'s' if count > 1 else ''} {did[1]}")
    for path in found.classes:
        print(f"{'Pages':14} {_shown(path / INDEX)}, {_shown(path / GRADES)} {did[2]}")
    if really:
        _remove(id, found, spec)
    for path in found.mentions:
        print(f"Still mentions {id}: {_shown(path)}. Look at it: it may be about somebody else.")
    for group in sorted(found.groups):
        print(
            f"Group {group}: its submission is also that of others and stays. Inside archives nothing is searched."
        )
    print(ELSEWHERE)
    if not really:
        print("Nothing was changed. Run it again with --yes to remove this.")


def _shown(path: Path) -> str:
    """A path below which students may have chosen names."""
    return printable(str(path))


def find(id: str, folder: Path) -> Found:
    """What is there, without changing anything. Links are not followed."""
    found = Found()
    for path in _files(folder):
        if any(whole in path.parents for whole in found.whole):
            continue
        if path.name == RESULT:
            _result(id, path, folder, found)
        elif _is_of(id, _stem(path.name)):
            found.whole.append(path)
        elif path.name == MARKS:
            if count := remove_marks(path, lambda name: _is_of(id, name), really=False):
                found.marks[path] = count
        elif path.suffix == ".csv" and path.name != GRADES:
            _table(id, path, found)
    for folder_of_class in found.classes:
        exports = folder_of_class / EXPORTS_FOLDER
        if exports.is_dir():
            found.whole.append(exports)
    found.rows = {p: n for p, n in found.rows.items() if not any(w in p.parents for w in found.whole)}
    touched = {*found.rows, *found.marks, *(c / page for c in found.classes for page in (INDEX, GRADES))}
    names = "|".join(map(re.escape, [id, *sorted(found.known_as)]))
    word = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])".encode(), re.IGNORECASE)
    found.mentions = [
        path
        for path in _files(folder)
        if path not in touched
        and path not in found.whole
        and not any(w in path.parents for w in found.whole)
        and (word.search(path.name.encode("utf-8", "replace")) or word.search(path.read_bytes()))
    ]
    return found


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (
            path for name in sorted(names) if (path := Path(place, name)).is_file() and not path.is_symlink()
        )


def _is_of(id: str, name: str) -> bool:
    """Whether a submission of that name is this person's: the id, or one of its attempts."""
    return re.fullmatch(rf"{re.escape(folded(id))}(?:-v\d+)?", folded(name)) is not None


def _stem(name: str) -> str:
    suffix = next((s for s in ARCHIVE_SUFFIXES if name.lower().endswith(s)), None)
    return name[: len(name) - len(suffix)] if suffix else ""


def _result(id: str, path: Path, folder: Path, found: Found) -> None:
    try:
        name = read_result(path).submission.name
    except ResultError:
        name = path.parent.name  # broken, but of this folder
    if _is_of(id, name) and path.parent != folder:
        found.whole.append(path.parent)
        of_class = path.parent.parents[name.count("/")]
        if of_class not in found.classes:
            found.classes.append(of_class)


def _table(id: str, path: Path, found: Found) -> None:
    try:
        table = Table.read(path)
    except TableError:
        return
    rows = _rows(id, table)
    if rows:
        found.rows[path] = len(rows)
        found.groups |= _cells(table, rows, "group")
        found.known_as |= _cells(table, rows, "name") | _cells(table, rows, "email")


def _rows(id: str, table: Table) -> list[Line]:
    columns = [column for name in NAMING if (column := table.column(name)) is not None]
    return [line for _, line in table.rows if any(_is_of(id, unquoted(line[c])) for c in columns)]


def _cells(table: Table, rows: list[Line], name: str) -> set[str]:
    """What the rows say in the column of that name."""
    column = table.column(name)
    cells = set() if column is None else {unquoted(line[column]).strip() for line in rows}
    return cells - {""}


def _remove(id: str, found: Found, spec: Spec) -> None:
    for path in found.whole:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for path in found.marks:
        remove_marks(path, lambda name: _is_of(id, name), really=True)
    for path in found.rows:
        table = Table.read(path)
        gone = _rows(id, table)
        table.lines = [line for line in table.lines if not any(line is other for other in gone)]
        table.write(path)
    for folder in found.classes:
        if any(True for _ in results_in(folder)):
            write_class_pages(folder, spec, datetime.now(UTC))
        else:
            for page in (INDEX, GRADES):
                (folder / page).unlink(missing_ok=True)
