"""result.json, schema 1: the machine's outcome for one submission.

Readers ignore unknown fields; `schema` rises only when a meaning changes. Numbers that are not finite are the
strings "nan", "inf" and "-inf". The exported JSON Schema is `autograder/schemas/result-1.json`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Status = Literal["passed", "partial", "failed", "pending", "skipped", "timeout", "crashed", "grader_error"]
Cause = Literal["exception", "timeout", "memory", "crash", "protocol", "output", "import", "missing"]
CriterionKind = Literal["value", "gradient", "stability", "shape", "training"]
Visibility = Literal["visible", "after_due", "after_published", "hidden"]

EVIDENCE_ENTRIES = 16


class Record(BaseModel):
    """Base of all parts: unknown fields are ignored when read."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class SubmissionRecord(Record):
    name: str
    sha256: str
    files: list[str]
    received_at: str | None = Field(description="UTC, ISO 8601; when the submission reached us, if known")
    notes: list[str] = Field(
        default_factory=list, description="what was ignored or replaced on opening, for the student"
    )


class SpecRecord(Record):
    version: str
    execution_sha256: str = Field(
        description="facts, engine, limits, budgets: another value means grade again"
    )
    marking_sha256: str = Field(
        description="points, credit, visibility, texts, dates: another value means mark again"
    )


class DataRecord(Record):
    name: str
    sha256: str


class EngineRecord(Record):
    version: str
    torch: str
    device: str
    sandbox: list[str] = Field(description="confinement layers that were active")


class Hint(Record):
    """The mistake that a failed function makes, named in our words."""

    bug: str = Field(description="the known bug, or what else is certain: relation/<name>, mistake/<name>")
    text: str
    mistake: str | None = Field(
        None, description="the misconception that it shares with known bugs of other functions"
    )
    exact: bool = Field(
        False, description="the function breaks the very facts that the known bug breaks, and no others"
    )


class Evidence(Record):
    inputs: dict[str, Any] = Field(default_factory=dict)
    got: Any = None
    expected: Any = None
    relation: str = ""
    off: list[int] = Field(
        default_factory=list, description="entries of `got` that differ, counted in row-major order"
    )


class FactRecord(Record):
    id: str
    title: str
    status: Status
    cause: Cause | None = None
    message: str = ""
    stage: int | None = Field(
        None,
        description="how far a wrong answer went: 0 nothing came back, 1 type, 2 shape, 3 dtype, 4 finite, 5 value, 6 gradient",
    )


class Criterion(Record):
    id: str
    title: str
    kind: CriterionKind
    score: float | None
    max_score: float
    status: Status
    cause: Cause | None = None
    visibility: Visibility
    message: str = ""
    because: str | None = Field(None, description="skipped: the function whose failure left nothing to run")
    rests_on: list[str] = Field(
        default_factory=list, description="failed functions without whose own slips this one was judged"
    )
    credit: str = Field(
        "", description="why a failed criterion has points: a slip that costs less, or is charged elsewhere"
    )
    hint: Hint | None = None
    evidence: list[Evidence] = Field(default_factory=list)
    facts: list[FactRecord] = Field(default_factory=list)
    seconds: float = 0.0


class Question(Record):
    id: str
    title: str
    kind: Literal["auto", "written"]
    score: float | None
    max_score: float
    status: Status
    criteria: list[Criterion] = Field(default_factory=list)


class Image(Record):
    title: str
    png: str = Field(description="a PNG file in base64")
    text: str = Field("", description="one sentence: what is right or wrong about it")


class VaeTraining(Record):
    """The VAE run. All numbers in nats per image, measured by the grader on held-out digits."""

    steps: int = 0
    loss: list[float | str] = Field(
        default_factory=list, description="the loss that the student's code reported, by step"
    )
    trusted_elbo: float | None = None
    kl: float | None = None
    reconstruction: float | None = None
    kl_weight_sigma: float | str | None = Field(
        None, description="the weight of the KL term that the trained σ speaks of: 1 if the loss was the ELBO"
    )
    kl_weight_mu: float | str | None = Field(None, description="the same by μ")
    collapse_elbo: float | None = Field(
        None, description="what a decoder that ignores z reaches: the best constant image"
    )
    gate_elbo: float | None = Field(None, description="the ELBO that passes")
    gate_rests_on: str = Field("", description="calibrated, not calibrated on this device, or set by hand")
    seconds: float = 0.0
    replaced: list[str] = Field(
        default_factory=list, description="functions of ours that stood in for failed ones"
    )
    images: list[Image] = Field(default_factory=list)


class GanGame(Record):
    """One game of the reference players under the student's losses, judged by the grader's classifier."""

    name: Literal["nonsaturating", "minimax"]
    steps: int = 0
    loss_d: list[float | str] = Field(default_factory=list, description="J_D that the student's code gave")
    loss_g: list[float | str] = Field(default_factory=list, description="J_G that the student's code gave")
    class_score: float | None = Field(None, description="1: all images are one digit or none; 10 at best")
    frechet: float | None = Field(None, description="Fréchet distance to real digits")
    classes: int | None = Field(None, description="digits that occur among the images")
    neighbours: float | None = Field(
        None, description="correlation of neighbouring pixels around the mean image; near 0: noise"
    )
    passed: bool = False
    text: str = Field("", description="one sentence: what is right or wrong")
    image: Image | None = None


class GanTraining(Record):
    games: list[GanGame] = Field(default_factory=list)
    gate_class_score: float | None = None
    gate_frechet: float | None = None
    gate_neighbours: float | None = None
    gate_rests_on: str = Field("", description="calibrated, not calibrated on this device, or set by hand")
    seconds: float = 0.0
    replaced: list[str] = Field(
        default_factory=list, description="functions of ours that stood in for failed ones"
    )
    images: list[Image] = Field(default_factory=list)


class SaturationTraining(Record):
    """D learns and G waits: the norm of G's gradient under both losses."""

    moments: list[int] = Field(default_factory=list, description="steps of D before each look")
    minimax: list[float] = Field(default_factory=list)
    nonsaturating: list[float] = Field(default_factory=list)
    gate_rests_on: str = Field("", description="calibrated, not calibrated on this device, or set by hand")
    seconds: float = 0.0
    replaced: list[str] = Field(default_factory=list)
    text: str = Field("", description="one sentence: what is right or wrong")


class Training(Record):
    vae: VaeTraining | None = None
    gan: GanTraining | None = None
    saturation: SaturationTraining | None = None


class Flag(Record):
    """Something for a person to look at; never a mark."""

    kind: str
    text: str


class Result(Record):
    """One graded submission."""

    schema_: Annotated[Literal[1], BeforeValidator(int)] = Field(1, alias="schema")
    assignment: str
    sheet_version: str
    submission: SubmissionRecord
    spec: SpecRecord
    data: DataRecord | None = Field(description="null when no run needed data")
    options: dict[str, Any]
    engine: EngineRecord
    seed_id: str
    started_at: str
    seconds: float
    status: Literal["graded", "ungraded", "refused"] = Field(
        description="ungraded: a part could not be graded for a reason that is not the student's; refused: could not be opened"
    )
    score: float
    graded_max: float
    max_score: float
    complete: bool
    message: str = ""
    questions: list[Question]
    training: Training = Field(default_factory=Training)
    flags: list[Flag] = Field(default_factory=list)

    def question(self, question_id: str) -> Question:
        return next(q for q in self.questions if q.id == question_id)
