"""What a training run gets from the engine and gives back. The runs themselves belong to an assignment."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from autograder.engine.draw import Draw
from autograder.results.model import Cause, Evidence, FactRecord, Flag, Training
from autograder.sandbox import Limits, Zygote

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Digits:
    """The data set of a run: uint8 images (N, 28, 28)."""

    name: str
    sha256: str
    train_images: Pixels
    test_images: Pixels


@dataclass(frozen=True)
class TrainingContext:
    """Everything that a training run may use."""

    zygote: Zygote
    files: Mapping[str, bytes]
    data: Digits
    settings: Mapping[str, Any]  # the run's block of grading.yml: steps, gates
    failed: frozenset[str]  # functions that failed their facts: the reference stands in for them
    seed: bytes
    limits: Limits
    progress: Callable[[int, int, float], None]  # steps done, steps in all, the loss that the code reports
    device: str = "cpu"  # where it trains: cpu or cuda

    def draw(self, stream: str) -> Draw:
        return Draw(self.seed, stream)


@dataclass(frozen=True)
class TrainingOutcome:
    """The verdict of a run and what it leaves in result.json."""

    status: Literal["passed", "failed", "timeout", "crashed", "grader_error"]
    message: str
    record: Training
    cause: Cause | None = None
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[FactRecord, ...] = ()
    flags: tuple[Flag, ...] = field(default=())


class TrainingRun(Protocol):
    """A training run of an assignment."""

    @property
    def criterion(self) -> str:
        """Its criterion in grading.yml: `vae.training`."""
        ...

    @property
    def title(self) -> str: ...

    def cause(self, failed: Set[str], useless: Set[str]) -> str | None:
        """The function or class whose failure leaves nothing of the student's to run; None if there is something.

        `failed`: those with a wrong value or gradient. `useless`: those of which no criterion passed.
        """
        ...

    @property
    def settings(self) -> type[BaseModel]:
        """The model of its block in grading.yml."""
        ...

    @property
    def preload(self) -> tuple[str, ...]:
        """Libraries that the zygote imports before the first training fork."""
        ...

    def run(self, context: TrainingContext) -> TrainingOutcome: ...
