"""Opens one submission, whatever its form: the same content gives the same files and the same hash."""

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import SubmissionError, UnreadableError
from autograder.submission import limits
from autograder.submission.folder import read_folder
from autograder.submission.intake import Intake, is_odd, printable, refusal, shown
from autograder.submission.root import find_roots
from autograder.submission.tarred import read_tar
from autograder.submission.zipped import read_zip

ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # with entries, and without any
GZIP = b"\x1f\x8b"
NAMED_IN_A_NOTE = 8


@dataclass(frozen=True)
class Submission:
    """What one student, or one group, handed in."""

    name: str
    path: Path
    files: Mapping[str, bytes]  # by their path below the folder that holds generative/
    sha256: str  # of the student's own files; ours, which replace their copies, do not count
    notes: tuple[str, ...]  # what was ignored or replaced, for the student
    received_at: datetime | None  # UTC: last change of the archive, or of the newest file in the folder
    ignored: tuple[
        str, ...
    ] = ()  # paths of what is neither code nor text nor a paper with its place and format, or too large


def open_submission(
    path: Path,
    *,
    name: str,
    given: Mapping[str, bytes],
    required: Collection[str],
    handed_out: Collection[str] = (),
) -> Submission:
    """Open a folder, .zip or .tar.gz.

    `given` are complete files of ours: they replace the submission's copies, or are added. `required` are the paths of
    files in which students write code; the folder they lie in, or else a notebook, is looked for at the top and one
    folder down. `handed_out` are the paths of everything in the handout: what of it is not read is passed over without
    a word. A folder without any file is a submission without files. SubmissionError for everything that cannot be
    opened, with the reason for the student; UnreadableError where the machine is to blame.
    """
    intake = Intake()
    received, is_folder = _read(path, intake)
    if is_folder and not intake.files and not intake.ignored and not intake.large:
        return Submission(name, path, {}, digest({}), ("The folder is empty.",), None)
    packages = {p.partition("/")[0] for p in required}
    roots = find_roots(intake.files, packages)
    if not roots:
        raise _nothing_recognised(intake, packages)
    root = roots[0]
    inside = {p.removeprefix(root): content for p, content in intake.files.items() if p.startswith(root)}
    plain = {p: content for p, content in inside.items() if not is_odd(p)}
    hidden = _beside_a_file_of_their_name(plain, given.keys() | (plain.keys() & set(required)))
    own = {p: content for p, content in plain.items() if p not in hidden}
    outside = {p for p in intake.files if not p.startswith(root)}
    ignored = _stripped(intake.ignored | outside, root) - set(handed_out)
    large = _stripped(intake.large, root)
    notes = [
        *_note("Ignored, not part of the exercise", ignored | intake.junk),
        *_note(f"Not read, because larger than {limits.FILE_BYTES // limits.MiB} MB", large),
        *_note(
            "Ignored, because letters in the name may read differently elsewhere",
            inside.keys() - plain.keys(),
        ),
        *_note("Ignored, because Python would read them in place of the file of the folder's name", hidden),
        *_note("Several exercise folders: taken is " + shown(root.rstrip("/")) + ", not", roots[1:]),
        *_note("Differs from the handout, the handout's own was used", _altered(own, given)),
    ]
    sha256 = digest({p: content for p, content in own.items() if p not in given})
    return Submission(
        name,
        path,
        {**own, **given},
        sha256,
        tuple(notes),
        received,
        tuple(sorted(map(printable, ignored | large))),
    )


def from_files(files: Mapping[str, bytes], *, name: str) -> Submission:
    """A submission of files that are in memory already and need no checking."""
    return Submission(name, Path(name), files, digest(files), (), None)


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and contents in the order of paths, each preceded by its length."""
    total = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _read(path: Path, intake: Intake) -> tuple[datetime | None, bool]:
    """Fill the intake and close it; when the submission was received and whether it is a folder."""
    try:
        # NONBLOCK: opening a pipe must not wait for a writer
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if stat.S_ISDIR(status.st_mode):
                read_folder(descriptor, intake)
                intake.close()
                return utc(intake.newest), True
            if not stat.S_ISREG(status.st_mode):
                raise _not_a_submission(path)
            _read_archive(path, descriptor, status.st_size, intake)
            intake.close()
            return utc(status.st_mtime), False
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise refusal(f"{shown(path.name)} is a link", "Hand in the file or folder itself") from None
        where = (
            f"{shown(str(error.filename))} in it" if error.filename not in (None, path, str(path)) else "it"
        )
        raise UnreadableError(
            f"{shown(path.name)} could not be opened, which is not the student's fault: {where} cannot be read "
            f"({error.strerror}). Check path, permissions and disk, then grade it again with --resume."
        ) from None


def _read_archive(path: Path, descriptor: int, size: int, intake: Intake) -> None:
    if size > limits.ARCHIVE_BYTES:
        raise refusal(
            f"it is larger than {limits.ARCHIVE_BYTES // limits.MiB} MB",
            "Leave out what is no part of the exercise",
        )
    with open(descriptor, "rb", closefd=False) as stream:
        start = stream.read(4)
        stream.seek(0)
        if start in ZIP:
            read_zip(stream, intake)
        elif start.startswith(GZIP):
            read_tar(stream, intake)
        else:
            raise _not_a_submission(path)


def utc(seconds: float | None) -> datetime | None:
    """The time; none for 0, which is how archives and files say that it is not known, and for one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None


def _altered(own: Mapping[str, bytes], given: Mapping[str, bytes]) -> list[str]:
    """Given files that a submission has in another version; line ends of another system are none."""
    return [p for p in given if p in own and own[p].splitlines() != given[p].splitlines()]


def _beside_a_file_of_their_name(paths: Collection[str], files: Collection[str]) -> set[str]:
    """What lies in a folder `x/` beside a file `x.py` of the exercise: Python imports the folder, people read the file."""
    folders = tuple(file.removesuffix(".py") + "/" for file in files)
    return {path for path in paths if path.startswith(folders)}


def _stripped(paths: Iterable[str], root: str) -> set[str]:
    return {path.removeprefix(root) for path in paths}


def _note(what: str, names: Iterable[str]) -> list[str]:
    """One note about all the names, or none."""
    every = sorted(names)
    if not every:
        return []
    more = f" and {len(every) - NAMED_IN_A_NOTE} more" if len(every) > NAMED_IN_A_NOTE else ""
    return [f"{what}: {', '.join(map(shown, every[:NAMED_IN_A_NOTE]))}{more}."]


def _nothing_recognised(intake: Intake, packages: Collection[str]) -> SubmissionError:
    there = sorted({path.partition("/")[0] for path in intake.files.keys() | intake.ignored} | intake.junk)
    found = ", ".join(map(shown, there[:NAMED_IN_A_NOTE])) + (" …" if len(there) > NAMED_IN_A_NOTE else "")
    wanted = " or ".join(f"{package}/" for package in sorted(packages))
    return refusal(
        f"looked for a folder {wanted} or a notebook, at the top and one folder down, and found "
        f"{found or 'nothing'}",
        f"Pack the folder that holds {wanted}",
    )


def _not_a_submission(path: Path) -> SubmissionError:
    return refusal(
        f"{shown(path.name)} is neither a folder nor a .zip or .tar.gz", "Pack the exercise's folder"
    )
