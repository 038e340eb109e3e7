"""The files of a download: a .zip read with the same care as a submission, or a folder. Nothing is unpacked.

A download is larger than a submission: each of its files may be as large as a whole submission, and none is kept
in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from autograder.errors import AutograderError, SubmissionError
from autograder.submission import limits
from autograder.submission.folder import read_folder
from autograder.submission.intake import Intake, Kind, checked, shown
from autograder.submission.zipped import read_zip

Read = Callable[[int], bytes]
Take = Callable[[str, Read, float | None], None]
"""Is given a file's path, a way to read its first n bytes, and when it last changed, if that is known."""


class CollectError(AutograderError):
    """Nothing can be collected; the message says why and what to do."""


def visit(source: Path, take: Take) -> list[str]:
    """Hand every file of a download to `take`; sentences about what is dangerous and was passed over.

    Raises:
        CollectError: neither a folder nor a .zip, or a broken one.
    """
    walk = _Walk(take)
    try:
        if source.is_dir():
            descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                read_folder(descriptor, walk)
            finally:
                os.close(descriptor)
        elif source.suffix.lower() == ".zip":
            with source.open("rb") as stream:
                read_zip(stream, walk)
        else:
            raise CollectError(f"{source} is neither a folder nor a .zip. Unpack it and give the folder.")
    except OSError as error:
        raise CollectError(f"{source}: cannot be read ({error.strerror}). Check the path.") from None
    except SubmissionError as error:
        raise CollectError(
            f"{source} is broken, or no download of a course tool ({error.what}). Download it again, or give its folder."
        ) from None
    return walk.refused


class _Walk(Intake):
    """Passes every file on instead of keeping it. One student's odd file must not stop a class: it is listed."""

    scale = limits.DOWNLOAD_SCALE

    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take
        self.refused: list[str] = []

    def offer_folder(self, name: str) -> None:
        self._count(name)

    def too_deep(self, path: str) -> None:
        self.refused.append(f"{shown(path)}: folders nested more than {limits.DEPTH} deep")

    def offer(self, name: str, kind: Kind, size: int, read: Read, modified: float | None = None) -> None:
        self._count(name)
        try:
            path = checked(name)
        except SubmissionError:
            self.refused.append(
                f"{shown(name)}: its name leads out of the download, or is far too long or deep"
            )
            return
        if self.is_junk(path):
            return
        if kind is not Kind.FILE:
            self.refused.append(f"{shown(path)}: a {kind.name.lower()}, not an ordinary file")
            return
        self._take(path, read, modified)
