"""`autograder export DIR --to nbgrader`: results that were graded without nbgrader, in its gradebook."""

import logging
import warnings
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from autograder.authoring.notebook import load_config
from autograder.authoring.points import cell_of
from autograder.errors import AutograderError
from autograder.fronts.gradebook import held_back
from autograder.fronts.nbgrader.exchange import exchange_marks
from autograder.fronts.nbgrader.places import NOTEBOOK
from autograder.results.classroom import read_class
from autograder.results.looks import is_held
from autograder.results.model import Result
from autograder.spec.model import Spec

LOG = logging.getLogger(__name__)


def fill_gradebook(folder: Path, root: Path, spec: Spec) -> str:
    """Store every score of a class folder and exchange people's marks with it; the text to print.

    What waits for a person's look is passed over.

    Raises:
        AutograderError: the gradebook does not know the assignment yet.
    """
    course = CourseDirectory(config=load_config(root))
    first = f"Run `nbgrader generate_assignment {spec.assignment} --force` in {root} first."
    place = course.db_url.removeprefix("sqlite:///")
    if place != course.db_url and not Path(place).exists():
        raise AutograderError(f"{place}: no such gradebook. {first}")
    classroom = read_class(folder)
    held = [r.name for r in classroom.records if is_held(r.result, classroom.standing.of(r.name))]
    records = [r for r in classroom.records if r.name not in held]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own use of its database
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                gradebook.find_notebook(NOTEBOOK, spec.assignment)
            except MissingEntry:
                raise AutograderError(
                    f"{course.db_url} knows no notebook {NOTEBOOK} of {spec.assignment}. {first}"
                ) from None
            for record in records:
                _store(gradebook, spec, record.name, record.result)
            exchange_marks(gradebook, folder, spec, [record.name for record in records], LOG)
    return "\n".join(
        [
            f"Gradebook  {place}: {len(records)} submissions, people's marks exchanged",
            "`nbgrader export` writes the totals; formgrader shows what `nbgrader autograde` has graded.",
            *held_back(held),
        ]
    )


def _store(gradebook: Any, spec: Spec, student: str, result: Result) -> None:
    """The machine's scores, as SaveAutoGrades stores them; a question without one waits for a person."""
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission(spec.assignment, student)
    cells = {question.id: cell_of(question) for question in spec.questions if question.kind == "auto"}
    for question in result.questions:
        if question.id in cells:
            grade = gradebook.find_grade(cells[question.id], NOTEBOOK, spec.assignment, student)
            grade.auto_score = None if question.score is None else min(question.score, question.max_score)
            grade.needs_manual_grade = grade.auto_score is None
    gradebook.db.commit()
