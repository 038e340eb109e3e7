"""Code that can remember from one call to the next: what lives longer than a call, and can change in it."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules.memory import files, functions, models
from autograder.sandbox.inside.reading.rules.memory.kept import Kept
from autograder.sandbox.inside.reading.rules.source import Finding, Source


def look(source: Source, kept: Kept) -> Iterator[Finding]:
    yield from files.look(source, kept)
    yield from functions.look(source, kept)
    yield from models.look(source, kept)
