"""People's marks in two places: formgrader writes to nbgrader's gradebook, everybody else to marks.jsonl.

What was agreed the last time is kept beside the result (`gradebook.json`), so that a change on either side is seen:
a mark that changed in the gradebook is appended to marks.jsonl, any other difference goes from marks.jsonl to the gradebook.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.fronts.nbgrader.places import NOTEBOOK
from autograder.results.answers import answer_sha256
from autograder.results.classroom import Submitted
from autograder.results.marks import MARKS, Mark, append, latest, read_marks
from autograder.results.papers import paper_question
from autograder.results.store import RESULT, as_text, read_answers, read_object, read_result, write_whole
from autograder.spec.model import Spec

AGREED = "gradebook.json"
MARKER = "formgrader"
"""Who gave a mark that comes from the gradebook: nbgrader does not record the person."""


@dataclass(frozen=True)
class Held:
    """A person's mark of one answer, as far as the gradebook can hold it."""

    points: float
    comment: str


@dataclass(frozen=True)
class Exchange:
    """What is to be done about the written questions of one submission."""

    append: Mapping[str, Held]  # to marks.jsonl
    write: Mapping[str, Held | None]  # to the gradebook; None: take the mark back, its answer has changed


def exchange(held: Mapping[str, Held], agreed: Mapping[str, Held], standing: Mapping[str, Mark]) -> Exchange:
    """Bring both sides together, by question: what the gradebook holds, what both held last time, which marks stand.

    A change in formgrader wins over one of marks.jsonl, which keeps both.
    """
    newer: dict[str, Held] = {}
    write: dict[str, Held | None] = {}
    for question in sorted(held.keys() | standing.keys()):
        here, mark = held.get(question), standing.get(question)
        there = Held(mark.points, mark.comment) if mark is not None else None
        if here == there:
            continue
        if here is not None and here != agreed.get(question):
            newer[question] = here
        else:
            write[question] = there
    return Exchange(newer, write)


def exchange_marks(gradebook: Any, graded: Path, spec: Spec, students: Iterable[str], log: Any) -> None:
    """Do so for `students` of a class folder that the gradebook knows, and say what came back from formgrader."""
    marks = read_marks(graded / MARKS)
    for student in students:
        folder = graded / student  # a submission's name is its path below the class folder
        record = Submitted(folder, read_result(folder / RESULT), read_answers(folder))
        own = [mark for mark in marks if mark.submission == student]
        hashes = {mark.key: answer_sha256(record.answer(mark.question)) for mark in own}
        came = _exchange_one(gradebook, graded, spec, record, latest(own, hashes).of(student))
        for question, new in came.items():
            log.info("%s, %s: %s points from formgrader into %s", student, question, new.points, MARKS)


def _exchange_one(
    gradebook: Any, graded: Path, spec: Spec, record: Submitted, standing: Mapping[str, Mark]
) -> Mapping[str, Held]:
    cells = _cells(gradebook, spec, record.name)
    path = record.folder / AGREED
    agreed = {q: Held(**about) for q, about in read_object(path).items()} if path.exists() else {}
    todo = exchange(_held(cells), agreed, {q: mark for q, mark in standing.items() if q in cells})
    now = datetime.now(UTC)
    append(
        graded / MARKS,
        [
            Mark(
                submission=record.name,
                question=question,
                points=new.points,
                comment=new.comment,
                marker=MARKER,
                time=now,
                answer_sha256=answer_sha256(record.answer(question)),
            )
            for question, new in todo.append.items()
        ],
    )
    for question, (grade, comment) in cells.items():
        if question in todo.write:
            _write(grade, comment, todo.write[question])
        marked = grade.manual_score is not None
        if marked:
            grade.needs_manual_grade = False  # nbgrader asks again after every autograde
        elif _on_paper(record, question):
            grade.auto_score, grade.needs_manual_grade, comment.auto_comment = None, True, None
    gradebook.db.commit()
    write_whole(path, as_text({question: asdict(mark) for question, mark in _held(cells).items()}))
    return todo.append


def _cells(gradebook: Any, spec: Spec, student: str) -> dict[str, tuple[Any, Any]]:
    """Written question → its grade and its comment in the gradebook."""
    return {
        question.id: (
            gradebook.find_grade(question.id, NOTEBOOK, spec.assignment, student),
            gradebook.find_comment(question.id, NOTEBOOK, spec.assignment, student),
        )
        for question in spec.questions
        if question.kind == "written"
    }


def _held(cells: Mapping[str, tuple[Any, Any]]) -> dict[str, Held]:
    """The marks that people gave. nbgrader shows comments with their HTML, so ours are escaped in there."""
    return {
        question: Held(
            max(0.0, float(grade.manual_score) + float(grade.extra_credit or 0)),
            html.unescape(comment.manual_comment or ""),
        )
        for question, (grade, comment) in cells.items()
        if grade.manual_score is not None
    }


def _write(grade: Any, comment: Any, mark: Held | None) -> None:
    grade.extra_credit = None
    if mark is None:
        grade.manual_score, comment.manual_comment = None, None
        grade.needs_manual_grade = grade.auto_score is None
    else:
        grade.manual_score, comment.manual_comment = (
            mark.points,
            html.escape(mark.comment, quote=False) or None,
        )


def _on_paper(record: Submitted, question: str) -> bool:
    """Whether the answer, or a part of it, is in a file: the empty cell is not its answer."""
    return any(paper_question(path, [question]) for path in record.result.submission.files)
