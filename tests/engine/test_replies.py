"""A reply of another form than the request asks for is the student's crash, never an error of ours."""

import numpy as np
import pytest

from autograder.engine.replies import well_formed
from autograder.sandbox import Reply, Zygote
from tests.engine.test_judge import outcomes, with_double

TENSOR = {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": [2]}
GOOD = {"outputs": [TENSOR], "container": "single", "changed": [], "grads": {"x": "none"}}


def reply(**changes: object) -> Reply:
    return Reply(values={**GOOD, **changes}, tensors={"out.0": np.zeros(2)})


def test_a_reply_as_our_program_sends_it_is_well_formed() -> None:
    assert well_formed("call", reply())


@pytest.mark.parametrize(
    "changes",
    [
        {"outputs": None},
        {"outputs": [None]},
        {"outputs": []},
        {"outputs": [{"kind": "tensor"}]},
        {"outputs": [{**TENSOR, "shape": [3]}]},
        {"outputs": [TENSOR, TENSOR]},
        {"container": "dict"},
        {"container": ["single"]},
        {"changed": "x"},
        {"grads": {"x": "ok"}},
        {"grads": []},
        {"parameter_grads": {"w": []}},
        {"gradient_error": "none"},
    ],
)
def test_a_reply_that_only_looks_like_one_is_not(changes: dict[str, object]) -> None:
    assert not well_formed("call", reply(**changes))


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("module.new", {"parameters": {"w": "large"}, "buffers": {}, "size": 1}),
        ("module.new", {}),
        ("module.meta", {"outputs": 3, "container": "single"}),
        ("constants", {"constants": {"A": [1]}}),
        ("constants", {}),
        ("import", {"names": None}),
    ],
)
def test_other_requests_have_forms_too(op: str, values: dict[str, object]) -> None:
    assert not well_formed(op, Reply(values=values))


def test_code_that_answers_in_our_place_costs_itself_only(zygote: Zygote) -> None:
    body = "import autograder.sandbox.inside.invoke as i; i.describe_output = lambda o: {'kind': 'tensor'}; return 2 * x"
    found = outcomes(zygote, with_double(body))
    assert found["double.twice"].status == "crashed"
    assert found["double.twice"].cause == "protocol"
    assert "an answer of the wrong form" in found["double.twice"].message
    assert found["square.squared_twice"].status == "passed"
    assert found["halve.half"].status == "passed"
