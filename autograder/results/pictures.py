"""Answers on paper as pictures of ours: PNG files beside a result, and `pictures.json`, which says what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from autograder.results.papers import FOLDER, paper_name
from autograder.results.store import ResultError, as_text, read_object, write_whole

PICTURES = "pictures.json"
BYTES = 128 << 20  # of one submission's pictures: about 40 photos, while noise could fill a disk


class Page(BaseModel):
    """One picture."""

    file: str = Field(pattern=rf"^{FOLDER}/[\w-]+\.png$", description="below the submission's result")
    title: str


class Shown(BaseModel):
    """What people see of the papers of one answer."""

    pages: list[Page] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list, description="what could not be drawn, and why")


@dataclass(frozen=True)
class Drawn:
    """The papers of one answer: (title, PNG file) of every page, and what could not be drawn."""

    question: str
    pages: list[tuple[str, bytes]]
    notes: list[str]


def write_pictures(folder: Path, drawn: Iterable[Drawn]) -> dict[str, Shown]:
    """Write `folder/written/9-1a-1.png`, … and `folder/pictures.json`, in the place of those of an earlier grading.

    Whenever this is cut short, every picture that pictures.json names is there. What does not fit into BYTES is told.
    """
    shown: dict[str, Shown] = {}
    room = BYTES
    for one in drawn:
        pages, left_out = [], []
        for number, (title, content) in enumerate(one.pages, start=1):
            if len(content) > room:
                left_out.append(title)
                continue
            room -= len(content)
            file = f"{FOLDER}/{paper_name(one.question)}-{number}.png"
            write_whole(folder / file, content)
            pages.append(Page(file=file, title=title))
        shown[one.question] = Shown(pages=pages, notes=[*one.notes, *_note(left_out)])
    write_whole(folder / PICTURES, as_text({question: s.model_dump() for question, s in shown.items()}))
    named = {folder / page.file for one in shown.values() for page in one.pages}
    for left in set((folder / FOLDER).glob("*")) - named:
        left.unlink()
    if not named and (folder / FOLDER).exists():
        (folder / FOLDER).rmdir()
    return shown


def _note(left_out: Sequence[str]) -> list[str]:
    if not left_out:
        return []
    return [
        f"Not shown: {', '.join(left_out)}. The pictures of one submission take at most {BYTES >> 20} MB; "
        "look at the submission itself."
    ]


def read_pictures(folder: Path) -> Mapping[str, Shown]:
    """What `write_pictures` wrote; nothing if the file is not there. ResultError if it is broken."""
    path = folder / PICTURES
    if not path.exists():
        return {}
    try:
        return {question: Shown.model_validate(shown) for question, shown in read_object(path).items()}
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ResultError(f"{path}: {first['msg']}; delete it and grade again without --resume") from None
