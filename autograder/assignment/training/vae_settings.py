"""The block `training.vae` of grading.yml."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from autograder.assignment.training.gates import NARROWER, WIDER, Gate, RunSettings


class VaeGate(Gate):
    """What passes on one data set, in nats per image."""

    elbo: float = Field(lt=0, description="the trusted ELBO must be at least this")
    kl_weight: tuple[float, float] | None = Field(
        None, description="the implied weight of the KL term, by σ, lies between these; 1 is right"
    )
    too_good: float | None = Field(
        None,
        lt=0,
        description="an ELBO above this is flagged: no honest run comes near it. A person's choice",
    )

    def wider(self) -> VaeGate:
        weight = self.kl_weight and (self.kl_weight[0] * NARROWER, self.kl_weight[1] * WIDER)
        return self.model_copy(update={"elbo": self.elbo * WIDER, "kl_weight": weight})


class VaeSettings(RunSettings):
    """Budget and gates of the VAE run."""

    RUN: ClassVar[str] = "vae"

    steps: int = Field(938, ge=1)
    batch: int = Field(128, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    shift: int = Field(1, ge=0, le=8, description="largest shift of training and held-out images, in pixels")
    cpu_seconds: float = Field(60, gt=0, description="CPU seconds of one training")
    held_out: int = Field(1000, ge=1, description="number of held-out images")
    gates: tuple[VaeGate, ...]
