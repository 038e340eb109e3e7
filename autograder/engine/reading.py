"""What a person should look at in a submission before any of it has run: flags, never marks."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.engine.sheet import Sheet
from autograder.engine.student import Student
from autograder.results.model import Flag
from autograder.sandbox.output import one_line

SHOWN = 5  # findings of one kind
CHARACTERS = 200  # of one finding
UNREADABLE = "unreadable_code"
_ASKED = {
    "reaches_into_python": "reaches beyond what the exercise needs",
    "remembers_calls": "may answer otherwise after some calls",
    "draws_in_its_own_way": "draws random numbers in a way of its own",
    "answers_by_mode": "asks in which mode it is called",
    "own_gradients": "takes or writes gradients by itself",
    "brings_data": "brings numbers or texts along",
    UNREADABLE: "cannot be read before it runs",
}


def read(student: Student, sheet: Sheet) -> Iterator[Flag]:
    """One flag for each kind of finding; SandboxError as `Student.read`."""
    packages = {f"{name.rpartition('/')[0]}/__init__.py" for name in sheet.required}
    graded = {fact.about.name for fact in sheet.facts}
    reply = student.read([*sorted(packages), *sheet.required], sheet.given, graded)
    if reply.failure is not None:
        why = one_line(reply.failure.message, CHARACTERS)
        yield Flag(kind=UNREADABLE, text=f"{_ASKED[UNREADABLE]}: {why}")
        return
    found: dict[str, list[str]] = {}
    for kind, file, line, text in reply.values["findings"]:
        found.setdefault(kind, []).append(one_line(f"{file}, line {line}: {text}", CHARACTERS))
    for kind, texts in found.items():
        more = f"; and {len(texts) - SHOWN} more places" if len(texts) > SHOWN else ""
        yield Flag(kind=kind, text=f"{_ASKED[kind]}: {'; '.join(texts[:SHOWN])}{more}")
