"""`nbgrader autograde` with its defaults: a course folder, one notebook per student."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path

from graders.sheet import CASES, FUNCTIONS, POINTS, RIGHT, Attack, Outcome, Place, notebook, run

TITLE = f"`nbgrader autograde`, nbgrader {version('nbgrader')}"
BIN = Path(sys.executable).parent
STUDENT, CLASSMATE = "a_student", "z_classmate"

TEST = """result = {function}({public})
assert torch.allclose(result, torch.tensor({public_value}), atol=1e-5)
### BEGIN HIDDEN TESTS
# {canary}
result = {function}({hidden})
assert torch.allclose(result, torch.tensor({hidden_value}), atol=1e-5)
### END HIDDEN TESTS
"""


def prepare(folder: Path, values: dict[str, tuple[str, str]], place: Place) -> None:
    """The source notebook and `nbgrader generate_assignment`'s release."""
    cells = [_cell("losses", f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", solution=True)]
    for function in FUNCTIONS:
        public, hidden = CASES[function]
        text = TEST.format(
            function=function,
            public=public,
            hidden=hidden,
            public_value=values[function][0],
            hidden_value=values[function][1],
            canary=place.canary,
        )
        cells.append(_cell(function, text, solution=False))
    (folder / "source" / "gm").mkdir(parents=True)
    (folder / "source" / "gm" / "losses.ipynb").write_text(notebook(cells))
    status, said = run([BIN / "nbgrader", "generate_assignment", "gm"], folder, place)
    assert status == 0, said


def grade(prepared: Path, place: Place, attack: Attack) -> Outcome:
    """Grade one student; an honest classmate after, where the attack aims at others."""
    course = place.base / "course"
    shutil.copytree(prepared, course)
    _submit(course, STUDENT, place.source(attack), place.beside(attack))
    if attack.classmate:
        _submit(course, CLASSMATE, RIGHT, {})
    status, _ = run([BIN / "nbgrader", "autograde", "gm", "--create"], course, place)
    scores = _scores(course / "gradebook.db")
    own, others = scores.get(STUDENT, {}), scores.get(CLASSMATE, {})
    classmate = sum(s or 0.0 for s in others.values()) if attack.classmate else None
    return Outcome(own, classmate, _outputs(course), status=status)


def _submit(course: Path, student: str, source: str, beside: dict[str, bytes]) -> None:
    folder = course / "submitted" / student / "gm"
    folder.mkdir(parents=True)
    released = json.loads((course / "release" / "gm" / "losses.ipynb").read_text())
    released["cells"][0]["source"] = source
    (folder / "losses.ipynb").write_text(json.dumps(released))
    for name, content in beside.items():
        (folder / name).write_bytes(content)


def _scores(gradebook: Path) -> dict[str, dict[str, float | None]]:
    """Student → function → points, as nbgrader counts them: a manual score goes before the automatic one."""
    query = """
        select submitted_assignment.student_id, base_cell.name, grade.manual_score, grade.auto_score
        from grade
        join base_cell on grade.cell_id = base_cell.id
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    """
    found: dict[str, dict[str, float | None]] = {}
    try:
        with sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True) as db:
            for student, cell, manual, automatic in db.execute(query):
                found.setdefault(student, {})[cell] = automatic if manual is None else manual
    except sqlite3.Error:
        return {}
    return found


def _outputs(course: Path) -> str:
    """The outputs of the graded notebook, which the feedback shows."""
    try:
        graded = json.loads((course / "autograded" / STUDENT / "gm" / "losses.ipynb").read_text())
    except (OSError, ValueError):
        return ""
    return json.dumps([cell.get("outputs") for cell in graded["cells"]])


def _cell(name: str, source: str, *, solution: bool) -> dict[str, object]:
    settings: dict[str, object] = {
        "schema_version": 3,
        "grade_id": name,
        "grade": not solution,
        "solution": solution,
        "locked": not solution,
        "task": False,
    }
    if not solution:
        settings["points"] = POINTS
    return {"source": source, "metadata": {"nbgrader": settings}}
