"""What a person should look at in a submission before any of it has run: flags, never marks."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

from autograder.engine.sheet import Sheet
from autograder.engine.student import Student
from autograder.results.model import Flag
from autograder.sandbox.output import one_line

OWN_BYTES = 24 * 1024  # compressed: three times the solutions'
SHOWN = 5  # findings of one kind
CHARACTERS = 200  # of one finding
_SEEN = {
    "reaches_into_python": "reaches beyond what the exercise needs",
    "remembers_calls": "may answer otherwise after some calls",
    "brings_data": "brings numbers or texts along",
}
UNREADABLE = "unreadable_code"


def read(student: Student, sheet: Sheet) -> Iterator[Flag]:
    """Flags about what the student wrote; SandboxError as `Student.read`."""
    yield from _brought_along({name: text for name, text in student.files.items() if name not in sheet.given})
    packages = {f"{name.rpartition('/')[0]}/__init__.py" for name in sheet.required}
    reply = student.read([*sorted(packages), *sheet.required], sheet.given)
    if reply.failure is not None:
        yield Flag(
            kind=UNREADABLE,
            text=f"its code was not read for flags: {one_line(reply.failure.message, CHARACTERS)}",
        )
        return
    found: dict[str, list[str]] = {}
    for finding in reply.values["findings"]:
        kind, file, line, text = finding
        found.setdefault(str(kind), []).append(f"{file}, line {line}: {text}")
    for kind, texts in found.items():
        shown = "; ".join(one_line(text, CHARACTERS) for text in texts[:SHOWN])
        more = f"; and {len(texts) - SHOWN} more places" if len(texts) > SHOWN else ""
        yield Flag(kind=kind, text=f"{_SEEN.get(kind, 'look at')}: {shown}{more}")


def _brought_along(own: Mapping[str, bytes]) -> Iterator[Flag]:
    """Code is small when compressed; digits to learn by heart, or weights that were trained elsewhere, are not."""
    sizes = {name: len(zlib.compress(content)) for name, content in own.items()}
    if sum(sizes.values()) > OWN_BYTES:
        largest = max(sizes, key=sizes.__getitem__)
        text = (
            f"{sum(sizes.values()) // 1024} KiB of its own even when compressed, most of it in {largest}: "
            "does it bring digits or trained weights along?"
        )
        yield Flag(kind="brings_data", text=text)
