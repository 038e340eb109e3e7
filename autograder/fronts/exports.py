"""What `autograder export DIR --to NAME` can write: one function for each name.

A door that needs a heavy library imports it inside its function, so that the other doors stay fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.fronts.plain_csv import plain_csv
from autograder.results.store import write_whole
from autograder.spec import Spec

EXPORTS_FOLDER = "exports"


@dataclass(frozen=True)
class Export:
    """What a person asked for: the folder that `autograder grade --out` wrote, the course repository, the options."""

    folder: Path
    root: Path
    spec: Spec
    out: Path | None = None
    template: Path | None = None
    roster: Path | None = None

    def place(self, name: str) -> Path:
        """Where to write: --out, or `name` below folder/exports/."""
        return self.out or self.folder / EXPORTS_FOLDER / name


Door = Callable[[Export], str]
"""Writes its files and returns what a person should read: what was written, what was left out, the next step."""


def _csv(export: Export) -> str:
    path = export.place("grades.csv")
    write_whole(path, plain_csv(export.folder, export.spec))
    return f"Grades  {path}"


def _nbgrader(export: Export) -> str:
    from autograder.fronts.nbgrader.gradebook import fill_gradebook

    return fill_gradebook(export.folder, export.root, export.spec)


EXPORTS: dict[str, Door] = {
    "csv": _csv,
    "nbgrader": _nbgrader,
}


def export(name: str, request: Export) -> str:
    """Write the files of one door; the text to print.

    Raises:
        AutograderError: no door has this name, or the door's own errors.
    """
    if name not in EXPORTS:
        raise AutograderError(f"--to {name}: unknown. Choose {', '.join(sorted(EXPORTS))}.")
    return EXPORTS[name](request)
