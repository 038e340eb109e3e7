"""What the class page shows: a row for every submission, statistics by question, what went wrong most often."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from autograder.results.classroom import Classroom, Submitted
from autograder.results.looks import FLAGS, is_held
from autograder.results.marks import Mark, Totals, totals
from autograder.results.model import Result, Status
from autograder.spec.model import Spec

COMMON = 12


@dataclass(frozen=True)
class Cell:
    """One question of one submission."""

    status: Status
    score: float | None
    max_score: float


@dataclass(frozen=True)
class Row:
    """One submission. `folder` is a relative address, ready for a link."""

    name: str
    folder: str
    result: Result
    totals: Totals
    cells: tuple[Cell | None, ...]
    stale: int  # marks of answers that have changed
    held: bool  # flagged, and no person has looked


@dataclass(frozen=True)
class Column:
    """One question over the class."""

    id: str
    title: str
    max_score: float
    mean: float | None
    graded: int
    statuses: tuple[tuple[Status, int], ...]


@dataclass(frozen=True)
class Common:
    """Something that several submissions were told."""

    question: str
    text: str
    submissions: int


@dataclass(frozen=True)
class Asked:
    """A written answer whose marker set an item for other assistants."""

    row: Row
    question: str
    marker: str
    text: str


@dataclass(frozen=True)
class Held:
    """A submission whose grade waits for a person, and what people have said of its flags so far."""

    row: Row
    kinds: tuple[str, ...]
    look: Mark | None
    stale: Mark | None  # a look at other files, or before there was a flag of another kind


@dataclass(frozen=True)
class ClassView:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    again: tuple[Row, ...]
    held: tuple[Held, ...]
    asked: tuple[Asked, ...]
    common: tuple[Common, ...]
    mean: float
    complete: int
    stale: int


def class_view(classroom: Classroom, spec: Spec) -> ClassView:
    """The class in the order of the names; questions in the order of the sheet."""
    ids = [q.id for q in spec.questions]
    rows = tuple(_row(classroom, record, ids) for record in classroom.records)
    return ClassView(
        columns=tuple(
            _column(q.id, q.title, q.points, [r.cells[i] for r in rows]) for i, q in enumerate(spec.questions)
        ),
        rows=rows,
        again=tuple(r for r in rows if r.result.status == "ungraded"),
        held=tuple(_held(classroom, row) for row in rows if row.held),
        asked=tuple(asked for row in rows for asked in _asked(classroom, row, spec)),
        common=_common(classroom),
        mean=sum(r.totals.score for r in rows) / len(rows),
        complete=sum(r.totals.complete for r in rows),
        stale=sum(r.stale for r in rows),
    )


def _row(classroom: Classroom, record: Submitted, ids: list[str]) -> Row:
    marks = classroom.standing.of(record.name)
    questions = {q.id: q for q in record.result.questions}
    cells: list[Cell | None] = []
    for id in ids:
        question = questions.get(id)
        if question is None:
            cells.append(None)
        elif question.kind == "written":
            cells.append(_marked(marks.get(id), question.max_score))
        else:
            cells.append(Cell(question.status, question.score, question.max_score))
    return Row(
        name=record.name,
        folder="./" + quote(record.folder.relative_to(classroom.folder).as_posix()),
        result=record.result,
        totals=totals(record.result, marks),
        cells=tuple(cells),
        stale=len(classroom.standing.stale_of(record.name).keys() - {FLAGS}),
        held=is_held(record.result, marks),
    )


def _held(classroom: Classroom, row: Row) -> Held:
    kinds = dict.fromkeys(flag.kind for flag in row.result.flags)
    key = row.name, FLAGS
    return Held(row, tuple(kinds), classroom.standing.counted.get(key), classroom.standing.stale.get(key))


def _asked(classroom: Classroom, row: Row, spec: Spec) -> Iterator[Asked]:
    for question, mark in sorted(classroom.standing.of(row.name).items()):
        for item in spec.staff_items:
            if item.id in mark.items:
                yield Asked(row, question, mark.marker, item.text)


def _marked(mark: Mark | None, max_score: float) -> Cell:
    if mark is None:
        return Cell("pending", None, max_score)
    status: Status = "passed" if mark.points >= max_score else "partial" if mark.points > 0 else "failed"
    return Cell(status, mark.points, max_score)


def _column(id: str, title: str, max_score: float, cells: list[Cell | None]) -> Column:
    scores = [c.score for c in cells if c is not None and c.score is not None]
    statuses = Counter(c.status for c in cells if c is not None)
    return Column(
        id=id,
        title=title,
        max_score=max_score,
        mean=sum(scores) / len(scores) if scores else None,
        graded=len(scores),
        statuses=tuple(statuses.most_common()),
    )


def _common(classroom: Classroom) -> tuple[Common, ...]:
    """The hints and messages that most submissions got, at least two of them; numbers do not tell messages apart."""
    submissions: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for record in classroom.records:
        told = {(question, _without_numbers(text)): text for question, text in _messages(record.result)}
        submissions.update(told.keys())
        for key, text in told.items():
            examples.setdefault(key, text)
    return tuple(
        Common(key[0], examples[key], count) for key, count in submissions.most_common(COMMON) if count > 1
    )


def _messages(result: Result) -> Iterator[tuple[str, str]]:
    for question in result.questions:
        for criterion in question.criteria:
            if criterion.hint is not None:
                yield question.id, criterion.hint.text
            elif criterion.message and criterion.status not in ("passed", "pending", "skipped"):
                yield question.id, criterion.message


def _without_numbers(text: str) -> str:
    return re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?", "#", text)
