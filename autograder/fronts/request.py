"""What a door is asked to write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.fronts.final import Grades, final_grades
from autograder.results.classroom import read_class
from autograder.results.table import Table
from autograder.roster import read_roster
from autograder.spec import Spec

EXPORTS_FOLDER = "exports"


class ExportError(AutograderError):
    """A door cannot write its files; the message names the file and the fix."""


@dataclass(frozen=True)
class Export:
    """What a person asked for: the folder that `autograder grade --out` wrote, the course repository, the options."""

    folder: Path
    root: Path
    spec: Spec
    out: Path | None = None
    template: Path | None = None
    roster: Path | None = None
    column: str | None = None  # of the template: where the grades go
    partial: bool = False  # also grades to which something is still missing

    def place(self, name: str) -> Path:
        """Where to write: --out, or `name` below folder/exports/."""
        return self.out or self.folder / EXPORTS_FOLDER / name

    def grades(self) -> Grades:
        """Everybody's grade, late penalties included."""
        people = None if self.roster is None else read_roster(self.roster)
        return final_grades(read_class(self.folder), self.spec, people)

    def filled_in(self, source: str) -> Table:
        """The template; ExportError that says where to get it if none was given."""
        if self.template is None:
            raise ExportError(
                f"no --template: give {source}, so that the grades land in the rows and columns that are there."
            )
        return Table.read(self.template)
