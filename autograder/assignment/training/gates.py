"""Which gate of grading.yml holds for a run: that of its data set, device and budget.

A gate is what `autograder calibrate` chose from runs on one data set (its SHA-256), one class of device and one budget.
On a device without one of its own, the CPU's holds, every bound MARGIN wider: there the same code runs with another
rounding and other random numbers, which is another seed and no more, but nobody has measured it. A gate without `budget`
was set by a person: it holds for every device and budget of its data set, before all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.errors import SpecError

Device = Literal["cpu", "cuda"]
MARGIN = 0.02  # by which each bound is wider on a device that nobody has measured
WIDER, NARROWER = 1 + MARGIN, 1 - MARGIN

CALIBRATED = "calibrated"
BY_HAND = "set by hand"
OTHER_DEVICE = f"not calibrated on this device: the CPU's gate, every bound {MARGIN:.0%} wider"


class Evidence(BaseModel):
    """What one bounded number of the model solution rests on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seeds: int = Field(ge=1)
    mean: float
    sd: float = Field(ge=0)
    margin: float = Field(
        description="from the mean to the nearer bound, in standard deviations of the logarithm"
    )
    false_fail: float = Field(ge=0, le=1, description="chance that one right run misses, by `method`")
    closest_bug: str | None = None


class Calibration(BaseModel):
    """The evidence of a gate, by the name of the number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str
    numbers: dict[str, Evidence]


class Gate(BaseModel):
    """What is common to the gates of all runs: where they hold, and what they rest on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str = Field(description="the data set's name")
    sha256: str | None = Field(None, description="that of the set; none: whatever bears the name")
    device: Device | None = Field(None, description="none: every device")
    budget: str | None = Field(None, description="none: set by a person, for every budget")
    evidence: Calibration | None = None

    def wider(self) -> Self:
        """The same gate with every bound MARGIN wider."""
        raise NotImplementedError

    def is_of(self, data: str, sha256: str) -> bool:
        return self.data == data and self.sha256 in (None, sha256)


AnyGate = TypeVar("AnyGate", bound=Gate)


class RunSettings(BaseModel):
    """A run's block of grading.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gates: tuple[Gate, ...]

    RUN: ClassVar[str]
    NO_BUDGET: ClassVar[frozenset[str]] = frozenset({"gates", "cpu_seconds", "picture_steps"})
    """Settings that change none of the numbers at which gates look."""

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> Self:
        """The settings in a block of grading.yml; SpecError names every mistake in it."""
        try:
            return cls.model_validate(dict(block))
        except ValidationError as error:
            mistakes = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise SpecError(
                f"grading.yml, training.{cls.RUN}: {'; '.join(mistakes)}. Correct the block, as in the course's own grading.yml."
            ) from None

    @property
    def budget(self) -> str:
        """What a gate was measured with: "steps 938, batch 128, …"."""
        settings = self.model_dump(mode="json", exclude=set(self.NO_BUDGET))
        return ", ".join(f"{name} {_plain(value)}" for name, value in settings.items())


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def gate_for(
    settings: RunSettings, gates: Sequence[AnyGate], data: str, sha256: str, device: str
) -> tuple[AnyGate, str]:
    """The gate that holds, and what it rests on. SpecError if there is none: what is right on one set is wrong on another."""
    own = [gate for gate in gates if gate.is_of(data, sha256)]
    by_hand = [g for g in own if g.budget is None and g.device in (None, device)]
    if by_hand:
        return by_hand[0], BY_HAND
    measured = {str(gate.device): gate for gate in own if gate.budget == settings.budget}
    if device in measured:
        return measured[device], CALIBRATED
    if "cpu" in measured:
        return measured["cpu"].wider(), OTHER_DEVICE
    there = "; ".join(f"{g.data}, {g.device or 'every device'}, {g.budget or 'every budget'}" for g in gates)
    raise SpecError(
        f"grading.yml has no gate for the data set {data!r} (SHA-256 {sha256[:12]}…) with the budget “{settings.budget}” "
        f"under training.{settings.RUN}.gates (there: {there or 'none'}). Measure with `autograder calibrate`, which "
        "writes one, or choose another --data."
    )
