"""The blocks `training.gan` and `training.saturation` of grading.yml."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from pydantic import Field, field_validator

from autograder.assignment.training.gates import NARROWER, WIDER, Gate, RunSettings


class GanGate(Gate):
    """What passes on one data set, in both games."""

    class_score: float = Field(ge=1, le=10, description="the judge's class score must be at least this")
    frechet: float = Field(gt=0, description="the Fréchet distance to real digits must be at most this")
    neighbours: float | None = Field(
        None, gt=0, lt=1, description="the correlation of neighbouring pixels must be at least this"
    )

    def wider(self) -> GanGate:
        update = {"class_score": max(1.0, self.class_score * NARROWER), "frechet": self.frechet * WIDER}
        if self.neighbours is not None:
            update["neighbours"] = self.neighbours * NARROWER
        return self.model_copy(update=update)


class GanSettings(RunSettings):
    """Budget and gates of the two games."""

    RUN: ClassVar[str] = "gan"

    steps: int = Field(400, ge=1)
    batch: int = Field(64, ge=2)
    learning_rate: float = Field(1e-3, gt=0)
    cpu_seconds: float = Field(30, gt=0, description="CPU seconds of one game")
    samples: int = Field(1000, ge=100, description="images that the judge looks at")
    picture_steps: int = Field(400, ge=0, description="steps of the game at 28×28 for the picture; 0: none")
    gates: tuple[GanGate, ...]


class SaturationGate(Gate):
    """What passes on one data set. The ratio is non-saturating : minimax, of the norms of G's gradient."""

    start: tuple[float, float] = Field(
        description="the ratio before D learns lies between these: both losses pull alike"
    )
    end: float = Field(gt=0, description="the ratio after the last step of D must be at least this")
    fall: float = Field(gt=0, description="the minimax norm must have fallen by at least this factor")

    def wider(self) -> SaturationGate:
        low, high = self.start
        return self.model_copy(
            update={
                "start": (low * NARROWER, high * WIDER),
                "end": self.end * NARROWER,
                "fall": self.fall * NARROWER,
            }
        )


class SaturationSettings(RunSettings):
    """Budget and gates of the run in which D learns and G waits."""

    RUN: ClassVar[str] = "saturation"

    moments: tuple[int, ...] = Field(
        (0, 5, 10, 25, 50), min_length=2, description="steps of D before each look"
    )
    batch: int = Field(64, ge=2)
    learning_rate: float = Field(1e-3, gt=0)
    cpu_seconds: float = Field(10, gt=0)
    gates: tuple[SaturationGate, ...]

    @field_validator("moments")
    @classmethod
    def _rise_from_zero(cls, moments: tuple[int, ...]) -> tuple[int, ...]:
        if moments[0] != 0 or any(a >= b for a, b in pairwise(moments)):
            raise ValueError("moments begin with 0 and rise")
        return moments
