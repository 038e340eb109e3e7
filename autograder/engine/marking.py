"""From outcomes to marks: pure functions, so that new points or visibility need no new execution.

A criterion earns all of its points or none: its facts are about one kind of fault. A failed criterion of a known slip
may keep a part (`autograder.engine.credit`). A training criterion whose cause has failed is skipped and takes the
fraction that its cause earned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.engine.credit import DIGITS, UNGRADED, Grant, grants
from autograder.results.model import Criterion, Question, Result, Status
from autograder.spec.model import CriterionSpec, QuestionSpec, Spec

# The status that explains a criterion when its facts differ, most telling first.
_TELLING: tuple[Status, ...] = (
    "grader_error",
    "timeout",
    "crashed",
    "failed",
    "pending",
    "skipped",
    "partial",
)


def worst(statuses: Sequence[Status]) -> Status:
    """The status that speaks for all; `passed` if all passed."""
    return next((status for status in _TELLING if status in statuses), "passed")


def mark(spec: Spec, criteria: dict[str, Criterion]) -> list[Question]:
    """The questions of the sheet in order, with points, visibility and titles from the spec.

    `criteria` are the executed ones by id; whatever is not among them is pending.
    """
    granted = grants(spec, criteria)
    return [_question(spec, question, criteria, granted) for question in spec.questions]


def _question(
    spec: Spec, question: QuestionSpec, executed: dict[str, Criterion], granted: Mapping[str, Grant]
) -> Question:
    if question.kind == "written":
        return Question(
            id=question.id,
            title=question.title,
            kind="written",
            score=None,
            max_score=question.points,
            status="pending",
        )
    criteria = [_criterion(spec, c, executed, granted) for c in question.criteria]
    statuses = [c.status for c in criteria]
    earned = [c.score for c in criteria if c.score is not None]
    status: Status
    if all(s == "passed" for s in statuses):
        status = "passed"
    elif "grader_error" in statuses:
        status = "grader_error"
    elif sum(earned) > 0 and any(s not in ("passed", "pending") for s in statuses):
        status = "partial"
    else:
        status = worst(statuses)
    return Question(
        id=question.id,
        title=question.title,
        kind="auto",
        score=round(sum(earned), DIGITS) if earned else None,
        max_score=question.points,
        status=status,
        criteria=criteria,
    )


def _criterion(
    spec: Spec, wanted: CriterionSpec, executed: dict[str, Criterion], granted: Mapping[str, Grant]
) -> Criterion:
    found = executed.get(wanted.id)
    if found is None:
        found = Criterion(
            id=wanted.id,
            title="",
            kind=wanted.kind,
            score=None,
            max_score=0,
            status="pending",
            visibility="visible",
            message="not run yet",
        )
    grant = granted.get(wanted.id)
    score: float | None
    if found.status in UNGRADED:
        score = None
    elif found.status == "skipped":
        share = _earned_by_cause(spec, found.because, executed, granted)
        score = round(wanted.points * share, DIGITS)
    elif grant is not None:
        score = grant.score
    else:
        score = wanted.points if found.status == "passed" else 0.0
    return found.model_copy(
        update={
            "title": wanted.title,
            "score": score,
            "max_score": wanted.points,
            "status": "partial" if grant is not None else found.status,
            "credit": grant.why if grant is not None else "",
            "visibility": spec.visibility_of(wanted),
        }
    )


def _earned_by_cause(
    spec: Spec, because: str | None, executed: dict[str, Criterion], granted: Mapping[str, Grant]
) -> float:
    """The fraction of its points that the function `because` earned, credit included."""
    causes = [c for c in spec.criteria if c.function == because and c.kind != "training"]
    total = sum(c.points for c in causes)
    earned = sum(c.points for c in causes if c.id in executed and executed[c.id].status == "passed")
    earned += sum(granted[c.id].score for c in causes if c.id in granted)
    return earned / total if total else 0.0


def totals(questions: Sequence[Question]) -> tuple[float, float, bool]:
    """Score, the points that the machine has graded, and whether nothing is left to grade."""
    graded = [c for q in questions for c in q.criteria if c.status not in UNGRADED]
    score = sum(c.score or 0.0 for c in graded)
    complete = all(q.kind == "auto" for q in questions) and all(
        c.status not in UNGRADED for q in questions for c in q.criteria
    )
    return round(score, DIGITS), round(sum(c.max_score for c in graded), DIGITS), complete


def remark(result: Result, spec: Spec, marking_sha256: str) -> Result:
    """The same outcomes under another marking: nothing is executed."""
    executed = {
        c.id: _before_credit(c) for q in result.questions for c in q.criteria if c.status != "pending"
    }
    questions = mark(spec, executed)
    score, graded_max, complete = totals(questions)
    return result.model_copy(
        update={
            "spec": result.spec.model_copy(update={"marking_sha256": marking_sha256}),
            "sheet_version": spec.sheet_version,
            "questions": questions,
            "score": score,
            "graded_max": graded_max,
            "max_score": spec.max_score,
            "complete": complete,
        }
    )


def _before_credit(criterion: Criterion) -> Criterion:
    """The criterion as it was executed: nothing but credit makes one partial."""
    return criterion.model_copy(update={"status": "failed"}) if criterion.status == "partial" else criterion
