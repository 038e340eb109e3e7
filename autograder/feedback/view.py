"""What the pages of one submission show, as plain data: the templates decide nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.feedback.charges import Charges
from autograder.feedback.explain import Headline, function_of, headline, set_aside
from autograder.feedback.gap import Gap, gap
from autograder.feedback.policy import Detail, See, detail
from autograder.feedback.text import moment
from autograder.feedback.words import LIKEWISE, NEXT_STEP, OUR_FAULT, counted, together
from autograder.results.marks import Mark
from autograder.results.model import Criterion, Evidence, FactRecord, Question, Result, Status
from autograder.spec.model import Spec


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
    message: str = ""  # empty where a fact or the question's headline says it already
    hint: str = ""  # likewise
    notes: tuple[
        str, ...
    ] = ()  # on its points: why it has some, which other function's slip it is judged without
    next_step: str = ""
    broken: tuple[FactView, ...] = ()
    likewise: Mapping[str, Sequence[FactRecord]] = field(
        default_factory=dict
    )  # not told, by the reason for it
    passed: tuple[FactRecord, ...] = ()
    gaps: tuple[Gap, ...] = ()  # tables that belong to no one fact

    @property
    def function(self) -> str:
        return function_of(self.criterion)

    @property
    def explained(self) -> bool:
        return self.detail >= Detail.INPUTS


@dataclass(frozen=True)
class _Reader:
    """Who reads a page: what they may see and when the rest comes."""

    see: See
    when: Callable[[Criterion], str]
    tables: int
    charges: Charges


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
    headline: Headline
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

    reader = _Reader(see, when, tables, Charges(result, see))
    return tuple(_question(q, marks.get(q.id), reader) for q in result.questions)


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


def _question(question: Question, mark: Mark | None, reader: _Reader) -> QuestionView:
    levels = {c.id: reader.see(c) for c in question.criteria}
    seen = [c for c in question.criteria if levels[c.id] > Detail.COUNTED]
    hidden: dict[str, list[Criterion]] = {}
    for criterion in question.criteria:
        if levels[criterion.id] == Detail.COUNTED:
            hidden.setdefault(reader.when(criterion), []).append(criterion)
    told = [c for c in seen if levels[c.id] >= Detail.INPUTS]
    first = headline(told)
    graded = [c.score for c in seen if c.score is not None]
    return QuestionView(
        question=question,
        status=_status(question, seen),
        score=sum(graded) if graded else None,
        seen=sum(c.max_score for c in seen),
        headline=first,
        criteria=_criteria(seen, levels, first.text, reader),
        hidden=tuple(counted(criteria, time) for time, criteria in hidden.items()),
        bar=_bar(question, seen),
        mark=mark,
    )


def _status(question: Question, seen: list[Criterion]) -> Status | None:
    if len(seen) == len(question.criteria):
        return question.status
    return together([c.status for c in seen]) if seen else None


def _criteria(
    seen: Sequence[Criterion], levels: Mapping[str, Detail], headline: str, reader: _Reader
) -> tuple[CriterionView, ...]:
    """The criteria in order; a sentence about a function is said at the first of its criteria that it is true of."""
    told = [c for c in seen if levels[c.id] >= Detail.INPUTS]
    said: dict[str, set[str]] = {}
    views = []
    for criterion in seen:
        function = [c for c in told if function_of(c) == function_of(criterion)]
        before = said.setdefault(function_of(criterion), {headline})
        view = _criterion(criterion, function, levels[criterion.id], headline, reader)
        notes = tuple(note for note in view.notes if note not in before)
        hint = view.hint if view.hint not in before else ""
        before |= {view.hint, *view.notes}
        views.append(replace(view, hint=hint, notes=notes))
    return tuple(views)


def _criterion(
    criterion: Criterion, function: Sequence[Criterion], level: Detail, headline: str, reader: _Reader
) -> CriterionView:
    if level < Detail.INPUTS:
        return CriterionView(criterion, level)
    if criterion.status == "grader_error" and level < Detail.STAFF:
        return CriterionView(criterion, level, message=OUR_FAULT if headline != OUR_FAULT else "")
    titles = {fact.title for fact in criterion.facts}
    aside = dict(set_aside(criterion, function)) if level < Detail.STAFF else {}
    broken, likewise = _broken(criterion, level, headline, aside, reader.tables)
    unassigned = [e for e in criterion.evidence if e.relation not in titles]
    return CriterionView(
        criterion=criterion,
        detail=level,
        message=_message(criterion, headline),
        hint=criterion.hint.text if criterion.hint is not None else "",
        notes=tuple(reader.charges.notes(criterion)),
        next_step=NEXT_STEP.get(criterion.cause, "") if criterion.cause else "",
        broken=broken,
        likewise=likewise,
        passed=tuple(f for f in criterion.facts if f.status == "passed"),
        gaps=_gaps(unassigned, level, reader.tables),
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
    criterion: Criterion, level: Detail, headline: str, aside: Mapping[str, str], tables: int
) -> tuple[tuple[FactView, ...], dict[str, list[FactRecord]]]:
    """Broken facts with something to tell, and the others by the reason why they are not told."""
    said = {headline, ""}
    telling: list[FactView] = []
    likewise: dict[str, list[FactRecord]] = {}
    for fact in criterion.facts:
        if fact.status == "passed":
            continue
        gaps = _gaps([e for e in criterion.evidence if e.relation == fact.title], level, tables)
        if fact.id in aside:
            likewise.setdefault(aside[fact.id], []).append(fact)
        elif gaps or fact.message not in said:
            telling.append(FactView(fact, gaps))
            said.add(fact.message)
        else:
            likewise.setdefault(LIKEWISE, []).append(fact)
    return tuple(telling), likewise


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
