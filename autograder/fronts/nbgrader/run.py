"""Our engine on submissions that nbgrader has collected."""

from __future__ import annotations

import atexit
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.training import Digits
from autograder.errors import AutograderError
from autograder.feedback import write_class_pages, write_pages
from autograder.results.model import Result
from autograder.sandbox import Zygote

GRADED = "build/nbgrader/graded"
"""The class folder of nbgrader's submissions, below the course's root: results, pages and marks.jsonl."""


class NotGraded(AutograderError):
    """A submission could not be graded for a reason that is not the student's; nbgrader keeps it for another run."""


def grade_collected(
    folder: Path, student: str, root: Path, graded: Path, *, training: bool, data: str | None
) -> Result:
    """Grade the submission in `folder` into `graded/<student>`; an unchanged one is kept and only marked again.

    Raises:
        NotGraded: a part of it has no score, so that nbgrader must store none.
    """
    course = Course.find(root)
    digits = _digits(course.root, data) if training else None
    bench = course.bench(_zygote(), digits)
    (done,) = grade_class({folder: student}, bench, graded, resume=True)
    now = datetime.now(UTC)
    write_pages(graded / student, done.result, course.spec, now)
    write_class_pages(graded, course.spec, now)
    if done.result.status == "ungraded":
        raise NotGraded(
            f"{student} could not be graded for a reason that is not the student's (see {graded / student / 'staff.html'}). "
            f"Run `nbgrader autograde {course.spec.assignment} --student {student} --force` again."
        )
    return done.result


@cache
def _zygote() -> Zygote:
    """One warm zygote for all submissions of a command, or of a running formgrader."""
    zygote = Zygote()
    atexit.register(zygote.close)
    return zygote


@cache
def _digits(root: Path, choice: str | None) -> Digits:
    return Course(root).data(choice)
