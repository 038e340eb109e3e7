"""What the machine cannot read is nobody's fault: not a refusal, which would be a mark of nought, but another run."""

import errno
import io
import os
from pathlib import Path

import pytest

from autograder.errors import UnreadableError
from autograder.submission.intake import Intake
from autograder.submission.tarred import read_tar
from autograder.submission.zipped import read_zip

from .packing import EXERCISE, GIVEN, opened, put_folder, put_tar, put_zip


def test_what_is_not_there_or_may_not_be_read_is_said_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        opened(tmp_path / "absent")
    assert str(caught.value) == (
        '"absent" could not be opened, which is not the student\'s fault: it cannot be read (No such file or '
        "directory). Check path, permissions and disk, then grade it again with --resume."
    )
    assert caught.value.exit_code == 3


def test_an_error_of_the_disk_is_not_a_refusal() -> None:
    """The memory of a process reads like a file on a disk that fails: EIO at its first byte."""
    with pytest.raises(UnreadableError, match=r"not the student's fault.*Input/output error"):
        opened(Path("/proc/self/mem"))


class Failing(io.BytesIO):
    """An archive on a disk that fails from the n-th reading on."""

    def __init__(self, content: bytes, good: int, number: int) -> None:
        super().__init__(content)
        self._good, self._number = good, number

    def read(self, size: int | None = -1, /) -> bytes:
        self._good -= 1
        if self._good < 0:
            raise OSError(self._number, os.strerror(self._number))
        return super().read(size)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM, errno.ESTALE])
@pytest.mark.parametrize("good", range(4))
def test_an_archive_is_not_broken_because_the_disk_is(number: int, good: int, tmp_path: Path) -> None:
    files = {"generative/a.py": os.urandom(200_000)}
    for put, read, name in ((put_zip, read_zip, "x.zip"), (put_tar, read_tar, "x.tgz")):
        stream = Failing(put(tmp_path / name, files).read_bytes(), good, number)
        with pytest.raises(OSError, match=os.strerror(number)):
            read(stream, Intake())


def test_a_folder_that_cannot_be_listed_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: int) -> object:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("os.scandir", failing)
    with pytest.raises(UnreadableError, match=r'"x" could not be opened.*Too many open files'):
        opened(put_folder(tmp_path / "x", EXERCISE))


def test_a_time_that_no_calendar_has_is_no_time(tmp_path: Path) -> None:
    """A wrong clock, or an archive's, may leave files of the year 36,812."""
    folder, archive = put_folder(tmp_path / "x", EXERCISE), put_zip(tmp_path / "x.zip", EXERCISE)
    for path in (folder / "README.md", archive):
        os.utime(path, (2**40, 2**40))
    for path in (folder, archive):
        submission = opened(path)
        assert submission.files == {**EXERCISE, **GIVEN}
        assert submission.received_at is None or submission.received_at.year > 2100
