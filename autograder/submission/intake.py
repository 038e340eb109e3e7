"""The rules for what a submission may contain, whatever form it comes in.

A reader (folder, zip, tar) offers each entry by name and kind; the intake refuses what is dangerous, passes over what
is no part of an exercise, and keeps the rest.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import PurePosixPath

from autograder.errors import SubmissionError
from autograder.results.text import clean
from autograder.submission import limits

KEPT_SUFFIXES = frozenset({".py", ".ipynb", ".md", ".txt", ".toml", ".ini", ".cfg"})
WRITTEN = "written"  # the folder of photos and scans
WRITTEN_SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg"})

# What programs leave behind, in lower case. What is inside is neither read nor checked, except for names that lead out.
JUNK = frozenset(
    {
        *("__macosx", ".ds_store", "thumbs.db", "desktop.ini"),
        *(".git", ".svn", ".hg", ".idea", ".vscode"),
        *("__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
        *("venv", ".venv", "env", "site-packages", "node_modules"),
        *("data", "mnist"),
    }
)
# A virtual environment under any other name shows itself by a file or a folder in it, and has these parts.
ENVIRONMENT_FILE, CONDA_FOLDER = "pyvenv.cfg", "conda-meta"
ENVIRONMENT_PARTS = frozenset(
    {
        *(ENVIRONMENT_FILE, "bin", "include", "lib", "lib64", "scripts", "share", "etc", "man"),
        *(CONDA_FOLDER, "compiler_compat", "dlls", "libs", "library", "sbin", "ssl", "tools", "var"),
    }
)
APPLE_DOUBLE = "._"  # macOS keeps a file's metadata beside it under this prefix

PLAIN_NAME = re.compile(r"[ -\[\]-~]+")  # ASCII without control characters and without the backslash
DRIVE = re.compile(r"[A-Za-z]:")


class Kind(Enum):
    FILE = auto()
    LINK = auto()
    SPECIAL = auto()  # device, pipe, socket
    BOMB = auto()  # announces more bytes than its packed size can honestly hold


class Intake:
    """Takes the entries of one submission, one by one."""

    scale = 1  # how many times as many names as a submission has it may hold

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}  # kept, by their path inside the submission
        self.ignored: set[str] = set()  # names of what is no part of an exercise, as people should see them
        self.junk: set[str] = set()  # the same for what programs leave behind
        self.large: set[str] = set()  # paths of files of code, text and paper that are too large to be read
        self._environments: set[str] = set()  # folders of virtual environments, "" or with a slash at the end
        self._refused: list[tuple[str, SubmissionError]] = []
        self._modified: dict[str, float] = {}
        self._keys: dict[str, str] = {}
        self._entries = 0
        self._characters = 0  # of all names
        self._bytes = 0

    def offer_folder(self, name: str) -> None:
        """Take the entry that an archive holds for a folder itself."""
        self._count(name)
        checked(name)

    def offer(
        self, name: str, kind: Kind, size: int, read: Callable[[int], bytes], modified: float | None = None
    ) -> None:
        """Take one entry that is not a folder, of `size` bytes as announced.

        `read(n)` gives its first n bytes, or all if it has fewer.
        """
        self._count(name)
        path = checked(name)
        if not path or self.is_junk(path):
            return
        self._environments |= _environments_shown_by(path)
        if kind is not Kind.FILE:
            self._refused.append((path, _refusal_of(kind, path)))
        elif not _is_kept(path):
            self.ignored.add(path)
        else:
            self._refuse_clash(path)
            if size > limits.FILE_BYTES:
                self.large.add(path)
            else:
                self._keep(path, self._read(read), modified)

    def close(self) -> None:
        """Part from virtual environments, whose names show only when all of them are known; then refuse what is not one."""
        for environment in self._environments:
            self.junk.add(environment.rstrip("/").rpartition("/")[2] or ENVIRONMENT_FILE)
        for path in [path for path in self.files if self._in_environment(path)]:
            del self.files[path]
        self.ignored = {path for path in self.ignored if not self._in_environment(path)}
        self.large = {path for path in self.large if not self._in_environment(path)}
        for path, error in self._refused:
            if not self._in_environment(path):
                raise error
        if len(self.files) > limits.FILES:
            raise refusal(
                f"it has more than {limits.FILES:,} files of code and text",
                "Leave out what is no part of the exercise",
            )

        if sum(len(c) for path, c in self.files.items() if path.endswith(".py")) > limits.CODE_BYTES:
            raise refusal(
                f"its Python files are larger than {limits.CODE_BYTES // limits.MiB} MB in all",
                "Leave data out of them",
            )

    @property
    def newest(self) -> float | None:
        """Time of last change of the newest kept file, where the form of the submission tells."""
        return max((time for path, time in self._modified.items() if path in self.files), default=None)

    def is_junk(self, path: str) -> bool:
        """Whether a program left this file or folder behind; it is then remembered as ignored."""
        for part in path.split("/"):
            if part.casefold() in JUNK or part.startswith(APPLE_DOUBLE):
                self.junk.add(part)
                return True
        return False

    def _in_environment(self, path: str) -> bool:
        parts = path.split("/")
        return bool(self._environments) and any(
            part.casefold() in ENVIRONMENT_PARTS and _folder(parts[:depth]) in self._environments
            for depth, part in enumerate(parts)
        )

    def too_deep(self, path: str) -> None:
        """A folder that lies deeper than a submission goes."""
        raise _nested()

    def _count(self, name: str) -> None:
        self._entries += 1
        self._characters += len(name)
        if self._characters > self.scale * limits.NAMES_CHARACTERS:
            raise refusal("the names in it are far too long", "Leave out what is no part of the exercise")
        if self._entries > self.scale * limits.ENTRIES:
            raise too_many(self.scale)

    def _refuse_clash(self, path: str) -> None:
        """Two files that are one on some computers: which of them was meant?"""
        key = path
        if len(path) <= limits.NAME_CHARACTERS:  # time grows with the square of a row of accents
            key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
        other = self._keys.get(key)
        if other == path:
            raise refusal(f"{shown(path)} is in it twice", "Keep one of them")
        if other is not None:
            raise refusal(
                f"{shown(other)} and {shown(path)} are one name on some computers", "Keep one of them"
            )
        self._keys[key] = path

    def _read(self, read: Callable[[int], bytes]) -> bytes:
        """The whole of a file. What is read counts, whatever becomes of it."""
        content = read(limits.FILE_BYTES + 1)
        self._bytes += len(content)
        if self._bytes > limits.TOTAL_BYTES:
            raise refusal(
                f"its files are larger than {limits.TOTAL_BYTES // limits.MiB} MB in all", "Make them smaller"
            )
        return content

    def _keep(self, path: str, content: bytes, modified: float | None) -> None:
        if len(content) > limits.FILE_BYTES:  # it announced less, or grew meanwhile
            self.large.add(path)
            return
        self.files[path] = content
        if modified is not None:
            self._modified[path] = modified


def checked(name: str) -> str:
    """The name as a relative path without empty and `.` parts; SubmissionError if it leads out of the submission."""
    if len(name) > limits.PATH_CHARACTERS:
        raise refusal(f"it holds {shown(name)}, a name that is far too long", "Pack the folder again")
    if name.startswith("/") or DRIVE.match(name):
        raise refusal(
            f"it holds {shown(name)}, a name that begins at the root of a disk",
            "Pack the folder itself again",
        )
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise refusal(f"it holds {shown(name)}, a name that leads out of it", "Pack the folder itself again")
    if len(parts) > limits.DEPTH:
        raise _nested()
    return "/".join(parts)


def is_odd(path: str) -> bool:
    """Whether a name may read differently elsewhere: letters beyond ASCII, control characters, far too long.

    A zip made by Windows does not say how its names are written, so a `Lösung` may arrive as `LФsung`. Such a file is
    never required.
    """
    return len(path) > limits.NAME_CHARACTERS or PLAIN_NAME.fullmatch(path) is None


def shown(name: str) -> str:
    """A name in quotes, safe to show: no control characters, nothing that turns the direction of text, not too long."""
    text = name if len(name) <= 80 else f"{name[:40]}…{name[-39:]}"
    return f'"{printable(text)}"'


def printable(name: str) -> str:
    """A name that shows where it holds control characters, marks that turn the direction of text, or bytes that are no text."""
    return clean("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name))


def refusal(what: str, step: str) -> SubmissionError:
    return SubmissionError(f"The submission cannot be opened: {what}. {step} and submit again.", what)


def broken(kind: str, error: Exception) -> SubmissionError:
    """What the decoder says may hold names of any length."""
    said = printable(str(error))[:200] or "it ends too early"
    return refusal(f"the {kind} is broken ({said})", "Pack the folder again")


def too_many(scale: int = 1) -> SubmissionError:
    most = scale * limits.ENTRIES
    return refusal(f"it has more than {most:,} files", "Leave out what is no part of the exercise")


def _nested() -> SubmissionError:
    return refusal(f"its folders are nested more than {limits.DEPTH} deep", "Hand in the folder itself")


def bomb(name: str) -> SubmissionError:
    return refusal(
        f"{shown(name)} unpacks to more than {limits.RATIO} times its packed size",
        "Leave it out or make it smaller",
    )


def _refusal_of(kind: Kind, path: str) -> SubmissionError:
    if kind is Kind.LINK:
        return refusal(f"{shown(path)} is a link", "Put the file itself in its place")
    if kind is Kind.SPECIAL:
        return refusal(f"{shown(path)} is a device, pipe or socket, not a file", "Leave it out")
    return bomb(path)


def _environments_shown_by(path: str) -> set[str]:
    """The folder that this path shows to be a virtual environment, if it does."""
    parts = path.split("/")
    if parts[-1] == ENVIRONMENT_FILE:
        return {_folder(parts[:-1])}
    if CONDA_FOLDER in parts[:-1]:
        return {_folder(parts[: parts.index(CONDA_FOLDER)])}
    return set()


def _folder(parts: Sequence[str]) -> str:
    return "".join(f"{part}/" for part in parts)


def _is_kept(path: str) -> bool:
    pure = PurePosixPath(path)
    suffix = pure.suffix.lower()
    return suffix in KEPT_SUFFIXES or (suffix in WRITTEN_SUFFIXES and pure.parent.name.casefold() == WRITTEN)
