"""grades.csv: one row per submission, the machine's scores joined with the marks that count."""

import csv
import io
from typing import Any

from autograder.results.classroom import Classroom, Submitted
from autograder.results.marks import totals
from autograder.results.spreadsheet import decimal, quoted
from autograder.spec.model import Spec

COLUMNS = ("submission", "sha256", "score", "graded_max", "max_score", "complete")


def grades_csv(classroom: Classroom, spec: Spec) -> str:
    """The table as text. A question without a score is an empty cell, never 0."""
    questions = [q.id for q in spec.questions]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *questions])
    for record in classroom.records:
        writer.writerow(_row(classroom, record, questions))
    return text.getvalue()


def _row(classroom: Classroom, record: Submitted, questions: list[str]) -> list[Any]:
    marks = classroom.standing.of(record.name)
    joined = totals(record.result, marks)
    scores = {q.id: q.score for q in record.result.questions} | {id: m.points for id, m in marks.items()}
    return [
        quoted(record.name),
        record.result.submission.sha256,
        *(decimal(n) for n in (joined.score, joined.graded_max, joined.max_score)),
        "true" if joined.complete else "false",
        *(decimal(scores.get(id)) for id in questions),
    ]
