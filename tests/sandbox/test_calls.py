"""The program `calls`: what a function of the submission gets, and what comes back of it."""

from typing import Any

import numpy as np
import pytest

from autograder.sandbox import Reply, Request, Zygote
from tests.sandbox.student import ask, call, cotangents, files, run, value

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def one(zygote: Zygote, source: str, request: Request) -> Reply:
    with zygote.open(files(source)) as sandbox:
        return ask(sandbox, request)


def test_values_and_gradients_come_back(zygote: Zygote) -> None:
    reply = one(zygote, "def f(a, b): return a * b", call("f", "a", "b", wrt=("a", "b"), a=X, b=X + 1))
    np.testing.assert_array_equal(reply.tensors["out.0"], X * (X + 1))
    np.testing.assert_array_equal(reply.tensors["grad.a"], X + 1)
    np.testing.assert_array_equal(reply.tensors["grad.b"], X)
    assert reply.values["container"] == "single"
    assert reply.values["differentiable"] is True
    assert reply.values["grads"] == {"a": "ok", "b": "ok"}
    assert reply.values["outputs"] == [
        {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": [2, 3]}
    ]
    assert reply.cpu_seconds >= 0


def test_gradients_are_those_of_the_product_with_the_cotangents(zygote: Zygote) -> None:
    c0, c1 = np.array([[1.0, -1.0, 2.0], [0.0, 3.0, 0.5]]), np.array([10.0, 20.0])
    request = call("f", "a", wrt=("a",), a=X, **cotangents(c0=c0, c1=c1))
    reply = one(zygote, "def f(a): return a ** 2, a.sum(1)", request)
    np.testing.assert_allclose(reply.tensors["grad.a"], 2 * X * c0 + c1[:, None])


def test_a_result_of_another_shape_still_has_its_gradient(zygote: Zygote) -> None:
    request = call("f", "a", wrt=("a",), a=X, **cotangents(c0=np.array([1.0, 2.0])))
    reply = one(zygote, "def f(a): return a.sum(1, keepdim=True)", request)
    np.testing.assert_allclose(reply.tensors["grad.a"], [[1, 1, 1], [2, 2, 2]])
    assert reply.values["outputs"][0]["shape"] == [2, 1]


def test_a_gradient_that_is_missing_is_named(zygote: Zygote) -> None:
    reply = one(zygote, "def f(a, b): return a + b.detach()", call("f", "a", "b", wrt=("a", "b"), a=X, b=X))
    assert reply.values["grads"] == {"a": "ok", "b": "none"}
    detached = one(zygote, "def f(a): return a.detach()", call("f", "a", wrt=("a",), a=X))
    assert detached.values["grads"] == {"a": "none"}
    assert detached.values["differentiable"] is False


def test_a_failing_gradient_leaves_the_value(zygote: Zygote) -> None:
    source = "def f(a):\n    b = a.exp()\n    c = b * b\n    b.add_(1)\n    return c"
    reply = one(zygote, source, call("f", "a", wrt=("a",), a=X))
    np.testing.assert_allclose(reply.tensors["out.0"], np.exp(2 * X))
    assert reply.values["grads"] == {"a": "none"}
    assert "inplace" in reply.values["gradient_error"]["text"]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool", "uint8"])
def test_every_tensor_keeps_its_dtype(zygote: Zygote, dtype: str) -> None:
    source = "import torch\ndef f(a): return a, a.flip(0), torch.zeros(1).dtype == torch.float32"
    array = np.array([0, 1, 1]).astype(dtype)
    reply = one(zygote, source, call("f", "a", a=array))
    assert reply.tensors["out.0"].dtype == array.dtype
    np.testing.assert_array_equal(reply.tensors["out.1"], array[::-1])
    assert reply.values["outputs"][2]["value"] is True  # the default dtype is untouched


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_named_and_widened(zygote: Zygote, dtype: str) -> None:
    reply = one(zygote, f"import torch\ndef f(a): return a.to(torch.{dtype})", call("f", "a", a=X))
    assert reply.values["outputs"][0]["dtype"] == dtype
    assert reply.tensors["out.0"].dtype == np.float32


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("None", {"kind": "none", "type": "NoneType"}),
        ("2.5", {"kind": "number", "type": "float", "value": 2.5}),
        ("float('nan')", {"kind": "number", "type": "float", "value": "nan"}),
        ("-float('inf')", {"kind": "number", "type": "float", "value": "-inf"}),
        ("10 ** 30", {"kind": "number", "type": "int", "value": "int of 100 bits"}),
        ("'text'", {"kind": "other", "type": "str"}),
        ("a.numpy()", {"kind": "other", "type": "ndarray"}),
        (
            "a + 1j",
            {"kind": "other", "type": "Tensor of dtype torch.complex128: return floating-point numbers"},
        ),
        (
            "a.to_sparse()",
            {"kind": "other", "type": "Tensor of layout torch.sparse_coo: return its .to_dense()"},
        ),
        (
            "a.float().to_mkldnn()",
            {"kind": "other", "type": "Tensor of layout torch._mkldnn: return its .to_dense()"},
        ),
        (
            "torch.quantize_per_tensor(a.float(), 0.1, 0, torch.qint8)",
            {"kind": "other", "type": "Tensor that is quantized: return its .dequantize()"},
        ),
        (
            "torch._nested_tensor_from_tensor_list([a, a[:1]])",
            {"kind": "other", "type": "Tensor that is nested: return one of a plain shape"},
        ),
        (
            "torch.nn.UninitializedParameter()",
            {"kind": "other", "type": "UninitializedParameter without a size yet: return numbers"},
        ),
        (
            "a.to('meta')",
            {
                "kind": "other",
                "type": "Tensor on the device meta, without numbers: return one on the device of the arguments",
            },
        ),
        ("a.sum()", {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": []}),
        ("a[:0]", {"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": [0, 3]}),
    ],
)
def test_whatever_is_returned_is_described(zygote: Zygote, result: str, expected: dict[str, Any]) -> None:
    reply = one(zygote, f"import torch\ndef f(a): return {result}", call("f", "a", a=X))
    assert reply.failure is None
    assert reply.values["outputs"] == [expected]


@pytest.mark.parametrize(
    ("result", "container", "count"),
    [
        ("a, a", "tuple", 2),
        ("[a]", "list", 1),
        ("{'x': a}", "other", 1),
        ("()", "tuple", 0),
        ("a", "single", 1),
    ],
)
def test_the_container_is_named(zygote: Zygote, result: str, container: str, count: int) -> None:
    reply = one(zygote, f"def f(a): return {result}", call("f", "a", a=X))
    assert (reply.values["container"], len(reply.values["outputs"])) == (container, count)


def test_views_nan_and_broadcasts_survive_the_way(zygote: Zygote) -> None:
    source = "def f(a): return a.T, a[:, 1], a[0].expand(4, 3), a / 0 * 0, a[0].expand(4, 3)[1:].T"
    reply = one(zygote, source, call("f", "a", a=X.T.copy().T))
    np.testing.assert_array_equal(reply.tensors["out.0"], X.T)
    np.testing.assert_array_equal(reply.tensors["out.1"], X[:, 1])
    np.testing.assert_array_equal(reply.tensors["out.2"], np.broadcast_to(X[0], (4, 3)))
    assert np.isnan(reply.tensors["out.3"]).all()
    np.testing.assert_array_equal(reply.tensors["out.4"], np.broadcast_to(X[0], (3, 3)).T)


def test_a_slice_of_one_head_may_be_returned_twice(zygote: Zygote) -> None:
    reply = one(zygote, "def f(a):\n    h = a * 2\n    return h[:, :2], h[:, 1:]", call("f", "a", a=X))
    np.testing.assert_array_equal(reply.tensors["out.0"], 2 * X[:, :2])
    np.testing.assert_array_equal(reply.tensors["out.1"], 2 * X[:, 1:])


def test_inputs_changed_in_place_are_named(zygote: Zygote) -> None:
    source = "def f(a, b):\n    a += 1\n    return a + b"
    nan = np.full((2, 3), np.nan)
    assert one(zygote, source, call("f", "a", "b", a=X, b=nan)).values["changed"] == ["a"]
    with_gradient = one(zygote, source, call("f", "a", "b", wrt=("a",), a=X, b=X))
    assert with_gradient.values["changed"] == ["a"]
    np.testing.assert_array_equal(with_gradient.tensors["grad.a"], np.ones((2, 3)))


def test_a_second_call_gets_the_very_same_tensors_and_random_numbers(zygote: Zygote) -> None:
    source = "import torch\ndef f(a):\n    return a + torch.rand(1), a.add_(1)"
    asked = call("f", "a", a=X)
    reply = one(zygote, source, Request(asked.op, {**asked.params, "twice": True}, asked.tensors))
    np.testing.assert_allclose(reply.tensors["again.0"], reply.tensors["out.0"] + 1, rtol=1e-6)
    # The first result is told as it was, though it is an argument, which the second call changes.
    np.testing.assert_array_equal(reply.tensors["out.1"], X + 1)
    np.testing.assert_array_equal(reply.tensors["again.1"], X + 2)


def test_random_numbers_follow_the_seed_of_the_call(zygote: Zygote) -> None:
    source = """
    import random, torch, numpy
    def f(): return torch.rand(1).item(), random.random(), numpy.random.rand()
    def burn(): torch.rand(5); random.random(); numpy.random.rand(3); torch.set_default_dtype(torch.float64)
    """
    with zygote.open(files(source)) as sandbox:
        requests = [call("f", seed=1), call("burn"), call("f", seed=1), call("f", seed=2)]
        first, _, again, other = [r.values["outputs"] for r in sandbox.exchange(requests)]
    assert first == again
    assert all(a["value"] != b["value"] for a, b in zip(first, other, strict=True))


def test_keyword_arguments_and_plain_values_are_passed(zygote: Zygote) -> None:
    params = {"target": "generative.code:f", "args": [{"value": 3}], "kwargs": {"b": {"tensor": "b"}}}
    reply = one(zygote, "def f(a, *, b): return a * b", Request("call", params, {"b": X}))
    np.testing.assert_array_equal(reply.tensors["out.0"], 3 * X)


def test_constants_are_upper_case_and_plain(zygote: Zygote) -> None:
    source = """
    A = 1; B = 2.5; C = "yes"; D = True; E = None; F = float("inf"); G = [1]; h = 3; _I = 4
    K = 10**5000
    def J(): pass
    """
    reply = one(zygote, source, Request("constants", {"module": "generative.code"}))
    assert reply.values == {
        "constants": {"A": 1, "B": 2.5, "C": "yes", "D": True, "E": None, "F": "inf"},
        "others": {"G": "list", "J": "function", "K": "int of 16610 bits"},
    }


def test_a_function_that_is_not_there_is_named(zygote: Zygote) -> None:
    reply = run(zygote, "def g(): pass")
    assert reply.failure is not None
    assert reply.failure.message == "AttributeError: module 'generative.code' has no attribute 'f'"


def test_what_is_printed_is_kept_with_its_end_and_without_control_characters(zygote: Zygote) -> None:
    source = """
    import sys
    def f(n):
        print("x" * n)
        print("\\x1b[31mred\\x07 \\u202egnol", file=sys.stderr)
        print("the end \\ud800")
    """
    with zygote.open(files(source)) as sandbox:
        ask(sandbox, call("f", 10))
        assert sandbox.output == "xxxxxxxxxx\n[31mred gnol\nthe end \\ud800\n"
        ask(sandbox, call("f", 1_000_000))
        assert len(sandbox.output) <= 64 * 1024
        assert "the end" in sandbox.output


def test_large_requests_and_large_replies_do_not_block_each_other(zygote: Zygote) -> None:
    big = np.arange(2_000_000, dtype=np.float64)
    with zygote.open(files("def f(a): return a + 1")) as sandbox:
        for reply in sandbox.exchange([call("f", "a", a=big)] * 4):
            np.testing.assert_array_equal(reply.tensors["out.0"], big + 1)


def test_answers_that_nobody_waited_for_are_skipped(zygote: Zygote) -> None:
    with zygote.open(files("def f(i): return i")) as sandbox:
        for reply in sandbox.exchange([call("f", i) for i in range(5)]):
            assert value(reply) == 0
            break
        assert value(ask(sandbox, call("f", 7))) == 7


def test_large_arrays_are_shared_and_nobody_can_change_them_for_others(zygote: Zygote) -> None:
    images = np.arange(60, dtype=np.uint8).reshape(5, 12)
    program = "tests.sandbox.programs"
    with (
        zygote.open({}, shared={"images": images}, program=program) as a,
        zygote.open({}, shared={"images": images}, program=program) as b,
    ):
        first = ask(a, Request("shared"))
        np.testing.assert_array_equal(first.tensors["images"], images)
        np.testing.assert_array_equal(ask(a, Request("shared")).tensors["images"], images + 1)
        np.testing.assert_array_equal(ask(b, Request("shared")).tensors["images"], images)
    np.testing.assert_array_equal(images, np.arange(60).reshape(5, 12))


def test_a_shared_array_may_be_a_single_number_or_empty(zygote: Zygote) -> None:
    for array in (np.array(3.0), np.zeros((0, 4), dtype=np.float32)):
        with zygote.open({}, shared={"images": array}, program="tests.sandbox.programs") as sandbox:
            received = ask(sandbox, Request("shared")).tensors["images"]
        assert (received.shape, received.dtype) == (array.shape, array.dtype)
        np.testing.assert_array_equal(received, array)


def test_events_stream_while_a_reply_is_made(zygote: Zygote) -> None:
    seen: list[dict[str, Any]] = []
    with zygote.open({}, program="tests.sandbox.programs") as sandbox:
        (reply,) = sandbox.exchange([Request("steps", {"n": 3})], on_event=seen.append)
    assert seen == [{"step": i, "loss": "nan" if i == 0 else i / 2} for i in range(3)]
    assert reply.values == {"steps": 3}


@pytest.mark.parametrize(
    "params", [{"n": 20_000}, {"n": 20, "text": "x" * 10**6}], ids=["many small", "few large"]
)
def test_reports_without_end_are_ended_as_a_flood(zygote: Zygote, params: dict[str, Any]) -> None:
    seen: list[dict[str, Any]] = []
    with zygote.open({}, program="tests.sandbox.programs") as sandbox:
        (reply,) = sandbox.exchange([Request("steps", params)], on_event=seen.append)
    assert reply.failure is not None
    assert reply.failure.cause == "output"
    assert "reported its progress without end" in reply.failure.message
    assert 0 < len(seen) <= 10_000


def test_a_report_that_nobody_asked_for_is_not_waited_for(zygote: Zygote) -> None:
    with zygote.open({}, program="tests.sandbox.programs") as sandbox:
        reply = ask(sandbox, Request("steps", {"n": 1}))
    assert reply.failure is not None
    assert (reply.failure.cause, "nobody asked for" in reply.failure.message) == ("protocol", True)


@pytest.mark.parametrize(
    ("leaves", "told"),
    [
        ("torch.set_grad_enabled(False)", {"gradients": False, "default_dtype": "float32"}),
        ("torch.set_default_dtype(torch.float64)", {"gradients": True, "default_dtype": "float64"}),
    ],
)
def test_what_a_call_leaves_of_torchs_settings_is_told_and_costs_the_next_call_nothing(
    zygote: Zygote, leaves: str, told: dict[str, object]
) -> None:
    source = f"import torch\ndef f(a):\n    b = 2 * a\n    {leaves}\n    return b\ndef g(a): return a * torch.ones(1)"
    with zygote.open(files(source)) as sandbox:
        first, following = (
            ask(sandbox, call(f, "a", wrt=("a",), a=X.astype(np.float32))) for f in ("f", "g")
        )
    assert {name: first.values[name] for name in told} == told
    assert following.values["grads"] == {"a": "ok"}
    assert following.values["outputs"][0]["dtype"] == "float32"
