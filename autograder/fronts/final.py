"""The grade of every person: which submission counts, what it scored with people's marks, what being late costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.results.classroom import Classroom, Submitted
from autograder.results.looks import is_held
from autograder.results.marks import Mark, Totals, totals
from autograder.roster import Person, folded
from autograder.spec import Spec
from autograder.spec.lateness import Lateness, lateness
from autograder.spec.model import Schedule

_VERSION = re.compile(r"(.*)-v(\d+)")


@dataclass(frozen=True)
class Grade:
    """One person's grade by one submission."""

    person: Person
    record: Submitted
    marks: dict[str, Mark]
    totals: Totals  # before any penalty
    received_at: datetime | None
    lateness: Lateness

    @property
    def score(self) -> float:
        """What counts: the score after the penalty."""
        return self.totals.score * self.lateness.kept

    @property
    def is_ungraded(self) -> bool:
        """Whether a part could not be graded for a reason that is not the student's: it must never become a 0."""
        return self.record.result.status == "ungraded"

    @property
    def is_held(self) -> bool:
        """Whether the submission is flagged and no person has looked at it."""
        return is_held(self.record.result, self.marks)

    def goes_out(self, partial: bool) -> bool:
        """Whether a tool may get it: not held, and complete, or as far as it is there if that is wanted."""
        return not self.is_held and (self.totals.complete or (partial and not self.is_ungraded))


@dataclass(frozen=True)
class Grades:
    """Everybody's grades, and what a person has to look at."""

    grades: tuple[Grade, ...]
    nothing: tuple[Person, ...]  # in the roster, without a submission
    strangers: tuple[str, ...]  # submissions of nobody in the roster
    unclear: tuple[str, ...]  # sentences: which of several submissions counts cannot be said


def final_grades(classroom: Classroom, spec: Spec, people: Sequence[Person] | None) -> Grades:
    """The grades in the order of the roster; without one every submission is a person of its own.

    A submission belongs to the person or the group whose id its name is, or begins with before a hyphen (`ada-v2` is
    ada's second attempt); a group's submission is that of all its members, each with their own extension.
    """
    if people is None:
        people = [Person(record.name) for record in classroom.records]
        owned: dict[str, list[Submitted]] = {folded(r.name): [r] for r in classroom.records}
        strangers: list[str] = []
    else:
        owned, strangers = _owned(classroom, people)
    grades, nothing, unclear = [], [], []
    for person in people:
        records = [r for key in dict.fromkeys((person.id, person.group)) for r in owned.get(folded(key), ())]
        tries = [_grade(person, record, classroom, spec.schedule) for record in records]
        if not tries:
            nothing.append(person)
        elif isinstance(chosen := _counts(tries, spec.schedule), Grade):
            grades.append(chosen)
        else:
            unclear.append(f"{person.id}: {chosen}")
    return Grades(tuple(grades), tuple(nothing), tuple(strangers), tuple(unclear))


def _owned(classroom: Classroom, people: Iterable[Person]) -> tuple[dict[str, list[Submitted]], list[str]]:
    """folded id of a person or group → its submissions; and the names that fit nobody, or several."""
    owners = {folded(key) for person in people for key in (person.id, person.group) if key}
    owned: dict[str, list[Submitted]] = {}
    strangers = []
    for record in classroom.records:
        name = folded(record.name)
        begins = [name[:at] for at, c in enumerate(name) if c == "-" and name[:at] in owners]
        if name in owners:
            owned.setdefault(name, []).append(record)
        elif len(begins) == 1:
            owned.setdefault(begins[0], []).append(record)
        else:
            strangers.append(record.name)
    return owned, strangers


def _grade(person: Person, record: Submitted, classroom: Classroom, schedule: Schedule) -> Grade:
    marks = classroom.standing.of(record.name)
    received = record.result.submission.received_at
    received_at = datetime.fromisoformat(received) if received else None
    return Grade(
        person,
        record,
        marks,
        totals(record.result, marks),
        received_at,
        lateness(received_at, schedule, person.extension),
    )


def _counts(tries: list[Grade], schedule: Schedule) -> Grade | str:
    """The attempt that counts, or why that cannot be said."""
    if len(tries) == 1:
        return tries[0]
    names = ", ".join(grade.record.name for grade in tries)
    if schedule.attempts == "best":
        if not all(grade.totals.complete for grade in tries):
            return f"the best of {names} is not known before all of them are graded and marked"
        return max(tries, key=lambda grade: (grade.score, grade.record.name))
    times = [grade.received_at for grade in tries]
    if None not in times and len(set(times)) == len(times):
        return max(tries, key=lambda grade: grade.received_at or datetime.min)
    versions = [_VERSION.fullmatch(grade.record.name) for grade in tries]
    numbers = [(match[1], int(match[2])) for match in versions if match]
    if len(numbers) == len(tries) and len({owner for owner, _ in numbers}) == 1:
        return max(zip(numbers, tries, strict=True), key=lambda pair: pair[0][1])[1]
    return f"which of {names} is the latest is not known; give their times (`autograder collect --times`)"
