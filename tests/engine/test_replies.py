"""A reply of another form than the request asks for is the student's crash, never an error of ours."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.engine.replies import LONGEST_NAME, checked, well_formed
from autograder.sandbox import Reply, Request, Zygote
from tests.engine.test_judge import outcomes, with_double

TENSOR = {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": [2]}
CALL = Request("call", {"wrt": ["x"]}, {"x": np.zeros(2)})
GOOD = {"outputs": [TENSOR], "container": "single", "changed": [], "grads": {"x": "none"}}
GOOD |= {"gradients": True, "seeded": False}


def reply(**changes: object) -> Reply:
    return Reply(values={**GOOD, **changes}, tensors={"out.0": np.zeros(2)})


def test_a_reply_as_our_program_sends_it_is_well_formed() -> None:
    assert well_formed(CALL, reply())
    assert checked(CALL, reply()).failure is None


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
        {"changed": ["y" * 10**5]},
        {"changed": ["x"] * 10**5},
        {"gradients": "yes"},
        {"grads": {"x": "ok"}},
        {"grads": []},
        {"grads": {}},
        {"grads": {"x": "none", "y": "none"}},
        {"parameter_grads": {"w": []}},
        {"gradient_error": "none"},
    ],
)
def test_a_reply_that_only_looks_like_one_is_not(changes: dict[str, object]) -> None:
    assert not well_formed(CALL, reply(**changes))
    failure = checked(CALL, reply(**changes)).failure
    assert failure is not None
    assert (failure.cause, failure.message) == (
        "protocol",
        "the code disturbed the connection to the grader: an answer of the wrong form",
    )


def test_norms_that_were_asked_for_must_be_there() -> None:
    asked = Request("module.call", {"wrt": ["x"], "parameter_grads": True}, {"x": np.zeros(2)})
    assert well_formed(asked, reply(training=True, parameter_grads={}))
    assert not well_formed(asked, reply(training=True))


def test_whether_something_else_learns_must_be_said_where_it_was_asked() -> None:
    asked = Request("module.call", {"wrt": ["x"], "unregistered": True}, {"x": np.zeros(2)})
    assert well_formed(asked, reply(training=True, unregistered=False))
    assert not well_formed(asked, reply(training=True))
    assert not well_formed(asked, reply(training=True, unregistered="no"))


def test_a_gradient_that_is_said_to_be_there_must_be_there() -> None:
    asked = Request("module.call", {"wrt": ["x"], "parameter_grads": True, "entries": 9}, {"x": np.zeros(2)})
    told = reply(training=True, parameter_grads={"w": 1.0, "unused": None})
    assert not well_formed(asked, told)
    assert well_formed(asked, replace(told, tensors={**told.tensors, "param.w": np.zeros(2)}))


def test_a_name_that_would_fill_our_own_message_is_refused() -> None:
    for length, fits in ((LONGEST_NAME, True), (LONGEST_NAME + 1, False)):
        name = "state.".ljust(length, "w")
        assert well_formed(Request("module.state"), Reply(tensors={name: np.zeros(1)})) is fits


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("module.new", {"parameters": {"w": "large"}, "buffers": {}, "size": 1}),
        ("module.new", {}),
        ("module.meta", {"outputs": 3, "container": "single"}),
        ("constants", {"constants": {"A": [1]}, "others": {}}),
        ("constants", {"constants": {}, "others": {"A": "x" * (LONGEST_NAME + 1)}}),
        ("constants", {}),
        ("import", {"names": None}),
    ],
)
def test_other_requests_have_forms_too(op: str, values: dict[str, object]) -> None:
    assert not well_formed(Request(op), Reply(values=values))


def test_code_that_answers_in_our_place_costs_itself_only(zygote: Zygote) -> None:
    body = "import autograder.sandbox.inside.invoke as i; i.describe_output = lambda o: {'kind': 'tensor'}; return 2 * x"
    found = outcomes(zygote, with_double(body))
    assert found["double.twice"].status == "crashed"
    assert found["double.twice"].cause == "protocol"
    assert "an answer of the wrong form" in found["double.twice"].message
    assert found["square.squared_twice"].status == "passed"
    assert found["halve.half"].status == "passed"
