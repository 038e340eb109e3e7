"""changes.csv: what a regrading changed, question by question, and why. People's marks count too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.results.answers import answer_sha256
from autograder.results.marks import MARKS, Key, latest, read_marks
from autograder.results.model import Result
from autograder.results.spreadsheet import decimal, quoted
from autograder.results.store import RESULT, ResultError, read_answers, read_result, write_whole

CHANGES = "changes.csv"
COLUMNS = ("id", "question", "old", "new", "why")


@dataclass(frozen=True)
class Recorded:
    """One submission as it stands: the machine's result, and the points of every question with people's marks."""

    result: Result
    points: Mapping[str, float | None]


def recorded(class_folder: Path) -> dict[str, Recorded]:
    """Name → what is on record. What cannot be read is passed over: grading makes it anew."""
    found: dict[str, Result] = {}
    hashes: dict[Key, str] = {}
    for path in sorted(class_folder.rglob(RESULT)):
        try:
            result, answers = read_result(path), read_answers(path.parent)
        except ResultError:
            continue
        name = result.submission.name
        found[name] = result
        hashes |= {
            (name, q.id): answer_sha256(answers.get(q.id, ""))
            for q in result.questions
            if q.kind == "written"
        }
    standing = latest(read_marks(class_folder / MARKS), hashes) if found else latest((), {})
    return {
        name: Recorded(
            result,
            {q.id: q.score for q in result.questions}
            | {question: mark.points for question, mark in standing.of(name).items()},
        )
        for name, result in found.items()
    }


def write_changes(class_folder: Path, before: Mapping[str, Recorded]) -> int:
    """Write changes.csv if there was something before; returns how many rows it has.

    A question without points is an empty cell. Submissions that are new are no change.
    """
    if not before:
        return 0
    rows = list(changes(before, recorded(class_folder)))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        [quoted(id), question, decimal(old), decimal(new), why] for id, question, old, new, why in rows
    )
    write_whole(class_folder / CHANGES, text.getvalue())
    return len(rows)


Change = tuple[str, str, float | None, float | None, str]


def changes(before: Mapping[str, Recorded], after: Mapping[str, Recorded]) -> Iterator[Change]:
    """(id, question, old, new, why) for every question whose points differ, in the order of names and of the sheet."""
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        for question in dict.fromkeys([*new.points, *old.points]):
            was, now = old.points.get(question), new.points.get(question)
            if decimal(was) != decimal(now):
                yield name, question, was, now, _why(old.result, new.result, was, now)


def _why(old: Result, new: Result, was: float | None, now: float | None) -> str:
    """The causes that apply, the one nearest to the student first."""
    causes = {
        "the submission is another one": old.submission.sha256 != new.submission.sha256,
        "checks, engine, limits or training settings changed": (
            old.spec.execution_sha256 != new.spec.execution_sha256
        ),
        "points, credit or dates in grading.yml changed": old.spec.marking_sha256 != new.spec.marking_sha256,
        "another data set": (
            old.data is not None and new.data is not None and old.data.sha256 != new.data.sha256
        ),
        "another device": old.engine.device != new.engine.device,
        "another version of torch": old.engine.torch != new.engine.torch,
        "graded with other options": old.options != new.options,
        "it was not graded before": was is None,
        "it could not be graded this time": now is None and new.status == "ungraded",
    }
    said = [cause for cause, applies in causes.items() if applies]
    return "; ".join(said) or "nothing else changed: look at both runs"
