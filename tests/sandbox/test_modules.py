"""The operations on one `nn.Module` of the submission."""

from typing import Any

import numpy as np
import pytest

from autograder.sandbox import Reply, Request, Zygote
from tests.sandbox.student import files

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.linear = nn.Linear(2, width)
        self.norm = nn.BatchNorm1d(width)
        self.unused = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.linear(x), self.training

    def normed(self, x):
        return self.norm(self.linear(x))

    def weighted(self, x):
        weight = self.linear.weight
        return (weight * torch.arange(6.0).view(3, 2)).sum() + 0 * self.linear.bias.sum()

    def stopped(self, x):
        return self.eval().linear(x)

    def on_cpu(self, x):
        return self.linear(x) + torch.randn(x.shape[0], 1)

    def gaussian(self, x):
        mu = self.linear(x)
        return torch.distributions.Normal(mu, torch.ones_like(mu)).rsample()

    def drawn(self, n):
        return self.linear(self.unused.new_empty(n, 2).normal_())

class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.LazyLinear(4)

    def forward(self, x):
        return self.linear(x)

class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("back\\\\slash\\x1b", nn.Parameter(torch.zeros(2)))
        self.register_parameter("größe", nn.Parameter(torch.zeros(1)))

class NoModule:
    pass
"""
NEW: dict[str, Any] = {"target": "generative.code:Net", "seed": 1}
X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=np.float32)


def talk(zygote: Zygote, *requests: Request) -> list[Reply]:
    with zygote.open(files(NET)) as sandbox:
        return list(sandbox.exchange(requests))


def method(name: str, **params: Any) -> Request:
    given = {"method": name, "args": [{"tensor": "x"}], "seed": 0, **params}
    return Request("module.call", given, {"x": X})


def test_a_new_module_tells_its_parameters(zygote: Zygote) -> None:
    (reply,) = talk(zygote, Request("module.new", NEW | {"kwargs": {"width": 4}}))
    assert reply.values["parameters"] == {
        "unused": [1],
        "linear.weight": [4, 2],
        "linear.bias": [4],
        "norm.weight": [4],
        "norm.bias": [4],
    }
    assert reply.values["buffers"] == {
        "norm.running_mean": [4],
        "norm.running_var": [4],
        "norm.num_batches_tracked": [],
    }
    assert reply.values["size"] == 21


def test_the_same_seed_makes_the_same_module(zygote: Zygote) -> None:
    (_, a), (_, b) = (talk(zygote, Request("module.new", NEW), Request("module.state")) for _ in range(2))
    assert a.tensors.keys() >= {"state.linear.weight", "state.norm.running_mean"}
    for name in a.tensors:
        np.testing.assert_array_equal(a.tensors[name], b.tensors[name])


def test_the_same_words_and_seed_give_the_same_instance_and_a_state_a_new_one(zygote: Zygote) -> None:
    new, train = Request("module.new", NEW, {}), method("normed", mode="train")
    other = Request("module.new", {**NEW, "seed": 2}, {})
    kept = Request("module.state", {}, {})
    _, _, trained, _, elsewhere, _, again = talk(zygote, new, train, kept, other, kept, new, kept)
    counted = "state.norm.num_batches_tracked"
    assert trained.tensors[counted] == again.tensors[counted] == 1
    assert elsewhere.tensors[counted] == 0
    state = dict(elsewhere.tensors)
    *_, fresh = talk(zygote, new, train, Request("module.new", {**NEW, "state": True}, state), kept)
    assert fresh.tensors[counted] == 0


def test_an_argument_may_be_given_by_its_place(zygote: Zygote) -> None:
    (new,) = talk(zygote, Request("module.new", {**NEW, "args": [5]}, {}))
    assert new.values["parameters"]["linear.weight"] == [5, 2]


def test_a_call_tells_the_mode_that_it_leaves_behind(zygote: Zygote) -> None:
    calls = Request("module.new", NEW, {}), method("forward", mode="train"), method("stopped", mode="train")
    _, kept, left = talk(zygote, *calls)
    assert (kept.values["training"], left.values["training"]) == (True, False)


def test_a_module_can_be_moved_or_take_a_state(zygote: Zygote) -> None:
    made, state, _, moved, _, again = talk(
        zygote,
        Request("module.new", NEW),
        Request("module.state"),
        Request("module.new", NEW | {"moved": True}),
        Request("module.state"),
        Request("module.new", NEW | {"moved": True}),
        Request("module.state"),
    )
    assert made.failure is None
    for name, value in state.tensors.items():
        is_parameter = name.removeprefix("state.") in made.values["parameters"]
        assert (moved.tensors[name] != value).all() == is_parameter
        np.testing.assert_array_equal(moved.tensors[name], again.tensors[name])
    with_state = Request("module.new", NEW | {"seed": 9, "state": True}, state.tensors)
    _, again = talk(zygote, with_state, Request("module.state"))
    np.testing.assert_array_equal(again.tensors["state.linear.weight"], state.tensors["state.linear.weight"])


def test_a_moved_module_can_be_multiplied(zygote: Zygote) -> None:
    _, moved, _, doubled = talk(
        zygote,
        *[
            request
            for how in ({"moved": 1}, {"moved": 2})
            for request in (Request("module.new", NEW | how), Request("module.state"))
        ],
    )
    for name in ("state.linear.weight", "state.linear.bias", "state.unused"):
        np.testing.assert_allclose(doubled.tensors[name], 2 * moved.tensors[name], rtol=1e-6)


def test_entries_of_a_gradient_lie_where_a_shift_of_as_many_numbers_goes(zygote: Zygote) -> None:
    shift = {"shift.linear.weight": np.array([10, 20, 30], np.float32)}
    _, reply, _, before, _, shifted, _, after = talk(
        zygote,
        Request("module.new", NEW),
        method("weighted", parameter_grads=True, entries=3),
        Request("module.new", NEW),
        Request("module.state"),
        Request("module.new", NEW | {"shifted": True}, shift),
        Request("module.state"),
        Request("module.new", NEW),
        Request("module.state"),
    )
    # The gradient of `weighted` at linear.weight is 0, 1, …, 5.
    np.testing.assert_array_equal(reply.tensors["param.linear.weight"], [0, 2, 4])
    np.testing.assert_array_equal(reply.tensors["param.linear.bias"], [0, 0, 0])
    assert "param.unused" not in reply.tensors
    moved = shifted.tensors["state.linear.weight"] - before.tensors["state.linear.weight"]
    np.testing.assert_allclose(moved, [[10, 0], [20, 0], [30, 0]], atol=1e-5)
    # Nobody else meets the shifted module.
    np.testing.assert_array_equal(after.tensors["state.linear.weight"], before.tensors["state.linear.weight"])


def test_a_name_that_nobody_could_print_is_told_as_python_writes_it_and_understood_again(
    zygote: Zygote,
) -> None:
    odd = NEW | {"target": "generative.code:Odd"}
    name = r"back\\slash\x1b"
    made, shifted, state = talk(
        zygote,
        Request("module.new", odd),
        Request("module.new", odd | {"shifted": True}, {f"shift.{name}": np.ones(1, np.float32)}),
        Request("module.state"),
    )
    assert made.values["parameters"] == {name: [2], "größe": [1]}
    assert shifted.failure is None
    np.testing.assert_array_equal(state.tensors["state.back\\slash\x1b"], [1, 0])


def test_a_mode_can_be_that_which_the_last_call_left(zygote: Zygote) -> None:
    _, first, left = talk(
        zygote,
        Request("module.new", NEW),
        method("stopped", mode="train"),
        method("forward", mode="left"),
    )
    assert first.values["training"] is False
    assert left.values["outputs"][1]["value"] is False


def test_lazy_layers_learn_their_size_from_the_first_input(zygote: Zygote) -> None:
    lazy = NEW | {"target": "generative.code:Lazy"}
    unknown, none, made, state, loaded = talk(
        zygote,
        Request("module.new", lazy),
        Request("module.state"),
        Request("module.new", lazy | {"first": [1, 2], "moved": 1}),
        Request("module.state"),
        Request("module.new", lazy | {"first": [1, 5]}),
    )
    assert (unknown.values["parameters"], none.tensors) == ({}, {})
    assert made.values["parameters"] == {"linear.weight": [4, 2], "linear.bias": [4]}
    assert state.tensors["state.linear.weight"].shape == (4, 2)
    assert loaded.values["size"] == 24


@pytest.mark.parametrize(("mode", "training"), [("train", True), ("eval", False)])
def test_a_method_is_called_in_its_mode(zygote: Zygote, mode: str, training: bool) -> None:
    _, state, reply = talk(
        zygote, Request("module.new", NEW), Request("module.state"), method("forward", mode=mode)
    )
    weight, bias = state.tensors["state.linear.weight"], state.tensors["state.linear.bias"]
    np.testing.assert_allclose(reply.tensors["out.0"], X @ weight.T + bias, rtol=1e-6)
    assert reply.values["outputs"][1]["value"] is training


def test_of_the_first_result_some_columns_may_be_enough(zygote: Zygote) -> None:
    _, whole, some = talk(zygote, Request("module.new", NEW), method("forward"), method("forward", every=2))
    np.testing.assert_array_equal(some.tensors["out.0"], whole.tensors["out.0"][:, ::2])
    assert some.values["shape"] == whole.values["outputs"][0]["shape"] == [3, 3]
    assert some.values["outputs"][0]["shape"] == [3, 2]


def test_gradients_of_parameters_come_as_norms(zygote: Zygote) -> None:
    _, reply = talk(zygote, Request("module.new", NEW), method("forward", parameter_grads=True, wrt=["x"]))
    norms = reply.values["parameter_grads"]
    # d/dW of the sum over all outputs: every row is the sum of the inputs
    assert norms["linear.weight"] == pytest.approx(np.sqrt(3 * (9.0**2 + 12.0**2)))
    assert norms["linear.bias"] == pytest.approx(np.sqrt(3) * 3)
    assert norms["unused"] is None
    assert reply.values["grads"] == {"x": "ok"}


def test_gradients_do_not_add_up_over_calls(zygote: Zygote) -> None:
    _, first, second = talk(
        zygote, Request("module.new", NEW), *[method("forward", parameter_grads=True)] * 2
    )
    assert first.values["parameter_grads"] == second.values["parameter_grads"]


def test_what_making_a_module_or_calling_it_leaves_behind_is_told(zygote: Zygote) -> None:
    source = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self, off=False):
            super().__init__()
            self.linear, self.loose = nn.Linear(2, 3), [nn.Linear(2, 3)]
            torch.set_grad_enabled(not off)

        def forward(self, x):
            return self.linear(x)

        def noise(self, x):
            return torch.rand(8) + x.sum() * 0

        def seeds(self, x):
            torch.manual_seed(torch.initial_seed())
            return self.noise(x)

        def elsewhere(self, x):
            return self.loose[0](x)
    """
    quiet, loud = NEW, {**NEW, "kwargs": {"off": True}}
    with zygote.open(files(source)) as sandbox:
        made, plain, first, later, seeds, seeds_later, own, elsewhere, off = sandbox.exchange(
            [
                Request("module.new", quiet),
                method("forward"),
                *(method(name, seed=seed) for name in ("noise", "seeds") for seed in (0, None)),
                method("forward", unregistered=True),
                method("elsewhere", unregistered=True),
                Request("module.new", loud),
            ]
        )
    assert (made.values["gradients"], off.values["gradients"]) == (True, False)
    noise = first.tensors["out.0"]
    assert not (later.tensors["out.0"] == noise).any()
    assert (seeds.tensors["out.0"] == noise).all()
    assert (seeds_later.tensors["out.0"] == noise).all()
    assert (own.values["unregistered"], elsewhere.values["unregistered"]) == (False, True)
    assert "unregistered" not in plain.values


def meta(name: str) -> Request:
    return Request(
        "module.meta", {"method": name, "args": [{"shape": [5, 2], "dtype": "float32"}], "mode": "eval"}
    )


def test_on_the_meta_device_only_shapes_are_computed(zygote: Zygote) -> None:
    _, normed, gaussian, tied, after = talk(
        zygote,
        Request("module.new", NEW),
        meta("normed"),
        meta("gaussian"),
        meta("on_cpu"),
        method("forward"),
    )
    expected = [{"kind": "tensor", "type": "Tensor", "dtype": "float32", "shape": [5, 3]}]
    assert normed.values["outputs"] == gaussian.values["outputs"] == expected
    assert tied.failure is not None
    assert "device" in str(tied.failure.text)
    assert after.failure is None  # the module itself stays where it was


@pytest.mark.parametrize(
    "noise",
    [
        "torch.FloatTensor(5, 3).normal_()",
        "torch.from_numpy(numpy.zeros((5, 3), dtype='float32'))",
        "self.linear(x).type(torch.FloatTensor)",
        "torch.frombuffer(bytearray(60), dtype=torch.float32).view(5, 3)",
    ],
)
def test_a_tensor_that_is_made_on_the_cpu_behind_the_watch_is_found(zygote: Zygote, noise: str) -> None:
    source = f"""
        import numpy
        import torch

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.linear = torch.nn.Linear(2, 3)

            def forward(self, x):
                return self.linear(x) + {noise}
    """
    with zygote.open(files(source)) as sandbox:
        _, tied = sandbox.exchange(
            [Request("module.new", {"target": "generative.code:Net"}), meta("forward")]
        )
    assert tied.failure is not None
    assert "meta" in str(tied.failure.text)


def test_a_method_may_take_a_number_on_the_meta_device(zygote: Zygote) -> None:
    given = {"method": "drawn", "args": [{"value": 5}], "mode": "eval"}
    _, drawn = talk(zygote, Request("module.new", NEW), Request("module.meta", given))
    assert drawn.values["outputs"][0]["shape"] == [5, 3]


def test_what_is_no_module_is_refused(zygote: Zygote) -> None:
    no_module, no_current = talk(
        zygote, Request("module.new", {"target": "generative.code:NoModule"}), method("forward")
    )
    assert no_module.failure is not None
    assert no_module.failure.message == "TypeError: NoModule is a NoModule, not a torch.nn.Module"
    assert no_current.failure is not None
    assert no_current.failure.text == "no module was made in this sandbox"
