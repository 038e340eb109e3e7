"""The model of kill-matrix.json: outcomes only. What follows from them (marks, who alone kills what) is computed.

A count is a number of seeds, of `Evidence.seeds` in all; what never happened is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from autograder.engine.facts import Kind
from autograder.errors import AutograderError
from autograder.results.model import Hint

Seeds = Mapping[str, int]


class Part(BaseModel):
    """Base of all parts: a key that the model does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FactOf(Part):
    """One fact of a function."""

    kind: Kind
    title: str


class Tally(Part):
    """What became of the facts of a function with one text of a bank in its place, over all seeds."""

    fails: Seeds = Field(default_factory=dict, description="by fact: seeds at which it fails")
    alone: Seeds = Field(default_factory=dict, description="by fact: seeds at which nothing else fails")
    decides: Seeds = Field(
        default_factory=dict,
        description="by fact: seeds at which others fail, but none of its criterion",
    )
    lost: Seeds = Field(default_factory=dict, description="by kind of criterion: seeds at which it is lost")
    survives: int = Field(0, description="seeds at which no fact fails")

    def varies(self, seeds: int) -> bool:
        """Whether a seed may change which facts fail."""
        return any(count < seeds for count in self.fails.values())


class Graded(Part):
    """One submission with the bug in the model solution, graded as any other."""

    lost: list[str] = Field(description="criteria of any function that failed")
    hint: Hint | None = None


class EquivalentOf(Tally):
    """Right code: nothing should fail, neither here nor in the functions that call it."""

    lost_when_graded: list[str] = Field(
        default_factory=list, description="criteria of any function that failed in a graded submission"
    )
    text_sha256: str = Field("", description="of which text")

    @property
    def tally(self) -> Tally:
        """What became of the facts."""
        return Tally(**self.model_dump(include=set(Tally.model_fields)))

    @property
    def graded(self) -> Graded:
        """What became of the submission."""
        return Graded(lost=self.lost_when_graded)


class BugOf(Part):
    """One known bug of a function."""

    says: str
    sheet: str
    mistake: str | None = None
    facts: Tally
    graded: Graded
    text_sha256: str = Field("", description="of which text")


class FunctionOf(Part):
    """One function of the student's API (or its class): what is asked of it and what it is tried with."""

    asked_sha256: str = Field("", description="of all that decides what its facts say of a text")
    facts: dict[str, FactOf]
    bugs: dict[str, BugOf]
    equivalents: dict[str, EquivalentOf]


class Evidence(Part):
    """Everything that was measured, and of what."""

    execution_sha256: str
    bank_sha256: str
    python: str
    torch: str
    seeds: int
    functions: dict[str, FunctionOf]

    @property
    def bugs(self) -> Iterator[tuple[str, str, BugOf]]:
        """Function, name and bug, in the order of the sheet."""
        return ((f, name, bug) for f, of in self.functions.items() for name, bug in of.bugs.items())

    @property
    def equivalents(self) -> Iterator[tuple[str, str, EquivalentOf]]:
        """Function, name and tally, in the order of the sheet."""
        return ((f, name, t) for f, of in self.functions.items() for name, t in of.equivalents.items())

    @property
    def survivors(self) -> list[str]:
        """Bugs that every fact lets through at some seed."""
        return [name for _, name, bug in self.bugs if bug.facts.survives]

    @property
    def false_fails(self) -> list[str]:
        """Equivalents that fail a fact at some seed, or lose a criterion when they are graded."""
        return [name for _, name, of in self.equivalents if of.fails or of.lost_when_graded]

    @property
    def varying(self) -> list[str]:
        """Bugs whose failing facts depend on the seed."""
        return [name for _, name, bug in self.bugs if bug.facts.varies(self.seeds)]


def read_evidence(path: Path) -> Evidence:
    """The evidence at `path`; AutograderError if there is none."""
    if not path.is_file():
        raise AutograderError(f"{path} does not exist. Run `make evidence`.")
    return Evidence.model_validate_json(path.read_bytes())


def dumped(evidence: Evidence) -> str:
    """JSON with one line per fact, bug and equivalent, so that two versions can be compared line by line."""
    return _lines(evidence.model_dump(mode="json", exclude_defaults=True), depth=4) + "\n"


def _lines(value: Any, depth: int, indent: str = "") -> str:
    if not isinstance(value, dict) or not value or depth == 0:
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent} "
    entries = (f"{inner}{json.dumps(key)}: {_lines(v, depth - 1, inner)}" for key, v in value.items())
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
