"""Small classes on disk for the doors: every submission has one automatic question and one written one."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.results.answers import answer_sha256
from autograder.results.looks import FLAGS, flags_sha256
from autograder.results.marks import MARKS, Mark, append
from autograder.results.model import Flag, Question
from autograder.results.store import RESULT, read_result, write_answers, write_result
from autograder.spec.model import Spec

GOLDEN_RESULT = Path(__file__).parents[1] / "results" / "golden" / "result-1.json"
AUTO, WRITTEN = "9-1a", "9-1a-written"
DUE = datetime(2027, 1, 15, 22, 59, tzinfo=UTC)
ON_TIME = "2027-01-15T12:00:00+00:00"

ROSTER = """\
id,name,email,group,extension
ada,"Lovelace, Ada",ada@example.org,,
bob,Bob Özil,bob@example.org,team-1,
cem,Cem Ünal,cem@example.org,team-1,2
eve,=Eve,eve@example.org,,
"""


def spec(**schedule: Any) -> Spec:
    question = {"title": "a question", "points": 50}
    return Spec.model_validate(
        {
            "assignment": "generative-models",
            "title": "Exercise 9, Generative Models",
            "sheet_version": "2026.1",
            "max_score": 100,
            "schedule": {"due": DUE, **schedule},
            "data": {"name": "mnist", "sha256": {}},
            "visibility": {},
            "questions": [
                {**question, "id": AUTO, "kind": "auto"},
                {**question, "id": WRITTEN, "kind": "written"},
            ],
        }
    )


def put_submission(
    folder: Path,
    name: str,
    score: float | None,
    marked: float | None = None,
    received_at: str | None = ON_TIME,
    flags: Collection[str] = (),
) -> Path:
    """A result with `score` of 50 points and, if `marked`, a person's mark; a score of None is not graded."""
    result = read_result(GOLDEN_RESULT).model_copy(deep=True)
    result.submission.name = name
    result.submission.received_at = received_at
    result.submission.sha256 = "ab" * 32
    result.flags = [Flag(kind=kind, text=f"why {kind}") for kind in flags]
    result.questions = [
        Question(
            id=AUTO,
            title="code",
            kind="auto",
            score=score,
            max_score=50,
            status="grader_error" if score is None else "partial",
        ),
        Question(id=WRITTEN, title="text", kind="written", score=None, max_score=50, status="pending"),
    ]
    result.status = "ungraded" if score is None else "graded"
    result.score, result.graded_max, result.max_score = score or 0.0, 50, 100
    write_result(folder / name, result)
    write_answers(folder / name, {WRITTEN: f"answer of {name}"})
    if marked is not None:
        put_mark(folder, name, marked)
    return folder / name


def put_mark(folder: Path, name: str, points: float) -> None:
    sha256 = answer_sha256(f"answer of {name}")
    mark = Mark(
        submission=name,
        question=WRITTEN,
        points=points,
        marker="tutor",
        time=datetime(2027, 1, 20, tzinfo=UTC),
        answer_sha256=sha256,
    )
    append(folder / MARKS, [mark])


def put_look(folder: Path, name: str, *items: str) -> None:
    """A person has looked at the flags of `name`; `fine` lets the grade go."""
    look = Mark(
        submission=name,
        question=FLAGS,
        items=[*items],
        points=0,
        marker="tutor",
        time=datetime(2027, 1, 20, tzinfo=UTC),
        answer_sha256=flags_sha256(read_result(folder / name / RESULT)),
    )
    append(folder / MARKS, [look])


def put_class(folder: Path, scores: Mapping[str, tuple[float | None, float | None, str | None]]) -> Path:
    for name, (score, marked, received_at) in scores.items():
        put_submission(folder, name, score, marked, received_at)
    return folder


def put_roster(path: Path, text: str = ROSTER) -> Path:
    path.write_text(text, "utf-8")
    return path
