"""Plain CSV: one row per submission, for whatever tool has no door of its own."""

from pathlib import Path

from autograder.feedback.grades import grades_csv
from autograder.results.classroom import read_class
from autograder.spec import Spec


def plain_csv(folder: Path, spec: Spec) -> str:
    """The table as text, as UTF-8 with the mark that spreadsheet programs need."""
    return "\ufeff" + grades_csv(read_class(folder), spec)
