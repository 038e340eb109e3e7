"""The files that one person or group handed in, in one download, as one archive on disk."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.collect.download import Read
from autograder.collect.labels import Label, is_archive, without_again
from autograder.errors import SubmissionError
from autograder.submission import limits
from autograder.submission.names import ARCHIVE_SUFFIXES
from autograder.submission.submission import utc
from autograder.submission.zipped import BROKEN

_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


def _storable(name: str) -> str:
    """A name that a zip can hold; bytes that are no text become question marks."""
    return name.encode("utf-8", "replace").decode()


@dataclass
class Bundle:
    """First only the list of its files; `store` then writes them, one by one, into `archive`."""

    label: Label
    source: int  # the number of its download
    archive: Path
    files: dict[str, str] = field(default_factory=dict)  # path in the download → path among its owner's files
    newest: float | None = None  # when it last changed, if that is known
    late: bool = False
    problem: str = ""
    _hashes: dict[str, str] = field(default_factory=dict)
    _bytes: int = 0

    def add(self, path: str, label: Label, modified: float | None) -> None:
        """Note a file that belongs to it."""
        self.late |= label.late
        if label.typed:
            return
        self.files[path] = label.file
        if label.tool == "plain" and modified is not None and utc(modified) is not None:
            self.newest = max(modified, self.newest or modified)

    @property
    def is_ready(self) -> bool:
        """Whether what was handed in is one archive already."""
        return len(self.files) == 1 and is_archive(*self.files.values())

    @property
    def suffix(self) -> str:
        only = next(iter(self.files.values())).lower()
        return next(s for s in ARCHIVE_SUFFIXES if only.endswith(s)) if self.is_ready else ".zip"

    @property
    def shown(self) -> str:
        """What a person looks for in the download."""
        path, file = next(iter(self.files.items()))
        return path.removesuffix("/" + file)

    @property
    def digest(self) -> str:
        """Equal where the same files were handed in, in whatever order they were packed."""
        return hashlib.sha256(repr(sorted(self._hashes.items())).encode()).hexdigest()

    def store(self, path: str, read: Read) -> None:
        """Read one file into the archive; what cannot be read, or is too much, is its `problem`."""
        if self.problem:
            return
        try:
            content = read(limits.ARCHIVE_BYTES + 1)
        except (SubmissionError, *BROKEN) as error:
            why = error.what if isinstance(error, SubmissionError) else error
            self.problem = f"cannot be read ({why}); download it again"
            return
        self._bytes += len(content)
        if self._bytes > limits.ARCHIVE_BYTES:
            self.problem = (
                f"larger than {limits.ARCHIVE_BYTES // limits.MiB} MB; pack it by hand without what is no part "
                "of the exercise"
            )
            return
        name = "" if self.is_ready else _storable(self._names[path])
        if name in self._hashes:
            self.problem = f"holds {self.files[path]} twice; keep one of them and pack it by hand"
            return
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        if self.is_ready:
            self.archive.write_bytes(content)
            return
        with zipfile.ZipFile(self.archive, "a") as archive:
            info = zipfile.ZipInfo(name, _BEGINNING_OF_ZIP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)

    @cached_property
    def _names(self) -> dict[str, str]:
        """The files as they were called before Canvas numbered them, unless two would then be one."""
        plain = {path: without_again(file) for path, file in self.files.items()}
        numbered = self.label.tool == "canvas" and len(set(plain.values())) == len(plain)
        return plain if numbered else self.files
