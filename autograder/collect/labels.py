"""How course tools call what they hand out: who it is from, and which file of that person.

- Moodle, in folders: `Ada Lovelace_123_assignsubmission_file/abgabe.zip`; without: `…_file_abgabe.zip`; a group's
  folder has the group's name and number. Before Moodle 4.1 the folder's name ended in `_`.
- Canvas: `lovelaceada_123_456_abgabe-1.zip`, `lovelaceada_LATE_123_456_abgabe.zip`; anonymous `anon_Xy3_456_abgabe.zip`.
  Name and first name stand together in lower case; of a file that is handed in again the name ends in `-1`, `-2`, …
- Anything else: the first part of a path; `ada-v2.zip` is the second attempt of `ada`, as `collect` itself writes it.

Sources: moodle/moodle, mod/assign/classes/downloader.php; instructure/canvas-lms, lib/content_zipper.rb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from autograder.submission.names import ARCHIVE_SUFFIXES

Tool = Literal["moodle", "canvas", "plain"]

_MOODLE = re.compile(
    r"(?P<who>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?"
)
_CANVAS = re.compile(
    r"(?:(?P<who>\w+?)_)?(?:(?P<late>LATE)_)?(?:(?P<number>\d+)|(?P<anonymous>anon_\w+?))_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<typed>text|link)\.html)"
)
_ATTEMPT = re.compile(r"(.+)-v(\d+)")
_AGAIN = re.compile(r"-\d+(?=(?:\.tar)?\.\w+$|$)")


@dataclass(frozen=True)
class Label:
    """What the path of one file says."""

    tool: Tool
    owner: str  # as the tool writes it; the key by which files belong together
    who: str  # the name in it, empty if it is anonymous
    number: str  # the tool's number of the person, or empty
    file: str  # the file's path among those of its owner
    late: bool = False  # the tool says so
    typed: bool = False  # typed into the tool's own form: no file of the exercise
    attempt: int = 0  # its number, where the name says one


def read_label(path: str) -> Label:
    """The label of a file by its path inside a download (without a folder that all share)."""
    first, _, rest = path.partition("/")
    if moodle := _MOODLE.fullmatch(first):
        inner = "/".join(part for part in (moodle["file"] or "", rest) if part)
        owner = f"{moodle['who']}_{moodle['number'] or ''}"
        return Label(
            "moodle",
            owner,
            moodle["who"],
            moodle["number"] or "",
            inner or first,
            typed=moodle["plugin"] != "file",
        )
    if not rest and (canvas := _CANVAS.fullmatch(first)):
        owner = f"{canvas['who'] or ''}_{canvas['number'] or canvas['anonymous']}"
        return Label(
            "canvas",
            owner,
            canvas["who"] or "",
            canvas["number"] or "",
            canvas["file"] or first,
            late=canvas["late"] is not None,
            typed=canvas["typed"] is not None,
        )
    stem = _stem(first)
    attempt = _ATTEMPT.fullmatch(stem)
    who, number = (attempt[1], int(attempt[2])) if attempt else (stem, 0)
    return Label("plain", first, who, "", rest or first, attempt=number)


def is_archive(file: str) -> bool:
    """Whether a file can be a whole submission."""
    return file.lower().endswith(ARCHIVE_SUFFIXES)


def _stem(name: str) -> str:
    suffix = next((s for s in ARCHIVE_SUFFIXES if name.lower().endswith(s)), "")
    return name[: len(name) - len(suffix)]


def without_again(file: str) -> str:
    """A file's name without the number that Canvas gives it when it is handed in again."""
    return _AGAIN.sub("", file)
