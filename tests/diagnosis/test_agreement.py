"""When two replies to the same question are the same answer."""

from typing import Any

import numpy as np
import pytest

from autograder.diagnosis.fingerprints import agree
from autograder.sandbox import Failure, Reply


def reply(value: Any, gradient: Any = None, **values: Any) -> Reply:
    out = np.asarray(value)
    tensors = {"out.0": out} | ({} if gradient is None else {"grad.mu": np.asarray(gradient)})
    form = {"kind": "tensor", "type": "Tensor", "dtype": str(out.dtype), "shape": list(out.shape)}
    grads = {"mu": "none" if gradient is None else "ok"}
    said = {"container": "single", "outputs": [form], "grads": grads, "changed": [], **values}
    return Reply(said, tensors)


def raised(cause: Any, exception: str | None) -> Reply:
    return Reply(failure=Failure(cause, "it failed", exception=exception))


SAME = reply([1.0, -2.0], [0.5, 0.0])


@pytest.mark.parametrize(
    "other",
    [
        reply([1.0 + 1e-8, -2.0], [0.5, 1e-13]),
        reply([1.0, -2.0], [0.5 - 1e-9, 0.0]),
    ],
)
def test_rounding_does_not_part_answers(other: Reply) -> None:
    assert agree(SAME, other)


@pytest.mark.parametrize(
    "other",
    [
        reply([1.0 + 1e-5, -2.0], [0.5, 0.0]),
        reply([1.0, -2.0], [0.5, 1e-6]),
        reply([1.0, -2.0]),
        reply([[1.0, -2.0]], [0.5, 0.0]),
        reply([1.0, np.nan], [0.5, 0.0]),
        reply(np.float32([1.0, -2.0]), [0.5, 0.0]),
        reply([1.0, -2.0], [0.5, 0.0], changed=["mu"]),
        reply([1.0, -2.0], [0.5, 0.0], container="list"),
        raised("exception", "ValueError"),
    ],
    ids=["value", "slope", "no gradient", "shape", "nan", "dtype", "in place", "container", "exception"],
)
def test_any_difference_parts_them(other: Reply) -> None:
    assert not agree(SAME, other)
    assert not agree(other, SAME)


def test_the_same_pattern_of_nan_and_inf_is_the_same_answer() -> None:
    assert agree(reply([np.nan, np.inf, -np.inf]), reply([np.nan, np.inf, -np.inf]))
    assert not agree(reply([np.nan, np.inf, -np.inf]), reply([np.nan, np.inf, np.inf]))


def test_exceptions_of_one_kind_agree_and_ended_processes_with_nothing() -> None:
    assert agree(raised("exception", "ValueError"), raised("exception", "ValueError"))
    assert not agree(raised("exception", "ValueError"), raised("exception", "TypeError"))
    assert not agree(raised("timeout", None), raised("timeout", None))
