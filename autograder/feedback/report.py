"""Writes the pages of a class folder. Each is a pure function of results, marks, grading.yml and the time."""

from datetime import datetime
from pathlib import Path

from autograder.feedback.grades import grades_csv
from autograder.feedback.pages import class_page, staff_page, student_page
from autograder.results.classroom import Classroom, Submitted, hashes_of, read_class
from autograder.results.marks import MARKS, Standing, latest, read_marks
from autograder.results.model import Result
from autograder.results.pictures import read_pictures
from autograder.results.store import read_answers, write_whole
from autograder.spec.model import Spec

FEEDBACK, STAFF, INDEX, GRADES = "feedback.html", "staff.html", "index.html", "grades.csv"


def report(class_folder: Path, spec: Spec, as_of: datetime) -> None:
    """Rebuild every page and grades.csv from the JSON; `as_of` (with time zone) decides what students see."""
    classroom = read_class(class_folder)
    for record in classroom.records:
        _write(record, classroom.standing, spec, as_of)
    _write_class(classroom, spec, as_of)


def write_pages(folder: Path, result: Result, spec: Spec, as_of: datetime) -> None:
    """Write feedback.html and staff.html of one submission, as soon as it is graded."""
    record = Submitted(folder, result, read_answers(folder), read_pictures(folder))
    # A submission's name is its path below the class folder.
    class_folder = folder.parents[record.name.count("/")]
    own = [m for m in read_marks(class_folder / MARKS) if m.submission == record.name]
    _write(record, latest(own, hashes_of(record)), spec, as_of)


def write_class_pages(class_folder: Path, spec: Spec, as_of: datetime) -> None:
    """Write index.html and grades.csv."""
    _write_class(read_class(class_folder), spec, as_of)


def _write(record: Submitted, standing: Standing, spec: Spec, as_of: datetime) -> None:
    marks, stale = standing.of(record.name), standing.stale_of(record.name)
    write_whole(record.folder / FEEDBACK, student_page(record.result, spec, marks, as_of))
    page = staff_page(
        record.result, spec, marks, as_of, answers=record.answers, pictures=record.pictures, stale=stale
    )
    write_whole(record.folder / STAFF, page)


def _write_class(classroom: Classroom, spec: Spec, as_of: datetime) -> None:
    write_whole(classroom.folder / INDEX, class_page(classroom, spec, as_of))
    write_whole(classroom.folder / GRADES, grades_csv(classroom, spec))
