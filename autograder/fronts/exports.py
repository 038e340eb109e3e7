"""What `autograder export DIR --to NAME` can write: one function for each name.

A door that needs a heavy library imports it inside its function, so that the other doors stay fast.
"""

from __future__ import annotations

from collections.abc import Callable

from autograder.errors import AutograderError
from autograder.fronts.canvas import canvas
from autograder.fronts.ci.github import github
from autograder.fronts.gradescope.door import gradescope
from autograder.fronts.junit import junit
from autograder.fronts.moodle import moodle
from autograder.fronts.plain_csv import plain_csv
from autograder.fronts.request import Export

Door = Callable[[Export], str]
"""Writes its files and returns what a person should read: what was written, what was left out, the next step."""


def _nbgrader(request: Export) -> str:
    from autograder.fronts.nbgrader.gradebook import fill_gradebook

    return fill_gradebook(request.folder, request.root, request.spec)


EXPORTS: dict[str, Door] = {
    "canvas": canvas,
    "csv": plain_csv,
    "github": github,
    "gradescope": gradescope,
    "junit": junit,
    "moodle": moodle,
    "nbgrader": _nbgrader,
}

__all__ = ["EXPORTS", "Export", "export"]


def export(name: str, request: Export) -> str:
    """Write the files of one door; the text to print.

    Raises:
        AutograderError: no door has this name, or the door's own errors.
    """
    if name not in EXPORTS:
        raise AutograderError(f"--to {name}: unknown. Choose {', '.join(sorted(EXPORTS))}.")
    return EXPORTS[name](request)
