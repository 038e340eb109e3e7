"""Writes the pages of a class folder. Each is a pure function of results, marks, grading.yml and the time."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from autograder.feedback.grades import grades_csv
from autograder.feedback.pages import class_page, staff_page, student_page
from autograder.results.answers import answer_sha256
from autograder.results.classroom import Classroom, read_class
from autograder.results.marks import MARKS, Standing, latest, read_marks
from autograder.results.model import Result
from autograder.results.pictures import Shown, read_pictures
from autograder.results.store import read_answers, write_whole
from autograder.spec.model import Spec

FEEDBACK, STAFF, INDEX, GRADES = "feedback.html", "staff.html", "index.html", "grades.csv"


def report(class_folder: Path, spec: Spec, as_of: datetime) -> None:
    """Rebuild every page and grades.csv from the JSON; `as_of` (with time zone) decides what students see."""
    classroom = read_class(class_folder)
    for record in classroom.records:
        _write(record.folder, record.result, record.answers, record.pictures, classroom.standing, spec, as_of)
    _write_class(classroom, spec, as_of)


def write_pages(folder: Path, result: Result, spec: Spec, as_of: datetime) -> None:
    """Write feedback.html and staff.html of one submission, as soon as it is graded."""
    answers = read_answers(folder)
    # A submission's name is its path below the class folder.
    class_folder = folder.parents[result.submission.name.count("/")]
    own = [m for m in read_marks(class_folder / MARKS) if m.submission == result.submission.name]
    hashes = {m.key: answer_sha256(answers.get(m.question, "")) for m in own}
    _write(folder, result, answers, read_pictures(folder), latest(own, hashes), spec, as_of)


def write_class_pages(class_folder: Path, spec: Spec, as_of: datetime) -> None:
    """Write index.html and grades.csv."""
    _write_class(read_class(class_folder), spec, as_of)


def _write(
    folder: Path,
    result: Result,
    answers: dict[str, str],
    pictures: Mapping[str, Shown],
    standing: Standing,
    spec: Spec,
    as_of: datetime,
) -> None:
    name = result.submission.name
    marks = standing.of(name)
    stale = {question: mark for (submission, question), mark in standing.stale.items() if submission == name}
    write_whole(folder / FEEDBACK, student_page(result, spec, marks, as_of))
    page = staff_page(result, spec, marks, as_of, answers=answers, pictures=pictures, stale=stale)
    write_whole(folder / STAFF, page)


def _write_class(classroom: Classroom, spec: Spec, as_of: datetime) -> None:
    write_whole(classroom.folder / INDEX, class_page(classroom, spec, as_of))
    write_whole(classroom.folder / GRADES, grades_csv(classroom, spec))
