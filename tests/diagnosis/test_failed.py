"""What a diagnosis is told of the checks: which functions failed, how, and what they answered for others."""

import numpy as np
import pytest

from autograder.diagnosis.failed import Failed, failures
from autograder.engine.calls import NOT_WRITTEN, Answer
from autograder.engine.facts import Fact
from autograder.engine.judge import Outcome
from autograder.sandbox import Reply
from tests.engine.toy import double, half, halve, slope_two, twice

STUB = f"{NOT_WRITTEN} (double: exercise 1 (a))"


def wrong(fact: Fact, message: str = "wrong") -> Outcome:
    return Outcome(fact, "failed", message=message)


def test_a_function_fails_by_its_own_facts() -> None:
    found = failures([wrong(twice), Outcome(slope_two, "passed"), Outcome(half, "passed")])
    assert found == [Failed("double", {"double.twice": "wrong"})]


def test_what_ended_its_process_has_not_run() -> None:
    for ended in (Outcome(twice, "timeout", "timeout"), Outcome(twice, "crashed", "memory")):
        assert [failed.ran for failed in failures([ended, wrong(slope_two)])] == [False]
    assert [failed.ran for failed in failures([Outcome(twice, "failed", "exception")])] == [True]


@pytest.mark.parametrize(
    ("outcomes", "written"),
    [
        ([wrong(twice, STUB), wrong(slope_two, STUB)], False),
        ([wrong(twice, STUB), wrong(slope_two)], True),
        ([wrong(twice, STUB), Outcome(slope_two, "passed")], True),
    ],
)
def test_a_stub_is_a_function_that_says_so_every_time(outcomes: list[Outcome], written: bool) -> None:
    assert [failed.written for failed in failures(outcomes)] == [written]


def test_what_excused_another_function_is_told_of_the_one_that_excuses() -> None:
    answer = Answer(double(np.ones(5)), Reply())
    excused = Outcome(half, "passed", rests_on=("double",), unexcused=wrong(half), own=(answer,))
    assert failures([wrong(twice), excused]) == [
        Failed("double", {"double.twice": "wrong"}, excusing=(answer,))
    ]
    assert failures([wrong(twice), Outcome(half, "passed", rests_on=("double",))])[0].excusing == ()


def test_functions_come_by_name_whatever_was_asked_first() -> None:
    assert [failed.name for failed in failures([wrong(half), wrong(twice)])] == [double.name, halve.name]
