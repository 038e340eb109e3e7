"""Plain CSV: one row per person, for whatever tool has no door of its own.

`score` is what counts, after the penalty; `raw_score` before it. Text that a spreadsheet would take for a formula is
made text by an apostrophe.
"""

from __future__ import annotations

import csv
import io

from autograder.fronts.final import Grade
from autograder.fronts.gradebook import remarks
from autograder.fronts.request import Export
from autograder.results.spreadsheet import decimal, quoted
from autograder.results.store import write_whole
from autograder.results.table import BOM
from autograder.spec import Spec

COLUMNS = (
    *("id", "name", "email", "group", "submission", "received_at", "days_late", "kept"),
    *("score", "raw_score", "graded_max", "max_score", "complete"),
)


def plain_csv(request: Export) -> str:
    """Write the table; the text to print."""
    grades = request.grades()
    questions = [q.id for q in request.spec.questions]
    chosen = [grade for grade in grades.grades if grade.totals.complete or request.partial]
    left = [grade.person.id for grade in grades.grades if grade not in chosen]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *questions])
    writer.writerows(_row(grade, request.spec) for grade in chosen)
    path = request.place("grades.csv")
    write_whole(path, BOM + text.getvalue())  # Excel reads UTF-8 only with this mark
    return "\n".join([f"Grades  {path}: {len(chosen)} people", *remarks(grades, left, request)])


def _row(grade: Grade, spec: Spec) -> list[str]:
    scores = {q.id: q.score for q in grade.record.result.questions}
    scores |= {question: mark.points for question, mark in grade.marks.items()}
    person, totals = grade.person, grade.totals
    return [
        *map(quoted, (person.id, person.name, person.email, person.group, grade.record.name)),
        grade.received_at.isoformat() if grade.received_at else "",
        str(grade.lateness.days),
        decimal(grade.lateness.kept),
        decimal(grade.score),
        *(decimal(n) for n in (totals.score, totals.graded_max, totals.max_score)),
        "true" if totals.complete else "false",
        *(decimal(scores.get(question.id)) for question in spec.questions),
    ]
