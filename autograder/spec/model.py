"""The model of grading.yml: the one source of truth for points, dates, visibility, limits and budgets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from autograder.results.model import CriterionKind, Visibility
from autograder.results.rubric import Rubric, RubricItem

Points = Annotated[float, Field(ge=0, le=1000)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Block(BaseModel):
    """Base of all blocks: an unknown key is an error, not a silent typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(Block):
    """Dates that decide what a student's page shows, with time zone, and what a late submission keeps."""

    due: AwareDatetime | None = Field(None, description="from then on students see expected values")
    published: AwareDatetime | None = Field(
        None, description="from then on students see every criterion and all marks"
    )
    grace_minutes: float = Field(0, ge=0, le=10_080, description="after `due`; not late yet")
    late_per_day: Fraction = Field(
        0, description="what each day of 24 hours that has begun costs, of the score reached"
    )
    free_late_days: int = Field(0, ge=0, description="days late that cost nothing")
    attempts: Literal["latest", "best"] = Field("latest", description="which of several submissions counts")

    def is_due(self, now: datetime) -> bool:
        return self.due is not None and now >= self.due

    def is_published(self, now: datetime) -> bool:
        return self.published is not None and now >= self.published


class DataSpec(Block):
    """The data set of the training runs and the SHA-256 by which it is recognised."""

    name: Literal["mnist", "embedded"]
    sha256: dict[Literal["mnist", "embedded"], Sha256]


class LimitSpec(Block):
    """What one sandbox may use. Seconds are CPU seconds of the student's process."""

    call_seconds: float = Field(5.0, gt=0, description="one call of a student's function")
    start_seconds: float = Field(20.0, gt=0, description="importing the student's files")
    function_seconds: float = Field(30.0, gt=0, description="all calls of one function together")
    submission_seconds: float = Field(120.0, gt=0, description="all calls of all functions together")
    wall_seconds: float | None = Field(
        None,
        gt=0,
        description="on the clock, for code that waits; default: 30, or 10 times the seconds of a call",
    )
    memory_mb: int = Field(3072, ge=256, description="memory beyond that of a process with torch imported")
    gpu_memory_mb: int = Field(
        4096, ge=256, description="memory of the GPU for one training run, if it has one"
    )
    threads: int = Field(16, ge=1)
    output_mb: int = Field(16, ge=1, description="printing more than this ends the call")


class GradescopeSpec(Block):
    """What Gradescope's own settings page does not know."""

    training: bool = Field(
        True, description="run the training runs there; they need the data set in the image"
    )
    minutes: int = Field(
        10, ge=2, le=40, description="the assignment's autograder timeout, as set in Gradescope"
    )
    leaderboard: bool = Field(False, description="show the class everyone's ELBO, as the grader measured it")


class CriterionSpec(Block):
    """One criterion: all facts of one kind about one function, or a training run."""

    id: str = Field(pattern=r"^\w+\.\w+$", description="<function>.<kind>, as in kl_normal.gradient")
    title: str
    points: Points
    visibility: Visibility | None = Field(None, description="default: that of its kind")

    @property
    def function(self) -> str:
        return self.id.partition(".")[0]

    @property
    def kind(self) -> CriterionKind:
        return self.id.partition(".")[2]  # type: ignore[return-value]  # checked against the sheet on load


class QuestionSpec(Block):
    """One question of the sheet: graded by the machine (criteria) or by people (none)."""

    id: str = Field(pattern=r"^[\w-]+$")
    title: str
    kind: Literal["auto", "written"]
    points: Points
    criteria: tuple[CriterionSpec, ...] = ()
    rubric: Rubric | None = Field(None, description="written: how people mark it; none: in points alone")


class Spec(Block):
    """All of grading.yml."""

    spec_schema: Literal[1] = Field(1, alias="schema")
    assignment: str
    title: str
    sheet_version: str
    max_score: Points
    schedule: Schedule = Schedule()
    data: DataSpec
    limits: LimitSpec = LimitSpec()
    gradescope: GradescopeSpec = GradescopeSpec()
    visibility: dict[CriterionKind, Visibility]
    credit: dict[str, Fraction] = Field(
        default_factory=dict,
        description="what a function with this known mistake keeps of its points, at least",
    )
    repeat: Fraction = Field(
        1.0, description="what a mistake costs in further functions, of what it would cost there alone"
    )
    training: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="settings of each run: budget and gates"
    )
    staff_items: tuple[RubricItem, ...] = Field(
        (), description="items of every rubric that assistants set for each other; students never see them"
    )
    questions: tuple[QuestionSpec, ...]

    @property
    def rubrics(self) -> dict[str, Rubric]:
        """question → its rubric, with the items that every rubric has."""
        return {
            q.id: q.rubric.model_copy(update={"items": q.rubric.items + self.staff_items})
            for q in self.questions
            if q.rubric is not None
        }

    def question(self, question_id: str) -> QuestionSpec:
        return next(q for q in self.questions if q.id == question_id)

    def visibility_of(self, criterion: CriterionSpec) -> Visibility:
        return criterion.visibility or self.visibility[criterion.kind]

    @property
    def criteria(self) -> tuple[CriterionSpec, ...]:
        return tuple(c for q in self.questions for c in q.criteria)
