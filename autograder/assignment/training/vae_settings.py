"""The block `training.vae` of grading.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from autograder.assignment.training.attempt import gate_of, settings_of


class Gate(BaseModel):
    """What passes on one data set, in nats per image."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    elbo: float = Field(lt=0, description="the trusted ELBO must be at least this")
    kl_weight: tuple[float, float] | None = Field(
        None, description="the implied weight of the KL term, by σ, lies between these; 1 is right"
    )
    too_good: float = Field(lt=0, description="an ELBO above this is flagged: no honest run comes near it")


class VaeSettings(BaseModel):
    """Budget and gates of the VAE run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: int = Field(938, ge=1)
    batch: int = Field(128, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    shift: int = Field(1, ge=0, le=8, description="largest shift of training and held-out images, in pixels")
    cpu_seconds: float = Field(60, gt=0, description="CPU seconds of one training")
    held_out: int = Field(1000, ge=1, description="number of held-out images")
    gates: dict[str, Gate]

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> VaeSettings:
        """The settings in a block of grading.yml; SpecError names every mistake in it."""
        return settings_of(cls, "vae", block)

    def gate(self, data: str) -> Gate:
        """The gate of a data set. SpecError if there is none: gates differ by 150 nats between sets."""
        return gate_of(self.gates, "vae", data)
