"""The blocks `training.gan` and `training.saturation` of grading.yml."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from autograder.assignment.training.attempt import gate_of, settings_of


class GanGate(BaseModel):
    """What passes on one data set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    class_score: float = Field(ge=1, le=10, description="the judge's class score must be at least this")
    frechet: float = Field(gt=0, description="the Fréchet distance to real digits must be at most this")


class GanSettings(BaseModel):
    """Budget and gates of the two games."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: int = Field(400, ge=1)
    batch: int = Field(64, ge=2)
    learning_rate: float = Field(1e-3, gt=0)
    cpu_seconds: float = Field(30, gt=0, description="CPU seconds of one game")
    samples: int = Field(1000, ge=100, description="images that the judge looks at")
    picture_steps: int = Field(400, ge=0, description="steps of the game at 28×28 for the picture; 0: none")
    gates: dict[str, GanGate]

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> GanSettings:
        """The settings in a block of grading.yml; SpecError names every mistake in it."""
        return settings_of(cls, "gan", block)

    def gate(self, data: str) -> GanGate:
        """The gate of a data set. SpecError if there is none."""
        return gate_of(self.gates, "gan", data)


class SaturationGate(BaseModel):
    """What passes on one data set. The ratio is non-saturating : minimax, of the norms of G's gradient."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: tuple[float, float] = Field(
        description="the ratio before D learns lies between these: both losses pull alike"
    )
    end: float = Field(gt=0, description="the ratio after the last step of D must be at least this")
    fall: float = Field(gt=0, description="the minimax norm must have fallen by at least this factor")


class SaturationSettings(BaseModel):
    """Budget and gates of the run in which D learns and G waits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    moments: tuple[int, ...] = Field(
        (0, 5, 10, 25, 50), min_length=2, description="steps of D before each look"
    )
    batch: int = Field(64, ge=2)
    learning_rate: float = Field(1e-3, gt=0)
    cpu_seconds: float = Field(10, gt=0)
    gates: dict[str, SaturationGate]

    @field_validator("moments")
    @classmethod
    def _rise_from_zero(cls, moments: tuple[int, ...]) -> tuple[int, ...]:
        if moments[0] != 0 or any(a >= b for a, b in pairwise(moments)):
            raise ValueError("moments begin with 0 and rise")
        return moments

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> SaturationSettings:
        """The settings in a block of grading.yml; SpecError names every mistake in it."""
        return settings_of(cls, "saturation", block)

    def gate(self, data: str) -> SaturationGate:
        """The gate of a data set. SpecError if there is none."""
        return gate_of(self.gates, "saturation", data)
