"""Of all that a function breaks, what is told first; the rest is looked at again once that is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.feedback.words import LIKEWISE, ONCE, OUR_FAULT, SAME_MISTAKE
from autograder.results.model import Criterion, CriterionKind, FactRecord

# From ordinary inputs to unusual ones: what goes wrong at extremes explains nothing at ordinary numbers.
_KINDS: tuple[CriterionKind, ...] = ("value", "gradient", "shape", "stability", "training")
_UNUSUAL: tuple[CriterionKind, ...] = ("stability", "training")
_FORM = (1, 2, 3)  # the stages of type, shape and dtype: one example is enough
_NEVER = max(ONCE) + 1  # later than every stage


@dataclass(frozen=True)
class Headline:
    """What is said of a question first, and of which function if the text leaves that open."""

    text: str
    style: str  # hint, ours or headline
    function: str = ""


def function_of(criterion: Criterion) -> str:
    return criterion.id.partition(".")[0]


def is_broken(criterion: Criterion) -> bool:
    return criterion.status not in ("passed", "pending", "skipped", "grader_error")


def headline(criteria: Sequence[Criterion]) -> Headline:
    """The most specific thing to say of these criteria: a recognised mistake, else the earliest fault's message."""
    for criterion in criteria:
        if criterion.hint is not None:
            several = len({function_of(c) for c in criteria}) > 1
            return Headline(criterion.hint.text, "hint", function_of(criterion) if several else "")
    if any(c.status == "grader_error" for c in criteria):
        return Headline(OUR_FAULT, "ours")
    telling = [c for c in criteria if is_broken(c) and c.message]
    if not telling:
        return Headline("", "headline")
    first = min(telling, key=lambda c: (c.kind in _UNUSUAL, min(_stages(c), default=0)))
    text, name = _without_title(first), function_of(first)
    return Headline(text, "headline", "" if name in text else name)


def set_aside(criterion: Criterion, function: Sequence[Criterion]) -> Iterator[tuple[str, str]]:
    """The broken facts of a criterion that are not told in full: id and reason of each.

    `function` are the criteria of its function that the reader may see. A fact is set aside where ordinary inputs fail
    at an earlier stage (no right value in a wrong shape), where the same shape is said to be wrong already, or where
    a mistake that explains everything is named.
    """
    if any(c.hint is not None and c.hint.exact for c in function):
        told = next((fact for c in function for fact in _broken(c)), None)
        yield from ((fact.id, SAME_MISTAKE) for fact in _broken(criterion) if fact is not told)
        return
    before = [c for c in function if _KINDS.index(c.kind) <= _KINDS.index(criterion.kind)]
    ordinary = min((s for c in before if c.kind not in _UNUSUAL for s in _stages(c)), default=_NEVER)
    first = min([ordinary, *_stages(criterion)])
    for fact in _broken(criterion):
        if fact.stage is None:
            continue
        if criterion.kind in _UNUSUAL and fact.stage >= ordinary:
            yield fact.id, ONCE[ordinary]
        elif fact.stage > first:
            yield fact.id, ONCE[first]
        elif fact.stage in _FORM and fact is not next(
            f for c in before for f in _broken(c) if f.stage == first
        ):
            yield fact.id, LIKEWISE


def _broken(criterion: Criterion) -> list[FactRecord]:
    return [fact for fact in criterion.facts if fact.status != "passed"]


def _stages(criterion: Criterion) -> list[int]:
    return [fact.stage for fact in _broken(criterion) if fact.stage is not None]


def _without_title(criterion: Criterion) -> str:
    """The criterion's message without the identity in front of it, which stands below with its table."""
    own = {f"{fact.title}: {fact.message}": fact.message for fact in criterion.facts}
    return own.get(criterion.message, criterion.message)
