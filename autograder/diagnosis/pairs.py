"""One known bug and one relation: a function with a wrong term and the opposite sign, or with a wrong term and reduced.

A pair fits if the relation holds between the student's answers and the bug's at every typical question, in values and
gradients. Where the values are those of one bug alone, only its gradient needs a second slip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.diagnosis.answers import Seen, agree
from autograder.diagnosis.forms import detached, exchanged_arguments, reductions, scaled_gradients
from autograder.diagnosis.questions import Answered, Question
from autograder.diagnosis.relations import Case, Propose, Relation, relations
from autograder.diagnosis.scales import factors, plain_differences

PLAIN = {"twice", "half", "opposite_sign", "times_the_size_of_the_batch", "divided_by_the_size_of_the_batch"}
"""The factors that a second slip may add; any other would explain too much."""


@dataclass(frozen=True)
class Pair:
    """A known bug, and what holds between it and the student's function."""

    bug: str
    relation: Relation


def pairs(
    answered: Sequence[Answered],
    bugs: Sequence[str],
    known: Callable[[Question, Collection[str]], Sequence[Seen]],
    alone: Sequence[str] = (),
) -> list[Pair]:
    """Every pair that fits. `bugs` are known to differ from the right formula at typical questions.

    `alone`: those of them whose values the function has.
    """

    def fitting(
        bug: str, answered: Sequence[Answered], proposals: Sequence[Propose] = PROPOSALS
    ) -> list[Relation]:
        cases = [Case(question, own, known(question, [bug])[0]) for question, own in answered]
        return relations(cases, lambda question: known(question, [bug])[0], proposals)

    if alone:
        return [Pair(bug, r) for bug in alone for r in fitting(bug, answered, OF_GRADIENTS)]

    # Values first, and those of all bugs in one message each; below they are remembered.
    question, own = answered[0]
    first = question.values()
    for asked in (first, *_variants(first)):
        known(asked, bugs)
    possible = [bug for bug in bugs if fitting(bug, [(first, own.values)])]
    return [Pair(bug, relation) for bug in possible for relation in fitting(bug, answered)]


def same_values(
    answered: Sequence[Answered],
    names: Sequence[str],
    known: Callable[[Question, Collection[str]], Sequence[Seen]],
) -> list[str]:
    """Those of the known entries whose values the function has at all of the questions."""
    alike = list(names)
    for question, own in answered:
        answers = known(question.values(), alike) if alike else []
        alike = [name for name, seen in zip(alike, answers, strict=True) if agree(own.values, seen)]
    return alike


def _plain_factors(cases: Sequence[Case]) -> Iterator[Relation]:
    return (relation for relation in factors(cases) if relation.name in PLAIN)


def _widest_exchange(cases: Sequence[Case]) -> Iterator[Relation]:
    """An exchange of arguments, if it can be seen in every gradient that is graded."""
    if all(not (g := case.own.gradients) or g.keys() == case.question.inputs.keys() for case in cases):
        yield from list(exchanged_arguments(cases))[-1:]


def _variants(question: Question) -> list[Question]:
    """What is asked beside the question itself to check the relations below."""
    nothing = Case(question, Seen(), Seen())
    return [relation.base(question) for relation in _widest_exchange([nothing])]


PROPOSALS = (_plain_factors, plain_differences, _widest_exchange, reductions)
OF_GRADIENTS = (detached, scaled_gradients)
