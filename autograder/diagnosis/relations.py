"""What holds between a function's answers and those of known code at every typical question.

A relation is proposed from the values and then checked at every question, in shapes, values and gradients, so what
its sentence says is true. Only the one relation that holds is told; where several do, none is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.diagnosis.answers import Seen
from autograder.diagnosis.questions import Question


@dataclass(frozen=True)
class Case:
    """One question, the student's answer to it, and that of the known code that it is compared with."""

    question: Question
    own: Seen
    base: Seen


@dataclass(frozen=True)
class Relation:
    """The answer follows from the one that known code gives to a question which `base` makes of the asked one.

    `says` is the sentence, with {right} where the values of the known code are meant, and {one} for its gradient.
    """

    name: str
    says: str
    holds: Callable[[Case, Seen], bool]
    base: Callable[[Question], Question] = lambda question: question

    def text(self, right: str = "the right ones", one: str = "the right one") -> str:
        """The sentence to the student."""
        said = self.says.replace("{right}", right).replace("{one}", one)
        return said[0].upper() + said[1:]


Propose = Callable[[Sequence[Case]], Iterator[Relation]]
Answers = Callable[[Question], Seen]


def relation_of(cases: Sequence[Case], known: Answers, proposals: Sequence[Propose]) -> Relation | None:
    """The one relation that holds in all cases; None if there is none, or more than one.

    Several of one name are one: where two exchanges of arguments come to the same, the larger is told.
    """
    found = relations(cases, known, proposals)
    return found[-1] if len({relation.name for relation in found}) == 1 else None


def relations(cases: Sequence[Case], known: Answers, proposals: Sequence[Propose]) -> list[Relation]:
    """All relations that hold in every case."""
    if not all(_comparable(case) for case in cases):
        return []
    proposed = (relation for propose in proposals for relation in propose(cases))
    return [r for r in proposed if all(r.holds(case, known(r.base(case.question))) for case in cases)]


def _comparable(case: Case) -> bool:
    """Whether both are tensors, and the known ones are numbers of which not all are 0: 0 is any multiple of 0."""
    return (
        len(case.own.outputs) == len(case.base.outputs)
        and case.own.form == case.base.form
        and case.base.finite
        and any(array.any() for array in case.base.outputs)
    )


# --- words

NAMED = (
    *((1 / 4, "¼"), (1 / 3, "⅓"), (1 / 2, "½"), (2 / 3, "⅔"), (3 / 4, "¾")),
    *((math.log(2), "log 2"), (math.log(2) / 2, "½ log 2"), (2 * math.log(2), "2 log 2")),
    *((math.log(2 * math.pi), "log 2π"), (math.log(2 * math.pi) / 2, "½ log 2π")),
    *((math.pi, "π"), (math.sqrt(2), "√2"), (math.sqrt(math.pi), "√π"), (math.e, "e")),
)


def equal(one: float, other: float) -> bool:
    """Whether two numbers are the same up to rounding."""
    return math.isclose(one, other, rel_tol=1e-6)


def number(value: float) -> str:
    """A number as a person writes it: ½, log 2, 784, 3.14286."""
    sign, size = "−" if value < 0 else "", abs(value)
    known = next((name for c, name in NAMED if equal(size, c)), None)
    return sign + (known or f"{size:.6g}".replace("e-", "e−"))


def listed(names: Sequence[str]) -> str:
    """The names in a sentence: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
