"""One known bug and one relation: a function with a wrong term and the opposite sign, or with a wrong term and reduced.

A pair fits if the relation holds between the student's answers and the bug's at every typical question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.diagnosis.answers import Seen
from autograder.diagnosis.questions import Question
from autograder.diagnosis.relations import (
    Case,
    Relation,
    detached,
    exchanged_arguments,
    factors,
    reductions,
    relations,
)

PLAIN = {"twice", "half", "opposite_sign", "times_the_size_of_the_batch", "divided_by_the_size_of_the_batch"}
"""The factors that a second slip may add; any other would explain too much."""


@dataclass(frozen=True)
class Pair:
    """A known bug, and what holds between it and the student's function."""

    bug: str
    relation: Relation


def pairs(
    questions: Sequence[Question],
    own: Sequence[Seen],
    bugs: Sequence[str],
    known: Callable[[Question, Collection[str]], Sequence[Seen]],
) -> list[Pair]:
    """Every pair that fits. `bugs` are known to differ from the right formula at typical questions."""
    first = questions[0]
    for variant in _variants(first):
        known(variant, bugs)  # all in one message; below they are remembered

    def fitting(bug: str, asked: Sequence[Question]) -> list[Relation]:
        cases = [Case(q, o, known(q, [bug])[0]) for q, o in zip(asked, own, strict=False)]
        return relations(cases, lambda question: known(question, [bug])[0], PROPOSALS)

    known(first, bugs)
    possible = [bug for bug in bugs if fitting(bug, questions[:1])]
    return [Pair(bug, relation) for bug in possible for relation in fitting(bug, questions)]


def _plain_factors(cases: Sequence[Case]) -> Iterator[Relation]:
    return (relation for relation in factors(cases) if relation.name in PLAIN)


def _widest_exchange(cases: Sequence[Case]) -> Iterator[Relation]:
    yield from list(exchanged_arguments(cases))[-1:]


def _variants(question: Question) -> list[Question]:
    """What is asked beside the question itself to check the relations below."""
    nothing = Case(question, Seen(), Seen())
    return [relation.base(question) for relation in _widest_exchange([nothing])] + [question.unweighted()]


PROPOSALS = (_plain_factors, _widest_exchange, reductions, detached)
