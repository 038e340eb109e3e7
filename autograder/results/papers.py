"""Answers on paper: photos and scans, and the names by which files belong to questions."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from autograder.results.text import clean_line

FOLDER = "written"
SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg")
NAME_CHARACTERS = 120
NAMED_IN_A_NOTE = 5

# What else people hand in as a photo or a document.
OTHER_SUFFIXES = frozenset(
    {
        *(".heic", ".heif", ".avif", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".svg"),
        *(".doc", ".docx", ".odt", ".rtf", ".pages", ".tex", ".md", ".txt"),
    }
)
_PAGE = re.compile(r"-\d{1,2}$")  # written/9-1a-2.jpg: the second photo


@dataclass(frozen=True)
class Paper:
    """A file of the submission or an image of the notebook that is (a part of) an answer. Nobody vouches for it."""

    kind: Literal["file", "attachment"]
    name: str
    content: bytes

    @property
    def title(self) -> str:
        """Its name as people know it, of bounded length and without what acts on a terminal."""
        name = clean_line(self.name)
        return name if len(name) <= NAME_CHARACTERS else name[: NAME_CHARACTERS - 1] + "…"

    def __str__(self) -> str:
        kilobytes = max(1, round(len(self.content) / 1000))
        sha256 = hashlib.sha256(self.content).hexdigest()[:32]  # 128 bits: short enough to stand in an answer
        return f"[{self.kind}: {self.title}, {kilobytes} kB, sha256 {sha256}]"


def paper_name(question: str) -> str:
    """`9-1a` of the question `9-1a-written`: what its files are called."""
    return question.removesuffix("-written")


def paper_question(path: str, questions: Collection[str]) -> str | None:
    """The question that `written/9-1a.pdf` or `written/9-1a-2.jpg` answers, if any; capitals do not matter."""
    folder, stem, suffix = _parts(path)
    if folder != FOLDER or suffix not in SUFFIXES:
        return None
    names = {paper_name(question).casefold(): question for question in questions}
    return names.get(stem) or names.get(_PAGE.sub("", stem))


def pages_in_order(paths: Iterable[str]) -> list[str]:
    """9-1a.pdf, 9-1a-2.pdf, 9-1a-10.pdf."""
    return sorted(paths, key=lambda path: (len(_parts(path)[1]), path))


def misnamed(paths: Iterable[str], questions: Collection[str]) -> list[str]:
    """Files that look like an answer on paper but will not be taken for one."""
    names = {_folded(paper_name(question)) for question in questions}
    return sorted(
        path
        for path in paths
        if paper_question(path, questions) is None and _looks_written(*_parts(path), names)
    )


def misnamed_notes(paths: Iterable[str], questions: Collection[str]) -> list[str]:
    """For the student: what was not taken for an answer, and what was expected."""
    found = misnamed(paths, questions)
    if not found:
        return []
    shown = ", ".join(f'"{path}"' for path in found[:NAMED_IN_A_NOTE])
    more = f" and {len(found) - NAMED_IN_A_NOTE} more" if len(found) > NAMED_IN_A_NOTE else ""
    example = _meant(found[0], questions)
    return [
        f"Not taken for a written answer: {shown}{more}. An answer on paper is a PDF, PNG or JPEG file that is named "
        f"after its question: {FOLDER}/{example}.pdf, .png or .jpg."
    ]


def _meant(path: str, questions: Collection[str]) -> str:
    """What the file should be called, as far as its name tells; else an example."""
    names = [paper_name(question) for question in questions]
    return next((name for name in names if _folded(name) in _folded(_parts(path)[1])), names[0])


def _looks_written(folder: str, stem: str, suffix: str, names: Collection[str]) -> bool:
    if suffix not in OTHER_SUFFIXES and suffix not in SUFFIXES:
        return False
    return folder == FOLDER or any(name in _folded(stem) for name in names)


def _parts(path: str) -> tuple[str, str, str]:
    """Folder, stem and suffix in small letters."""
    folder, _, name = path.casefold().rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return (folder, stem, dot + suffix) if dot else (folder, name, "")


def _folded(text: str) -> str:
    """9_1(a) is 91a."""
    return "".join(filter(str.isalnum, text.casefold()))
