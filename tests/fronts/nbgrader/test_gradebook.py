"""`autograder export DIR --to nbgrader`: results that were graded without nbgrader reach its gradebook."""

import shutil
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.fronts.nbgrader.gradebook import fill_gradebook
from autograder.results.answers import answer_sha256
from autograder.results.marks import MARKS, Mark, append
from autograder.results.store import read_answers
from tests.commands.course import ROOT, autograder
from tests.fronts.made_class import put_look, put_submission
from tests.fronts.nbgrader.conftest import ASSIGNMENT, Collected
from tests.fronts.ten import Ten


@pytest.fixture
def untouched(collected: Collected, tmp_path: Path) -> Path:
    """The course after generate_assignment alone: its gradebook knows the cells and no submission."""
    for name in ("grading.yml", "nbgrader_config.py"):
        shutil.copy(collected.root / name, tmp_path)
    shutil.copytree(collected.root / "release", tmp_path / "release")
    place = tmp_path / "build/nbgrader/gradebook.db"
    place.parent.mkdir(parents=True)
    shutil.copy(collected.root / "build/nbgrader/gradebook.db", place)
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{place}") as gradebook:
        warnings.simplefilter("ignore")  # SQLAlchemy's, of nbgrader's own use
        for student in [s.id for s in gradebook.students]:
            gradebook.remove_student(student)
    return tmp_path


def test_scores_and_marks_of_a_class_folder_reach_the_gradebook(
    untouched: Path, ten: Ten, tmp_path: Path
) -> None:
    graded = shutil.copytree(ten.graded, tmp_path / "graded")
    answer = read_answers(graded / "right")["9-2a-written"]
    given = {"points": 3, "marker": "tom", "time": datetime(2027, 1, 1, tzinfo=UTC)}
    mark = Mark(
        submission="right", question="9-2a-written", answer_sha256=answer_sha256(answer), items=[], **given
    )
    append(graded / MARKS, [mark])
    for name, result in ten.results.items():
        if result.flags:
            put_look(graded, name, "fine")

    done = autograder("export", graded, "--to", "nbgrader", root=untouched)
    assert done.returncode == 0, done.stderr
    assert "10 submissions, people's marks exchanged" in done.stdout

    with Gradebook(f"sqlite:///{untouched}/build/nbgrader/gradebook.db") as gradebook:
        notebooks = {s.student.id: s.notebooks[0] for s in gradebook.assignment_submissions(ASSIGNMENT)}
        scores = {
            name: {
                g.name.removesuffix("-check"): g.auto_score
                for g in notebook.grades
                if g.name.endswith("-check")
            }
            for name, notebook in notebooks.items()
        }
        assert scores == ten.marks
        assert notebooks["right"].score == ten.results["right"].score + 3


def test_a_flagged_submission_reaches_the_gradebook_only_after_a_person_has_looked(
    untouched: Path, tmp_path: Path
) -> None:
    graded = tmp_path / "graded"
    put_submission(graded, "ada", 4, 3, flags=["brings_data"])
    put_submission(graded, "bob", 5, 3)

    def export() -> tuple[str, dict[str, float]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, of nbgrader's own use
            told = fill_gradebook(graded, untouched, Course(untouched).spec)
            with Gradebook(f"sqlite:///{untouched}/build/nbgrader/gradebook.db") as gradebook:
                return told, {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}

    told, scores = export()
    assert scores == {"bob": 8}
    assert told.splitlines()[0].endswith(": 1 submissions, people's marks exchanged")
    assert told.splitlines()[-1] == (
        "Flagged, and no person has let them go, so not exported "
        "(look at staff.html, set `fine` in the row `(flags)` of `autograder marks export`, import it): ada"
    )
    put_look(graded, "ada", "fine")
    told, scores = export()
    assert scores == {"ada": 7, "bob": 8}
    assert "Flagged" not in told


def test_without_a_gradebook_the_next_step_is_named(ten: Ten, tmp_path: Path) -> None:
    root = tmp_path / "course"
    (root / "build").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    with pytest.raises(
        AutograderError,
        match=r"no such gradebook\. Run `nbgrader generate_assignment generative-models --force`",
    ):
        fill_gradebook(ten.graded, root, Course(ROOT).spec)
