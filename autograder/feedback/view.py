"""What the pages of one submission show, as plain data: the templates decide nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from autograder.feedback.gap import Gap, gap
from autograder.feedback.policy import Detail, detail
from autograder.feedback.text import moment
from autograder.feedback.words import NEXT_STEP, OUR_FAULT, counted, together
from autograder.results.marks import Mark
from autograder.results.model import Criterion, Evidence, FactRecord, Hint, Question, Result, Status
from autograder.spec.model import Spec

See = Callable[[Criterion], Detail]


@dataclass(frozen=True)
class FactView:
    """One identity and what became of it."""

    record: FactRecord
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class CriterionView:
    """One criterion as far as it may be seen."""

    criterion: Criterion
    detail: Detail
    message: str  # empty where a fact or the question's headline says it already
    hint: Hint | None
    next_step: str
    broken: tuple[FactView, ...]
    likewise: tuple[FactRecord, ...]  # broken for a reason that is said already
    passed: tuple[FactRecord, ...]
    gaps: tuple[Gap, ...]  # tables that belong to no one fact

    @property
    def function(self) -> str:
        return self.criterion.id.partition(".")[0]

    @property
    def explained(self) -> bool:
        return self.detail >= Detail.INPUTS


@dataclass(frozen=True)
class Segment:
    """A piece of a score bar, in percent of the question's points."""

    x: float
    width: float
    style: str  # earned, lost or open


@dataclass(frozen=True)
class QuestionView:
    """One question: what is seen of it, and what is only counted."""

    question: Question
    status: Status | None  # None: nothing of it is shown yet
    score: float | None  # of what is seen and graded
    seen: float  # points of what is seen
    headline: str
    headline_style: str  # hint, ours or headline
    criteria: tuple[CriterionView, ...]
    hidden: tuple[str, ...]
    bar: tuple[Segment, ...]
    mark: Mark | None


@dataclass(frozen=True)
class Score:
    """The points of a page: what is seen and graded, and what is not."""

    score: float
    graded: float  # points of what is seen and graded
    total: float
    hidden: float  # points of criteria that are only counted
    hidden_criteria: int
    by_people: float  # points of written answers without a mark that may be shown
    ungraded: float  # points of what is seen but not graded yet


def student_sees(spec: Spec, as_of: datetime) -> See:
    """What a student may see of each criterion; grading.yml as it is now decides, not as it was when graded."""
    now = {c.id: spec.visibility_of(c) for c in spec.criteria}
    return lambda c: detail(now.get(c.id, c.visibility), spec.schedule, as_of)


def question_views(
    result: Result, spec: Spec, marks: Mapping[str, Mark], see: See, *, tables: int
) -> tuple[QuestionView, ...]:
    """All questions in the order of the sheet; at most `tables` gap tables for each fact and each criterion."""
    due, published = spec.schedule.due, spec.schedule.published
    after_due = "after the due date" + (f" ({moment(due)})" if due else "")
    with_marks = "when marks are published" + (f" ({moment(published)})" if published else "")
    visibility = {c.id: spec.visibility_of(c) for c in spec.criteria}

    def when(criterion: Criterion) -> str:
        return after_due if visibility.get(criterion.id, criterion.visibility) == "after_due" else with_marks

    return tuple(_question(q, marks.get(q.id), see, when, tables) for q in result.questions)


def score_of(views: tuple[QuestionView, ...]) -> Score:
    """The points that the views show, added up."""
    seen = [c.criterion for v in views for c in v.criteria]
    shown = {c.id for c in seen}
    hidden = [c for v in views for c in v.question.criteria if c.id not in shown]
    graded = [c for c in seen if c.score is not None]
    marked = [v for v in views if v.mark is not None]
    written = sum(v.question.max_score for v in views if v.question.kind == "written")
    marked_max = sum(v.question.max_score for v in marked)
    return Score(
        score=sum(c.score or 0 for c in graded) + sum(v.mark.points for v in marked if v.mark),
        graded=sum(c.max_score for c in graded) + marked_max,
        total=sum(v.question.max_score for v in views),
        hidden=sum(c.max_score for c in hidden),
        hidden_criteria=len(hidden),
        by_people=written - marked_max,
        ungraded=sum(c.max_score for c in seen if c.score is None),
    )


def _question(
    question: Question, mark: Mark | None, see: See, when: Callable[[Criterion], str], tables: int
) -> QuestionView:
    levels = {c.id: see(c) for c in question.criteria}
    seen = [c for c in question.criteria if levels[c.id] > Detail.COUNTED]
    hidden: dict[str, list[Criterion]] = {}
    for criterion in question.criteria:
        if levels[criterion.id] == Detail.COUNTED:
            hidden.setdefault(when(criterion), []).append(criterion)
    headline, style = _headline([c for c in seen if levels[c.id] >= Detail.INPUTS])
    graded = [c.score for c in seen if c.score is not None]
    return QuestionView(
        question=question,
        status=_status(question, seen),
        score=sum(graded) if graded else None,
        seen=sum(c.max_score for c in seen),
        headline=headline,
        headline_style=style,
        criteria=tuple(_criterion(c, levels[c.id], headline, tables) for c in seen),
        hidden=tuple(counted(criteria, time) for time, criteria in hidden.items()),
        bar=_bar(question, seen),
        mark=mark,
    )


def _status(question: Question, seen: list[Criterion]) -> Status | None:
    if len(seen) == len(question.criteria):
        return question.status
    return together([c.status for c in seen]) if seen else None


def _headline(criteria: list[Criterion]) -> tuple[str, str]:
    """The most specific thing to say, and its style: a recognised mistake, else the first failure's message."""
    hint = next((c.hint for c in criteria if c.hint is not None), None)
    if hint is not None:
        return hint.text, "hint"
    if any(c.status == "grader_error" for c in criteria):
        return OUR_FAULT, "ours"
    broken = [c for c in criteria if c.status not in ("passed", "pending", "skipped")]
    return next((c.message for c in broken if c.message), ""), "headline"


def _criterion(criterion: Criterion, level: Detail, headline: str, tables: int) -> CriterionView:
    if level < Detail.INPUTS:
        return CriterionView(criterion, level, "", None, "", (), (), (), ())
    if criterion.status == "grader_error" and level < Detail.STAFF:
        message = OUR_FAULT if headline != OUR_FAULT else ""
        return CriterionView(criterion, level, message, None, "", (), (), (), ())
    titles = {fact.title for fact in criterion.facts}
    hint, cause = criterion.hint, criterion.cause
    broken, likewise = _broken(criterion, level, headline, tables)
    return CriterionView(
        criterion=criterion,
        detail=level,
        message=_message(criterion, headline),
        hint=hint if hint is not None and hint.text != headline else None,
        next_step=NEXT_STEP.get(cause, "") if cause else "",
        broken=broken,
        likewise=likewise,
        passed=tuple(f for f in criterion.facts if f.status == "passed"),
        gaps=_gaps([e for e in criterion.evidence if e.relation not in titles], level, tables),
    )


def _message(criterion: Criterion, headline: str) -> str:
    """The criterion's message, unless the headline, a fact or the reason for skipping it says the same."""
    said = {
        headline,
        *(f.message for f in criterion.facts),
        *(f"{f.title}: {f.message}" for f in criterion.facts),
    }
    return "" if criterion.because or criterion.message in said else criterion.message


def _broken(
    criterion: Criterion, level: Detail, headline: str, tables: int
) -> tuple[tuple[FactView, ...], tuple[FactRecord, ...]]:
    """Broken facts with something to tell, and those that fail for a reason that is said already."""
    said = {headline, ""}
    telling: list[FactView] = []
    likewise: list[FactRecord] = []
    for fact in criterion.facts:
        if fact.status == "passed":
            continue
        gaps = _gaps([e for e in criterion.evidence if e.relation == fact.title], level, tables)
        if gaps or fact.message not in said:
            telling.append(FactView(fact, gaps))
            said.add(fact.message)
        else:
            likewise.append(fact)
    return tuple(telling), tuple(likewise)


def _gaps(evidence: list[Evidence], level: Detail, tables: int) -> tuple[Gap, ...]:
    return tuple(g for g in (gap(e, level) for e in evidence[:tables]) if g is not None)


def _bar(question: Question, seen: list[Criterion]) -> tuple[Segment, ...]:
    """What is seen first, the earned part of every criterion before its lost part; the rest is open."""
    total = question.max_score or 1.0
    segments: list[Segment] = []
    x = 0.0
    for criterion in seen:
        earned = criterion.score or 0.0
        rest = "open" if criterion.score is None else "lost"
        for width, style in ((earned, "earned"), (criterion.max_score - earned, rest)):
            if width > 0:
                segments.append(Segment(round(100 * x / total, 2), round(100 * width / total, 2), style))
            x += width
    if x < total:
        segments.append(Segment(round(100 * x / total, 2), round(100 * (total - x) / total, 2), "open"))
    return tuple(segments)
