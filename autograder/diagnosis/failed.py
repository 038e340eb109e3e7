"""What the checks have seen of a function or class that failed: all that a diagnosis may use of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.engine.calls import NOT_WRITTEN, Answer
from autograder.engine.judge import Outcome


@dataclass(frozen=True)
class Failed:
    """One function or class, and its facts that did not pass; without facts it is not known whether it failed.

    broken: the messages of those facts, by their ids. ran: whether there was an answer or an exception every time, so
    that nothing ended or held up its process. written: whether it is more than its stub. excusing: what it answered
    where it excused another function.
    """

    name: str
    broken: Mapping[str, str] = field(default_factory=dict)
    ran: bool = True
    written: bool = True
    excusing: tuple[Answer, ...] = ()


def failures(outcomes: Iterable[Outcome]) -> list[Failed]:
    """The functions and classes of which some fact did not pass, by name."""
    by_name: dict[str, list[Outcome]] = {}
    excusing: dict[str, list[Answer]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.fact.about.name, []).append(outcome)
        if outcome.unexcused is not None:
            excusing.setdefault(outcome.rests_on[0], []).extend(outcome.own)
    return [
        _failed(name, own, excusing.get(name, ()))
        for name, own in sorted(by_name.items())
        if any(outcome.status != "passed" for outcome in own)
    ]


def _failed(name: str, outcomes: Sequence[Outcome], excusing: Iterable[Answer]) -> Failed:
    broken = [o for o in outcomes if o.status != "passed"]
    return Failed(
        name,
        broken={o.fact.id: o.message for o in broken},
        ran=all(o.status == "failed" and o.cause in (None, "exception") for o in broken),
        written=len(broken) < len(outcomes) or not all(o.message.startswith(NOT_WRITTEN) for o in broken),
        excusing=tuple(excusing),
    )
