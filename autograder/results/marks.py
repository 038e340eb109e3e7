"""marks.jsonl: people's marks, beside the results, one line per decision, only ever appended to (but for `remove_marks`).

A mark belongs to the hash of the answer it was given for: an unchanged answer keeps its mark over any regrading,
a changed one leaves the mark "stale" (listed, not counted).
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from autograder.errors import AutograderError
from autograder.results.model import Question, Record, Result

MARKS = "marks.jsonl"
Key = tuple[str, str]  # submission, question


class MarksError(AutograderError):
    """Marks cannot be read or taken over; the message names file, line or row, and the fix."""


def _in_utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise ValueError("a mark's time needs a time zone")
    return time.astimezone(UTC)


class Mark(Record):
    """What one person decided about one written answer, or about the flags of a submission (see looks.py)."""

    submission: str
    question: str
    items: list[str] = Field(default_factory=list, description="ids of the rubric items that apply")
    points: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    comment: str = ""
    marker: Annotated[str, Field(min_length=1)]
    time: Annotated[datetime, AfterValidator(_in_utc)]
    answer_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

    @property
    def key(self) -> Key:
        return self.submission, self.question


def append(path: Path, marks: Iterable[Mark]) -> None:
    """Add marks at the end of the file, all or none; several people may do so at once."""
    lines = "".join(mark.model_dump_json() + "\n" for mark in marks).encode()
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole = file.read()
        complete = whole.rfind(b"\n") + 1
        if complete < len(whole):
            file.truncate(complete)  # a write that was cut short and never reported as done
        try:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(complete)
            raise


def remove_marks(path: Path, of: Callable[[str], bool], *, really: bool) -> int:
    """Take the lines of one person's submissions out of the file, the only time that it loses any; returns how many.

    All other lines stay byte for byte. `really=False` only counts.
    """
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = file.read().splitlines(keepends=True)
        kept = [line for line in lines if not of(_submission(line))]
        if really and len(kept) < len(lines):
            # In place: who waits to append holds this very file open.
            file.seek(0)
            file.write(b"".join(kept))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    return len(lines) - len(kept)


def _submission(line: bytes) -> str:
    """Whose a line is; a broken one is nobody's."""
    try:
        return Mark.model_validate_json(line).submission
    except ValidationError:
        return ""


def read_marks(path: Path) -> list[Mark]:
    """All marks in the order in which they were given; none if the file is not there.

    Raises:
        MarksError: a line is broken.
    """
    if not path.exists():
        return []
    marks = []
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True), start=1):
        if not line.endswith(b"\n"):
            break  # as in `append`
        try:
            marks.append(Mark.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise MarksError(
                f"{path}, line {number}: {where}: {first['msg']}; mend or delete this line and run again"
            ) from None
    return marks


@dataclass(frozen=True)
class Standing:
    """Which marks count now."""

    counted: Mapping[Key, Mark]
    stale: Mapping[Key, Mark]

    def of(self, submission: str) -> dict[str, Mark]:
        """question → counted mark of one submission."""
        return {question: mark for (name, question), mark in self.counted.items() if name == submission}

    def stale_of(self, submission: str) -> dict[str, Mark]:
        """question → stale mark of one submission."""
        return {question: mark for (name, question), mark in self.stale.items() if name == submission}


def latest(marks: Iterable[Mark], hashes: Mapping[Key, str]) -> Standing:
    """The marks that stand, given the hash of every answer as it is now.

    Of several marks for the same answer the last one counts. Where every mark was given for another answer,
    the last of them is stale.
    """
    counted: dict[Key, Mark] = {}
    stale: dict[Key, Mark] = {}
    for mark in marks:
        (counted if hashes.get(mark.key) == mark.answer_sha256 else stale)[mark.key] = mark
    return Standing(counted, {key: mark for key, mark in stale.items() if key not in counted})


@dataclass(frozen=True)
class Totals:
    """The machine's score joined with people's marks."""

    score: float
    graded_max: float
    max_score: float
    complete: bool


def totals(result: Result, marks: Mapping[str, Mark]) -> Totals:
    """Join a result with the counted marks of its submission (question → mark)."""
    marked = [q for q in result.questions if q.kind == "written" and q.id in marks]
    return Totals(
        score=result.score + sum(marks[q.id].points for q in marked),
        graded_max=result.graded_max + sum(q.max_score for q in marked),
        max_score=result.max_score,
        complete=all(q in marked if q.kind == "written" else _graded(q) for q in result.questions),
    )


def _graded(question: Question) -> bool:
    return question.score is not None and all(c.score is not None for c in question.criteria)
