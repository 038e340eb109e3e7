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
GOOD |= {"gradients": True, "default_dtype": "float32", "differentiable": False}


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
        {"outputs": [{"kind": "none", "type": "NoneType", "shape": "<script>" * 1000}]},
        {"outputs": [{**TENSOR, "shape": [3]}]},
        {"outputs": [{**TENSOR, "dtype": "float32"}]},
        {"outputs": [{**TENSOR, "dtype": None}]},
        {"outputs": [{**TENSOR, "dtype": "float128"}]},
        {"outputs": [], "container": "other"},
        {"shape": [3]},
        {"shape": "2"},
        {"outputs": [TENSOR, TENSOR]},
        {"container": "dict"},
        {"container": ["single"]},
        {"changed": "x"},
        {"changed": ["y" * 10**5]},
        {"changed": ["x"] * 10**5},
        {"gradients": "yes"},
        {"default_dtype": None},
        {"default_dtype": "f" * 10**5},
        {"grads": {"x": "ok"}},
        {"grads": []},
        {"grads": {}},
        {"grads": {"x": "none", "y": "none"}},
        {"parameter_grads": {"w": []}},
        {"gradient_error": "none"},
        {"differentiable": None},
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


@pytest.mark.parametrize(
    "name", ["x", "out.1", "out.x", "again.0", "grad.y", "grad.x.y", "param.w", "state.w", ""]
)
def test_a_tensor_that_nobody_asked_for_is_refused(name: str) -> None:
    told = reply()
    assert not well_formed(CALL, replace(told, tensors={**told.tensors, name: np.zeros(2)}))


def test_the_result_of_a_second_call_is_like_that_of_the_first() -> None:
    asked, told = replace(CALL, params={"wrt": ["x"], "twice": True}), reply()
    for again, fits in (
        (np.ones(2), True),
        (np.zeros(2, dtype=np.float32), False),
        (np.zeros(2, dtype=bool), False),
        (np.zeros(2_000_000), False),
    ):
        assert well_formed(asked, replace(told, tensors={**told.tensors, "again.0": again})) is fits


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


@pytest.mark.parametrize(
    "shape", [[2**40], [2**16, 2**16], [10**4000] * 30, [1] * 99], ids=["long", "large", "endless", "axes"]
)
def test_parameters_that_no_sandbox_could_hold_are_refused(shape: list[int]) -> None:
    asked = Request("module.new", {})
    made: dict[str, object] = {
        "parameters": {"w": [20, 784]},
        "buffers": {},
        "size": 15680,
        "gradients": True,
        "default_dtype": "float32",
    }
    assert well_formed(asked, Reply(values=made))
    assert not well_formed(asked, Reply(values={**made, "parameters": {"w": shape}}))


def test_of_a_part_of_a_result_the_shape_of_all_must_fit() -> None:
    asked = Request("module.call", {"every": 3}, {"x": np.zeros(2)})
    part = replace(reply(training=True, grads={}), tensors={"out.0": np.zeros(2)})
    for shape, fits in (([4], True), ([6], True), ([7], False), ([3], False), ([1, 4], False)):
        assert well_formed(asked, replace(part, values={**part.values, "shape": shape})) is fits


def test_names_that_would_fill_a_message_together_are_refused() -> None:
    asked = Request("module.state", {})
    some = {f"state.{i:0280}": np.zeros(1) for i in range(400)}
    assert well_formed(asked, Reply(tensors=some))
    assert not well_formed(asked, Reply(tensors={f"state.{i:0280}": np.zeros(1) for i in range(500)}))


def test_a_shape_on_the_device_without_contents_is_one() -> None:
    asked = Request("module.meta", {})
    told = {"container": "single", "outputs": [TENSOR]}
    assert well_formed(asked, Reply(values=told))
    assert not well_formed(asked, Reply(values={**told, "outputs": [{**TENSOR, "shape": "x" * 10**5}]}))


@pytest.mark.parametrize("op", ["import", "constants", "module.new", "module.state", "module.meta"])
def test_what_makes_the_check_itself_stumble_is_no_reply(op: str) -> None:
    endless: list[object] = []
    endless.append(endless)
    for junk in ([1], endless, {"x": 1}, None, "x"):
        forged = Reply(values=dict.fromkeys(("grads", "parameter_grads", "names", "outputs", "shape"), junk))
        assert checked(Request(op, {"entries": 1}), forged).failure is not None or op == "module.state"


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
