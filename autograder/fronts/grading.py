"""One submission through the engine, inside a tool's own process."""

from __future__ import annotations

import atexit
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.training import Digits
from autograder.errors import AutograderError
from autograder.feedback import write_pages
from autograder.results.model import Result
from autograder.sandbox import Zygote


class NotGraded(AutograderError):
    """A submission could not be graded for a reason that is not the student's: the tool must not store any mark."""

    exit_code = 3


def grade_one(
    path: Path, name: str, course: Course, out: Path, *, training: bool, data: str | None
) -> Result:
    """Grade the submission in `path` into `out/<name>`; an unchanged one is kept and only marked again.

    Writes no page of the class: `autograder report` does, once for all.

    Raises:
        NotGraded: a part of it has no score.
    """
    digits = _digits(course, data) if training else None
    bench = course.bench(_zygote(), digits)
    (done,) = grade_class({path: name}, bench, out, resume=True)
    write_pages(out / name, done.result, course.spec, datetime.now(UTC))
    if done.result.status == "ungraded":
        raise NotGraded(
            f"{name} could not be graded for a reason that is not the student's, so no marks were stored. "
            "Grade it again; if that fails too, `autograder grade` tells why."
        )
    return done.result


@cache
def _zygote() -> Zygote:
    """One warm zygote for all submissions that this process grades."""
    zygote = Zygote()
    atexit.register(zygote.close)
    return zygote


@cache
def _digits(course: Course, choice: str | None) -> Digits:
    return course.data(choice)
