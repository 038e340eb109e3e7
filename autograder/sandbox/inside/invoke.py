"""Calls one function of the submission on tensors and takes gradients: what `call` and `module.call` share."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.random
import torch

from autograder.sandbox.inside import tensors as codec
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.serve import Answer, Received
from autograder.sandbox.wire import TENSORS


def fresh_state(seed: int | None) -> None:
    """Same random numbers for each call, whatever was called before (None: those that follow what it drew); and torch's
    own global settings."""
    if seed is not None:
        random.seed(seed)
        # Not torch.manual_seed, which also queues work for every kind of accelerator.
        torch.default_generator.manual_seed(seed)
        numpy.random.seed(seed % 2**32)
    if torch.get_default_dtype() is not torch.float32:
        torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)


def settings() -> dict[str, bool | str]:
    """torch's global settings as they are now: `gradients`, whether they are recorded, and the `default_dtype`."""
    default = str(torch.get_default_dtype()).removeprefix("torch.")
    return {"gradients": torch.is_grad_enabled(), "default_dtype": default}


SCALE = -2.0
"""Of the sum whose gradients are taken: what passes on no gradient that it gets back (a `backward` of its own that forgets
grad_output) is right for the plain sum. A power of two, so that nothing is rounded when it is taken out again."""


@dataclass
class Inputs:
    """The tensors of one call: what the function gets, the leaves to take gradients at, and copies to compare."""

    given: dict[str, torch.Tensor]
    leaves: dict[str, torch.Tensor]
    before: dict[str, torch.Tensor] = field(init=False)

    def __post_init__(self) -> None:
        self.before = {name: tensor.detach().clone() for name, tensor in self.given.items()}

    @classmethod
    def of(cls, tensors: Mapping[str, torch.Tensor], wrt: Sequence[str]) -> "Inputs":
        leaves = {name: tensors[name].clone().requires_grad_() for name in wrt}
        # A clone of the leaf, as in training, where inputs are results: torch refuses any in-place step on a leaf.
        given = {
            name: leaves[name].clone() if name in leaves else tensor
            for name, tensor in tensors.items()
            if not name.startswith("cotangent.")
        }
        return cls(given, leaves)

    def changed(self) -> list[str]:
        """Names of the inputs whose content or shape is not what it was; nan equals itself."""
        return [name for name, tensor in self.given.items() if not _same(tensor, self.before[name])]

    def without_gradient(self) -> None:
        """From here on, the function gets the same content, which nothing is recorded for."""
        self.given = {name: tensor.detach() for name, tensor in self.given.items()}

    def argument(self, spec: Mapping[str, Any]) -> Any:
        """`{"tensor": name}` or `{"value": json}` as the function gets it."""
        return self.given[spec["tensor"]] if "tensor" in spec else spec["value"]


def invoke(
    function: Callable[..., Any],
    request: Received,
    parameters: Callable[[], Iterable[torch.Tensor]] = lambda: (),
) -> Answer:
    """Call, describe every output, and take the gradients of Σ ⟨output, cotangent⟩ at the tensors in `wrt`.

    `twice`: call once more with the very same tensors and random numbers, as an evaluation without gradients does; its
    results are `again.<i>`, where they have the shape and the dtype of the first. What the (first) call leaves behind: see
    `settings`. `parameters`: other leaves of the graph, whose gradients are read afterwards.
    """
    params = request.params
    seed = params.get("seed", 0)
    torch.set_grad_enabled(True)  # where the call before has switched them off, the leaves would be none
    inputs = Inputs.of(request.tensors, params.get("wrt", ()))

    def once(gradients: bool = True) -> Any:
        fresh_state(seed)
        torch.set_grad_enabled(gradients)
        return function(
            *[inputs.argument(spec) for spec in params.get("args", ())],
            **{name: inputs.argument(spec) for name, spec in params.get("kwargs", {}).items()},
        )

    container, outputs = split(once())
    values: dict[str, Any] = {
        "container": container,
        "outputs": [describe_output(output) for output in outputs],
        "changed": inputs.changed(),
        **settings(),
    }
    tensors = {f"out.{i}": output for i, output in enumerate(outputs) if codec.sendable(output)}
    gradable = {i: o for i, o in enumerate(outputs) if type(o) is torch.Tensor and o.requires_grad}
    values["differentiable"] = bool(gradable)
    values["grads"] = dict.fromkeys(inputs.leaves, "none")
    cotangents = request.tensors if params.get("cotangent") else {}
    scale = 1 if cotangents else SCALE
    if gradable and (inputs.leaves or params.get("parameter_grads")):
        leaves = [*inputs.leaves.values(), *parameters()]
        for leaf in leaves:
            leaf.grad = None  # what the function has put there is not the gradient of its result
        try:
            backward(gradable, cotangents, scale)
        except Exception as error:
            # The value stands; only the gradient is lost.
            values["gradient_error"] = describe(error)
        for leaf in leaves if scale != 1 else ():
            leaf.grad = None if leaf.grad is None else leaf.grad / scale
        for name, leaf in inputs.leaves.items():
            if leaf.grad is not None:
                values["grads"][name] = "ok"
                tensors[f"grad.{name}"] = leaf.grad
    if params.get("twice"):
        # Copied: what comes back may be an argument, which the second call changes again.
        tensors = {name: tensor.detach().clone() for name, tensor in tensors.items()}
        inputs.without_gradient()
        again = split(once(gradients=False))[1]
        torch.set_grad_enabled(True)
        tensors |= {
            f"again.{i}": o for i, o in enumerate(again) if codec.sendable(o) and _like(tensors, i, o)
        }
        values["changed"] = sorted(
            {*values["changed"], *inputs.changed()}
        )  # a second change may undo the first
    return values, tensors


def backward(
    outputs: Mapping[int, torch.Tensor], cotangents: Mapping[str, torch.Tensor], scale: float
) -> None:
    """Gradients of Σ ⟨output, cotangent⟩, by default with `scale` everywhere. (autograd.grad with grad_outputs imports sympy.)"""
    total: Any = 0
    for index, output in outputs.items():
        weight = cotangents.get(f"cotangent.{index}")
        if weight is not None and weight.numel() == output.numel():
            # A result of the wrong shape is told by its shape; its gradient need not suffer for it too.
            total = total + (output * weight.to(output.dtype).reshape(output.shape)).sum()
        else:
            total = total + scale * output.sum()
    total.backward()


def split(result: Any) -> tuple[str, list[Any]]:
    """The kind of container that came back, and what is in it, tensors made bare."""
    if isinstance(result, tuple | list):
        if len(result) > TENSORS:
            raise ValueError(f"the result has {len(result)} parts, more than the {TENSORS} that are accepted")
        return ("tuple" if isinstance(result, tuple) else "list"), [codec.bare(part) for part in result]
    container = "single" if isinstance(result, torch.Tensor | float | int | None) else "other"
    return container, [codec.bare(result)]


def describe_output(output: Any, shape_only: bool = False) -> dict[str, Any]:
    """Kind, type, dtype, shape and (of a number) value of one output.

    A tensor without content, on the meta device, counts as a tensor only where the shape is all that is asked for.
    """
    described: dict[str, Any] = {"type": type(output).__name__[:200]}
    if output is None:
        return {**described, "kind": "none"}
    if isinstance(output, bool | int | float):
        return {**described, "kind": "number", "value": number(output)}
    if isinstance(output, torch.Tensor):
        if not (codec.sendable(output) or (shape_only and output.device.type == "meta")):
            return {**described, "kind": "other", "type": f"{described['type']} {codec.unsendable(output)}"}
        dtype = str(output.dtype).removeprefix("torch.")
        return {**described, "kind": "tensor", "dtype": dtype, "shape": list(output.shape)}
    return {**described, "kind": "other"}


def number(value: bool | int | float) -> bool | int | float | str:
    """A number that JSON can carry: of an integer past 64 bits, what it is."""
    if isinstance(value, bool | float) or abs(value) < 2**63:
        return value
    return f"int of {value.bit_length()} bits"


def _like(tensors: Mapping[str, torch.Tensor], i: int, output: torch.Tensor) -> bool:
    first = tensors.get(f"out.{i}")
    return first is not None and (first.shape, first.dtype) == (output.shape, output.dtype)


def _same(tensor: torch.Tensor, before: torch.Tensor) -> bool:
    if (tensor.shape, tensor.dtype) != (before.shape, before.dtype):
        return False  # squeeze_ and the like
    return torch.equal(tensor, before) or _bits(tensor) == _bits(before)


def _bits(tensor: torch.Tensor) -> bytes:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
