"""`autograder grade` of this package on the real exercise; counted are the three functions of the small sheet."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from autograder import __version__
from graders.sheet import FUNCTIONS, POINTS, RIGHT, Attack, Outcome, Place, run

TITLE = f"`autograder grade`, this package {__version__}"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
STUDENT, CLASSMATE = "a_student", "z_classmate"
HIDDEN = (ROOT / "autograder" / "assignment" / "facts" / "divergence.py").read_text("utf-8").splitlines()[0]
FILES = ("divergence.py", "elbo.py", "gan.py")


def prepare(folder: Path, values: dict[str, tuple[str, str]], place: Place) -> None:
    """A course with the repository's release and settings."""
    folder.mkdir()
    shutil.copytree(ROOT / "release", folder / "release", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "grading.yml", folder)


def grade(prepared: Path, place: Place, attack: Attack) -> Outcome:
    """Grade the student and an honest classmate. The student's code is all three files."""
    course, inbox, out = place.base / "course", place.base / "in", place.base / "out"
    shutil.copytree(prepared, course)
    key = course / ".course-key"
    key.write_text(place.canary)
    key.chmod(0o600)
    for name, source, beside in (
        (STUDENT, place.source(attack), place.beside(attack)),
        (CLASSMATE, RIGHT, {}),
    ):
        package = inbox / name / "generative"
        package.mkdir(parents=True)
        for file in FILES:
            (package / file).write_text(source)
        for file, content in beside.items():
            (inbox / name / file).write_bytes(content)
    command = [BIN / "autograder", "grade", inbox / STUDENT, inbox / CLASSMATE, "--no-training"]
    status, _ = run([*command, "--out", out, "--root", course], course, place)
    shown = out / STUDENT / "feedback.html"
    own, others = _points(out / STUDENT), _points(out / CLASSMATE)
    classmate = sum(s or 0.0 for s in others.values())
    return Outcome(own, classmate, shown.read_text("utf-8") if shown.exists() else "", HIDDEN, status)


def _points(folder: Path) -> dict[str, float | None]:
    """Function → its criteria's share of their points, times POINTS."""
    try:
        result = json.loads((folder / "result.json").read_text("utf-8"))
        criteria = [criterion for question in result["questions"] for criterion in question["criteria"]]
        points: dict[str, float | None] = {}
        for function in FUNCTIONS:
            own = [c for c in criteria if c["id"].partition(".")[0] == function]
            scores = [c["score"] for c in own]
            whole = sum(c["max_score"] for c in own)
            points[function] = None if None in scores else round(POINTS * sum(scores) / whole, 2)
        return points
    except (OSError, ValueError, KeyError, ZeroDivisionError):
        return {}
