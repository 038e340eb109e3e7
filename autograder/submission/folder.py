"""A submission that is a folder. Links are never followed, so it shows only what lies inside it."""

import os
import stat
from collections.abc import Callable

from autograder.errors import SubmissionError
from autograder.submission import limits
from autograder.submission.intake import Intake, Kind, shown


def read_folder(descriptor: int, intake: Intake) -> None:
    """Offer every file below the open folder."""
    _walk(descriptor, "", 0, intake)


def _walk(folder: int, prefix: str, depth: int, intake: Intake) -> None:
    if depth > limits.DEPTH:
        intake.too_deep(prefix)
        return
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = prefix + entry.name
        if not entry.is_dir(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            reader = _reader(folder, entry.name, path, status.st_size)
            intake.offer(path, _kind(status.st_mode), status.st_size, reader, status.st_mtime)
        elif not intake.is_junk(entry.name):
            inner = os.open(
                entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder
            )
            try:
                _walk(inner, path + "/", depth + 1, intake)
            finally:
                os.close(inner)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.SPECIAL


def _reader(folder: int, name: str, path: str, size: int) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        # NONBLOCK: a pipe that took the file's place meanwhile must not hold us up
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SubmissionError(f"{shown(path)} changed while it was read. Submit again.")
            # Memory is set aside for all that may come: for `most` of it, 64 MiB for the smallest file.
            content = file.read(min(most, size + 1))
            if len(content) > size:  # it grew meanwhile
                content += file.read(most - len(content))
            return content

    return read
