"""Whatever a sandbox answers in the form of a reply, the checks of the sheet judge it; none of them stumbles.

A stumbling check would leave the question ungraded: no mark gained, but a person's work, at the wish of a submission.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest

from autograder.assignment.sheet import make_sheet
from autograder.engine.judge import run_facts
from autograder.engine.replies import checked
from autograder.engine.student import Student, Unit
from autograder.sandbox import Limits, Reply, Zygote
from tests.commands.course import SOLVED

FACTS = make_sheet({}).facts
SEED = b"seed"
ODD = [None, True, -1, 2**63, 1.5, "nan", "", "x", [], {}, [[]], {"a": 1}, "ok", "none", float("inf")]
ARRAYS = [np.zeros(0), np.ones((2, 2), np.int8), np.array(True), np.full(3, np.nan, np.float32)]


@dataclass
class Recorded:
    """An honest submission, and all that it answered."""

    student: Student
    replies: dict[str, tuple[Reply, ...]]

    @property
    def imports(self) -> Mapping[str, Reply]:
        return self.student.imports

    def has(self, file: str) -> bool:
        return True

    def ask(self, units: Sequence[Unit]) -> Mapping[str, tuple[Reply, ...]]:
        answered = self.student.ask(units)
        self.replies |= answered
        return answered


@dataclass
class Forging(Recorded):
    """Answers like the recorded submission, with something odd here and there."""

    chance: random.Random
    often: float

    def ask(self, units: Sequence[Unit]) -> Mapping[str, tuple[Reply, ...]]:
        return {unit.key: tuple(self._forged(unit)) for unit in units}

    def _forged(self, unit: Unit) -> Iterator[Reply]:
        # What a fact asks next may hang on what it was told: then there is no honest answer to bend.
        honest = chain(self.replies.get(unit.key, ()), repeat(Reply()))
        for call, reply in zip(unit.calls, honest, strict=False):
            values = {key: self._odd(value) for key, value in reply.values.items()}
            tensors = {
                k: self._array(a) for k, a in reply.tensors.items() if self.chance.random() > self.often / 3
            }
            forged = replace(reply, values=values, tensors=tensors)
            yield checked(call.request(0), forged)

    def _odd(self, value: Any) -> Any:
        if self.chance.random() < self.often:
            return self.chance.choice(ODD)
        if isinstance(value, dict):
            return {key: self._odd(v) for key, v in value.items() if self.chance.random() > self.often / 3}
        return [self._odd(v) for v in value] if isinstance(value, list) else value

    def _array(self, array: np.ndarray) -> np.ndarray:
        if self.chance.random() > self.often:
            return array
        return self.chance.choice([*ARRAYS, array.reshape(-1), np.full_like(array, 1), array.astype(np.int8)])


@pytest.fixture(scope="module")
def recorded(zygote: Zygote) -> Iterator[Recorded]:
    with Student(zygote, SOLVED, Limits(), SEED) as student:
        made = Recorded(student, {})
        assert {outcome.status for outcome in run_facts(FACTS, made, SEED).values()} == {"passed"}
        yield made


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("seed", range(12))
def test_no_reply_makes_a_check_stumble(recorded: Recorded, seed: int) -> None:
    chance = random.Random(seed)
    forging = Forging(recorded.student, recorded.replies, chance, chance.choice([0.01, 0.03, 0.1]))
    found = run_facts(FACTS, forging, SEED)
    assert [(o.fact.id, o.message) for o in found.values() if o.status == "grader_error"] == []
