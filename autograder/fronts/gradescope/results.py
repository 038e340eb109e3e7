"""results.json, as Gradescope reads it: a pure function of a result, marks, grading.yml, metadata and the time.

Source: gradescope/autograder_samples, docs/specs.md. What Gradescope does with it and what follows:

- While a test is not `visible` yet, students see no total. That is meant: the total would give away what hidden
  criteria found. Nothing else here has another visibility than `visible`, so that the total appears when the last
  criterion does; until then `output` says what the visible points add up to.
- A test that is `hidden` is shown to nobody ever, but its points count. `hidden` of grading.yml means something else
  (points are shown with the marks, so that they add up), so that no test has it.
- `output` is HTML unless `output_format` says otherwise. All formats here are `text`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from autograder.feedback.plain import criterion_texts, opening_lines, standing_lines
from autograder.feedback.policy import Detail
from autograder.feedback.view import QuestionView, question_views, score_of, student_sees
from autograder.fronts.gradescope.metadata import Metadata
from autograder.results.marks import Mark, totals
from autograder.results.model import Criterion, Result
from autograder.spec.model import Schedule, Spec

Visible = Literal["visible", "after_due_date", "after_published"]
FIELD = 300  # characters of a name

UNFINISHED = "Grading has not come to its end. What stands here is not the final mark."
NOT_STARTED = (
    "Grading was cut off before any question had its marks. This says nothing about your work: "
    "tell the course staff, who can run it again."
)
OUT_OF_TIME = (
    "The time that Gradescope gives ran out. Criteria without points were not graded. If a function of yours is slow "
    "or loops, mend it and submit again; otherwise tell the course staff."
)


@dataclass(frozen=True)
class _Stage:
    """A moment at which Gradescope shows more: its word for it, and what students may see from then on."""

    name: Visible
    spec: Spec
    as_of: datetime

    def level(self, criterion: Criterion) -> Detail:
        return student_sees(self.spec, self.as_of)(criterion)

    def views(self, result: Result, marks: Mapping[str, Mark]) -> dict[str, QuestionView]:
        see = student_sees(self.spec, self.as_of)
        return {v.question.id: v for v in question_views(result, self.spec, marks, see, tables=1)}


def results_json(
    result: Result,
    spec: Spec,
    marks: Mapping[str, Mark],
    metadata: Metadata,
    as_of: datetime,
    *,
    note: str = "",
) -> dict[str, Any]:
    """The content of results.json. `marks` are people's, by question; `note` is said first.

    Each criterion is one test. It has the visibility of the first moment at which `feedback.policy` shows more of it
    than that it exists, and the text that the policy allows then.
    """
    stages = _stages(spec, metadata.schedule(spec.schedule), as_of)
    views = [stage.views(result, {}) for stage in stages]
    # Read by Gradescope in the order of the sheet: written answers stand after the automatic part of their letter.
    tests = [
        test
        for question in result.questions
        for test in (
            _written(stages, views, question.id, marks)
            if question.kind == "written"
            else _tests(stages, views, question.id, result)
        )
    ]
    joined = totals(result, marks)
    content: dict[str, Any] = {
        "output": "\n".join(_output(result, views[0], metadata, note)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(result.seconds),
        "tests": tests,
        "extra_data": {
            "sha256": result.submission.sha256,
            "engine": result.engine.version,
            "late_seconds": metadata.late_seconds,
        },
    }
    if joined.graded_max > 0:  # otherwise nothing was graded, and no mark is not a 0
        content["score"] = joined.score
    elbo = result.training.vae.trusted_elbo if result.training.vae else None
    if spec.gradescope.leaderboard and elbo is not None:
        content["leaderboard"] = [{"name": "ELBO (nats per image)", "value": round(elbo, 1)}]
    return content


def without_result(text: str) -> dict[str, Any]:
    """results.json where there is no result (yet): no score, which Gradescope shows as a failure, not as a 0."""
    return {
        "output": text,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def _stages(spec: Spec, schedule: Schedule, as_of: datetime) -> tuple[_Stage, ...]:
    """Now, after the due date, and when marks are published."""

    def at(due: datetime | None, published: datetime | None) -> Spec:
        return spec.model_copy(update={"schedule": Schedule(due=due, published=published)})

    return (
        _Stage("visible", at(schedule.due, schedule.published), as_of),
        _Stage("after_due_date", at(as_of, schedule.published), as_of),
        _Stage("after_published", at(as_of, as_of), as_of),
    )


def _tests(
    stages: tuple[_Stage, ...], views: list[dict[str, QuestionView]], question: str, result: Result
) -> Iterator[dict[str, Any]]:
    texts = [criterion_texts(view[question], result.training) for view in views]
    for number, criterion in enumerate(result.question(question).criteria, start=1):
        at = next(k for k, stage in enumerate(stages) if stage.level(criterion) > Detail.COUNTED)
        function = criterion.id.partition(".")[0]
        yield {
            "number": f"{question}.{number}",
            "name": f"{function}: {criterion.title}"[:FIELD],
            "max_score": criterion.max_score,
            "visibility": stages[at].name,
            "output": texts[at][criterion.id],
            **_score(criterion.score, criterion.max_score),
        }


def _written(
    stages: tuple[_Stage, ...],
    views: list[dict[str, QuestionView]],
    question: str,
    marks: Mapping[str, Mark],
) -> Iterator[dict[str, Any]]:
    """A written answer that a person has marked; one without a mark is no test, so that nothing waits for it."""
    if question in marks:
        record = views[-1][question].question
        published = stages[0].spec.schedule.is_published(stages[0].as_of)
        yield {
            "number": question,
            "name": record.title[:FIELD],
            "max_score": record.max_score,
            "visibility": "visible" if published else "after_published",
            "output": marks[question].comment,
            "score": marks[question].points,
        }


def _score(score: float | None, of: float) -> dict[str, Any]:
    """Without a score a test is information; with one Gradescope colours it by the status."""
    if score is None:
        return {}
    return {"score": score, "status": "passed" if score >= of else "failed"}


def _output(
    result: Result, views: Mapping[str, QuestionView], metadata: Metadata, note: str
) -> Iterator[str]:
    yield from filter(None, [note])
    yield from opening_lines(result)
    score = score_of(tuple(views.values()))
    yield from standing_lines(score)
    if score.hidden_criteria:
        yield "Gradescope shows the total when the last hidden criterion is shown."
    if metadata.late_seconds:
        yield f"Handed in {timedelta(seconds=metadata.late_seconds)} (h:mm:ss) after the due date."
