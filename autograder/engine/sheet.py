"""What the engine must be told of an exercise sheet. An assignment makes one; the command line joins the two."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel

from autograder.engine.facts import Fact
from autograder.engine.training import TrainingRun
from autograder.results.model import Hint
from autograder.sandbox import Zygote
from autograder.submission import Submission, open_submission

if TYPE_CHECKING:
    from autograder.engine.judge import Outcome
    from autograder.engine.student import Student


class StandIns(Protocol):
    """Our own versions of functions of the student API, for the others that call them."""

    def files(
        self, files: Mapping[str, bytes], failed: Collection[str], asked: str
    ) -> tuple[dict[str, bytes], list[str]]:
        """The files with our versions of `failed`, and the names of those replaced, fit to ask `asked`.

        It must not find its own answer there; nor may two functions each find the other's.
        """
        ...

    def usual(self, asked: str) -> Collection[str]:
        """The functions that `asked` calls in an ordinary solution."""
        ...


class Diagnose(Protocol):
    """Says why functions failed. It raises nothing: marks never depend on it."""

    def __call__(
        self, outcomes: Collection[Outcome], student: Student, zygote: Zygote, seed: bytes
    ) -> Mapping[str, Hint]:
        """Hints by the name of the function or class that failed; none of ours runs where nothing failed."""
        ...


@dataclass(frozen=True)
class Sheet:
    """The checks of a sheet and the files that surround a student's code."""

    facts: tuple[Fact, ...]
    runs: tuple[TrainingRun, ...]
    given: Mapping[str, bytes]  # complete files of ours; they replace a submission's own copies
    required: tuple[str, ...]  # the files in which students write code
    notebook: str  # the file in which students write answers for people
    stamp: str  # the file that names the handout's version: SHEET = "2026.1"
    handed_out: frozenset[str] = frozenset()  # the paths of everything that students were given
    stand_ins: StandIns | None = None
    diagnose: Diagnose | None = None
    mistakes: tuple[str, ...] = ()  # what a hint may call a mistake; grading.yml may give credit for it

    def open(self, path: Path, name: str) -> Submission:
        """A folder or archive with this exercise in it. SubmissionError if it cannot be opened."""
        return open_submission(
            path, name=name, given=self.given, required=self.required, handed_out=self.handed_out
        )

    @property
    def criteria(self) -> tuple[str, ...]:
        """Ids of everything that grading.yml can give points to."""
        return tuple(dict.fromkeys([*(f.criterion for f in self.facts), *(r.criterion for r in self.runs)]))

    @property
    def settings(self) -> dict[str, type[BaseModel]]:
        """The models of the training runs' blocks in grading.yml, by their names."""
        return {run.criterion.partition(".")[0]: run.settings for run in self.runs}
