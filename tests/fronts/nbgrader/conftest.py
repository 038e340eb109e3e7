"""A course in which nbgrader has collected, graded and given feedback on the ten submissions and four more."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.building import STAGE, make_trees
from autograder.authoring.trees import write_tree
from autograder.course import Course
from autograder.results.png import png
from tests.commands.course import ROOT, SOLVED, STUBS
from tests.fronts.nbgrader.commands import nbgrader_all
from tests.fronts.ten import CARRIES, Ten
from tests.submission.packing import put_zip

ASSIGNMENT = "generative-models"
NOTEBOOK = "generative_models.ipynb"


@dataclass(frozen=True)
class Collected:
    """The course after generate_assignment, zip_collect, autograde and generate_feedback."""

    root: Path
    log: str  # without what nbgrader says in passing

    def folder(self, step: str, student: str) -> Path:
        return self.root / "build/nbgrader" / step / student / ASSIGNMENT

    def notebook(self, step: str, student: str) -> dict:
        return json.loads((self.folder(step, student) / NOTEBOOK).read_text())

    def page(self, student: str) -> str:
        return (self.folder("feedback", student) / "generative_models.html").read_text()

    @property
    def graded(self) -> Path:
        return self.root / "build/nbgrader/graded"

    @property
    def gradebook(self) -> str:
        return f"sqlite:///{self.root}/build/nbgrader/gradebook.db"


SCRIPT = "<script>steal()</script>"


def sly(trace: Path) -> dict[str, bytes]:
    """A right submission whose notebook tries what notebooks can: to run, to forge scores, to act in a browser."""
    notebook = json.loads(SOLVED[NOTEBOOK])
    cells = [
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") != "9-1b-check"
    ]
    for cell in cells:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id == "9-1a-check":
            cell["metadata"]["nbgrader"]["points"] = 1000
            forged = {"output_type": "execute_result", "data": {"text/plain": "1000"}, "metadata": {}}
            cell["outputs"] = [{**forged, "execution_count": 1}]
        if grade_id == "9-1a-written":
            cell["source"] = f"My answer, for $a<b$: {SCRIPT}"
    runs = {
        "cell_type": "code",
        "source": f"open({str(trace)!r}, 'w')",
        "outputs": [],
        "execution_count": None,
    }
    raw = {"cell_type": "raw", "source": SCRIPT}
    about = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3}
    posing = {
        "cell_type": "markdown",
        "source": SCRIPT,
        "metadata": {"nbgrader": {**about, "grade_id": "title-2"}},
    }
    extra = [{"id": f"x{n}", "metadata": {}, **cell} for n, cell in enumerate((runs, raw, posing))]
    return {**SOLVED, NOTEBOOK: json.dumps({**notebook, "cells": [*extra, *cells]}).encode()}


def odd() -> dict[str, bytes]:
    """Right code in a notebook that Jupyter would not write: each oddity would end one of nbgrader's commands."""
    notebook = json.loads(SOLVED[NOTEBOOK])
    notebook["metadata"] = {"language_info": {"name": "python", "pygments_lexer": {"a": 1}}, "title": 3}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id") == "9-1a-written":
            cell["source"] = "A lone surrogate: \ud800. \x1b[31mRed\u202e. ![x](attachment:missing.png)"
            cell["attachments"] = {"empty.png": {}, "\ud800.png": {"image/png": "AAAA"}}
        elif about.get("grade_id") == "9-1b-written":
            about["schema_version"] = 99
        elif about.get("grade_id") == "9-1c-written":
            del about["points"]
        elif about.get("grade_id") == "9-1d-written":
            cell |= {"cell_type": "code", "outputs": [], "execution_count": "x", "id": "1 2"}
    for number, about in enumerate(({"grade_id": "\ud800"}, {"grade": True}, [])):
        metadata = {"nbgrader": about, "tags": "x"}
        notebook["cells"].append(
            {"id": f"x{number}", "cell_type": "markdown", "source": "", "metadata": metadata}
        )
    return {**SOLVED, NOTEBOOK: json.dumps(notebook).encode()}


def on_paper() -> dict[str, bytes]:
    """Right code, and answers to 9-1a and 9-1c by hand: the cells of the notebook are as they were handed out."""
    photo = png(np.full((8, 8), 200, np.uint8))
    return {
        **SOLVED,
        NOTEBOOK: STUBS[NOTEBOOK],
        "written/9-1a.png": photo,
        "written/9-1c.png": photo,
    }


@pytest.fixture(scope="session")
def collected(ten: Ten, tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """Tests that change marks take a student of their own."""
    root = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(ten.course, root)
    write_tree(make_trees(ROOT, Course(ROOT).spec)[STAGE], root / STAGE)
    config = (ROOT / "nbgrader_config.py").read_text()
    (root / "nbgrader_config.py").write_text(config + "\nc.GradeByEngine.training = False\n")
    archives = root / "build/nbgrader/downloaded" / ASSIGNMENT / "archive"
    archives.mkdir(parents=True)
    for number, name in enumerate(ten.results):
        inside = f"{ASSIGNMENT}/" if number % 2 else ""
        put_zip(
            archives / f"{name}_submission.zip",
            {inside + path: content for path, content in ten.files(name).items()},
        )
    put_zip(archives / "sly.zip", sly(root / "executed"))
    put_zip(archives / "odd.zip", odd())
    put_zip(archives / "paper.zip", on_paper())
    put_zip(archives / "carries.zip", CARRIES)
    steps = (["generate_assignment", "--force"], ["zip_collect"], ["autograde"], ["generate_feedback"])
    log = nbgrader_all(root, *([step, ASSIGNMENT, *options] for step, *options in steps))
    return Collected(root, log)
