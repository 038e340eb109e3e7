"""Everything on record about a class: results, written answers, and the marks that stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import AutograderError
from autograder.results.answers import answer_sha256
from autograder.results.looks import FLAGS, flags_sha256
from autograder.results.marks import MARKS, Key, Standing, latest, read_marks
from autograder.results.model import Question, Result
from autograder.results.pictures import Shown, read_pictures
from autograder.results.store import read_answers, results_in


class ClassError(AutograderError):
    """A class folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Submitted:
    """One submission: where its files lie, what the machine found, what the student wrote by keyboard and by hand."""

    folder: Path
    result: Result
    answers: dict[str, str]
    pictures: Mapping[str, Shown] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.result.submission.name

    @property
    def written(self) -> list[Question]:
        return [q for q in self.result.questions if q.kind == "written"]

    def answer(self, question: str) -> str:
        return self.answers.get(question, "")


@dataclass(frozen=True)
class Classroom:
    """All submissions of a class folder, and the marks that people gave them."""

    folder: Path
    records: tuple[Submitted, ...]
    standing: Standing


def read_class(folder: Path) -> Classroom:
    """Read results, answers and marks of a class folder.

    Raises:
        ClassError: the folder holds no result, or two results of the same name.
        ResultError, MarksError: a file in it is broken.
    """
    records = tuple(
        Submitted(path, result, read_answers(path), read_pictures(path))
        for path, result in sorted(results_in(folder), key=lambda entry: entry[1].submission.name)
    )
    if not records:
        raise ClassError(
            f"{folder}: no result.json below it; give the folder that `autograder grade --out` wrote"
        )
    seen: dict[str, Path] = {}
    for record in records:
        other = seen.setdefault(record.name, record.folder)
        if other != record.folder:
            raise ClassError(
                f"{other} and {record.folder} are both results of {record.name!r}; move one of them elsewhere"
            )
    hashes = {key: sha256 for r in records for key, sha256 in hashes_of(r).items()}
    return Classroom(folder, records, latest(read_marks(folder / MARKS), hashes))


def hashes_of(record: Submitted) -> dict[Key, str]:
    """What marks of a submission have to belong to: each written answer as it is now, and its flags if it has any."""
    hashes = {(record.name, q.id): answer_sha256(record.answer(q.id)) for q in record.written}
    if record.result.flags:
        hashes[record.name, FLAGS] = flags_sha256(record.result)
    return hashes
