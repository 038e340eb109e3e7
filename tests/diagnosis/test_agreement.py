"""When two replies to the same question are the same answer."""

from typing import Any

import numpy as np
import pytest

from autograder.diagnosis.answers import EVERYTHING, Graded, Seen, agree, seen
from autograder.engine.calls import Function
from autograder.sandbox import Failure, Reply

CALL = Function("toy", "toy", ("mu",))(np.zeros(2), wrt=("mu",))


def reply(value: Any, gradient: Any = None, graded: Graded = EVERYTHING, **values: Any) -> Seen:
    out = np.asarray(value)
    tensors = {"out.0": out} | ({} if gradient is None else {"grad.mu": np.asarray(gradient)})
    form = {"kind": "tensor", "type": "Tensor", "dtype": str(out.dtype), "shape": list(out.shape)}
    grads = {"mu": "none" if gradient is None else "ok"}
    said = {"container": "single", "outputs": [form], "grads": grads, "changed": [], **values}
    return seen(CALL, Reply(said, tensors), graded)


def raised(cause: Any, exception: str | None) -> Seen:
    return seen(CALL, Reply(failure=Failure(cause, "it failed", exception=exception)), EVERYTHING)


SAME = reply([1.0, -2.0], [0.5, 0.0])


@pytest.mark.parametrize(
    "other",
    [
        reply([1.0 + 1e-8, -2.0], [0.5, 1e-13]),
        reply([1.0, -2.0], [0.5 - 1e-9, 0.0]),
    ],
)
def test_rounding_does_not_part_answers(other: Seen) -> None:
    assert agree(SAME, other)


def test_in_single_precision_large_terms_leave_their_rounding_in_a_small_derivative() -> None:
    one = reply(np.float32([1.0, 2.0]), np.float32([0.5, 1e-4]))
    assert agree(one, reply(np.float32([1.0, 2.0]), np.float32([0.5, 1e-4 + 2e-6])))
    assert not agree(one, reply(np.float32([1.0, 2.0]), np.float32([0.5, 2e-4])))
    assert not agree(SAME, reply([1.0, -2.0], [0.5, 2e-6]))


@pytest.mark.parametrize(
    "other",
    [
        reply([1.0 + 1e-5, -2.0], [0.5, 0.0]),
        reply([1.0, -2.0], [0.5, 1e-6]),
        reply([1.0, -2.0]),
        reply([[1.0, -2.0]], [0.5, 0.0]),
        reply([1.0, np.nan], [0.5, 0.0]),
        reply(np.array([1.0, -2.0], np.float32), [0.5, 0.0]),
        reply([1.0, -2.0], [0.5, 0.0], changed=["mu"]),
        reply([1.0, -2.0], [0.5, 0.0], container="list"),
        raised("exception", "ValueError"),
    ],
    ids=["value", "slope", "no gradient", "shape", "nan", "dtype", "in place", "container", "exception"],
)
def test_any_difference_parts_them(other: Seen) -> None:
    assert not agree(SAME, other)
    assert not agree(other, SAME)


def test_the_same_pattern_of_nan_and_inf_is_the_same_answer() -> None:
    assert agree(reply([np.nan, np.inf, -np.inf]), reply([np.nan, np.inf, -np.inf]))
    assert not agree(reply([np.nan, np.inf, -np.inf]), reply([np.nan, np.inf, np.inf]))


def test_exceptions_of_one_kind_agree_and_ended_processes_with_nothing() -> None:
    assert agree(raised("exception", "ValueError"), raised("exception", "ValueError"))
    assert not agree(raised("exception", "ValueError"), raised("exception", "TypeError"))
    assert not agree(raised("timeout", None), raised("timeout", None))


def test_an_ungraded_gradient_parts_nothing() -> None:
    free = Graded(ungraded=["mu"])
    assert agree(reply([1.0], [0.5], free), reply([1.0], None, free))


def test_the_gradient_in_a_table_of_log_probabilities_counts_along_tables_only() -> None:
    """Σ q = 1 leaves no direction along q (here ½, ½): normalising inside the function adds a multiple of it."""
    table = np.log([0.5, 0.5])
    call = Function("toy", "toy", ("mu",))(table, wrt=("mu",))

    def answer(gradient: Any) -> Seen:
        out = np.ones(())
        form = {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": []}
        said = {"container": "single", "outputs": [form], "grads": {"mu": "ok"}, "changed": []}
        given = {"out.0": out, "grad.mu": np.asarray(gradient)}
        return seen(call, Reply(said, given), Graded(tables=["mu"]))

    assert agree(answer([1.0, 3.0]), answer([0.0, 2.0]))
    assert not agree(answer([1.0, 3.0]), answer([3.0, 1.0]))


def test_names_that_a_sandbox_makes_up_are_not_seen() -> None:
    """What is seen may be told to a person: only the names of arguments are."""
    assert reply([1.0], changed=["mu", "<script>"]).changed == ("mu",)
