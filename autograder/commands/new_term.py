"""`autograder new-term`: the course in a new folder, without anything of the people of the old term."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.course import SPEC_FILE, Course
from autograder.errors import AutograderError
from autograder.results.marks import MARKS
from autograder.results.store import RESULT, write_whole
from autograder.spec.seeds import KEY_FILE, KEY_VARIABLE, make_course_key

ROSTER = "roster.csv"
DATES = ("due", "published")


def run(root: Path, to: Path, sheet_version: str, dates: Mapping[str, datetime | None]) -> None:
    """Copy what git knows of the course, set version and dates, make a fresh key, and say what was done.

    Raises:
        AutograderError: the course is in no git repository, `to` is not empty or lies inside the course, or
            grading.yml does not fit afterwards.
    """
    course = Course.find(root)
    to = to.resolve()
    if to.is_relative_to(course.root):
        raise AutograderError(f"{to} lies inside the course. Give a folder beside it.")
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise AutograderError(f"{to} is not empty. Give a new folder.")
    old = course.spec
    tracked = _tracked(course.root)
    personal = _personal(tracked)
    copied = [path for path in tracked if path not in personal]
    spec = _with_dates((course.root / SPEC_FILE).read_text("utf-8"), sheet_version, dates)
    write_whole(to / SPEC_FILE, spec)
    new = Course.find(to).spec
    asked = (sheet_version, *(dates[name] for name in DATES))
    if (new.sheet_version, new.schedule.due, new.schedule.published) != asked:
        shutil.rmtree(to)
        raise AutograderError(
            f"{SPEC_FILE}: the dates could not be set. Write `schedule:` with one key a line, then try again."
        )
    for path in copied:
        if path != SPEC_FILE:
            (to / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(course.root / path, to / path, follow_symlinks=False)
    make_course_key(to / KEY_FILE)
    print(f"New term       {to}: {len(copied)} files that git knows, from {course.root}")
    print(f"{SPEC_FILE:14} sheet_version {old.sheet_version} → {sheet_version}")
    for name in DATES:
        print(f"{'':14} {name} {_shown(getattr(old.schedule, name))} → {_shown(dates[name])}")
    print(f"{KEY_FILE:14} fresh: the inputs of the hidden checks are not those of the last term")
    print(f"{'left out':14} {', '.join([*_tops(personal), KEY_FILE])}, and whatever git does not know")
    if KEY_VARIABLE in os.environ:
        print(f"${KEY_VARIABLE} is set: it goes before {KEY_FILE}. Unset it, or let it name a fresh key.")
    print(f"Next: cd {to}, git init, autograder build, autograder selftest, publish release/.")


def moment(name: str, text: str | None) -> datetime | None:
    """A date as a person gave it; AutograderError if it is no time with its zone."""
    if text is None or text.strip().casefold() in ("", "none"):
        return None
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        given = None
    if given is None or given.tzinfo is None:
        raise AutograderError(
            f"--{name} {text}: no time with zone. Write one as 2027-01-15T23:59:00+01:00, or none."
        )
    return given


def _tracked(root: Path) -> list[str]:
    try:
        done = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise AutograderError(
            f"{root} is in no git repository, so that course and submissions cannot be told apart. "
            "Run `git init` and add the files of the course."
        ) from None
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [name for name in names if name and ((root / name).is_file() or (root / name).is_symlink())]


def _personal(paths: Iterable[str]) -> set[str]:
    """Tracked files about people: class folders with all that is in them, and rosters."""
    pure = [PurePosixPath(path) for path in paths]
    folders = {path.parent for path in pure if path.name in (MARKS, RESULT)}
    return {
        str(path)
        for path in pure
        if path.name in (ROSTER, KEY_FILE) or any(folder in path.parents for folder in folders)
    }


def _tops(paths: Iterable[str]) -> list[str]:
    return sorted({PurePosixPath(path).parts[0] for path in paths})


def _with_dates(text: str, sheet_version: str, dates: Mapping[str, datetime | None]) -> str:
    """grading.yml with its comments, other values in the lines of version and dates."""
    text = re.sub(
        r'(?m)^(sheet_version:[ \t]*)(?:"[^"\n]*"|[^#\s]+)', rf'\g<1>"{sheet_version}"', text, count=1
    )
    for name in DATES:
        moment = dates[name]
        value = "null" if moment is None else moment.isoformat()
        text = re.sub(
            rf"(?ms)(^schedule:[ \t]*(?:#[^\n]*)?\n(?:[ \t]+[^\n]*\n|[ \t]*\n)*?[ \t]+{name}:[ \t]*)[^\s#]+",
            rf"\g<1>{value}",
            text,
            count=1,
        )
    return text


def _shown(moment: datetime | None) -> str:
    return "not set" if moment is None else moment.isoformat()
