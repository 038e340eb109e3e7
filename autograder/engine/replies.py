"""Whether a reply has the form that its request asks for. A sandbox can say anything; facts read only what passed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from autograder.sandbox import Reply

CONTAINERS = ("single", "tuple", "list", "other")  # tuples: what a reply says may be unhashable
NOT_FINITE = ("nan", "inf", "-inf")  # on the wire
KINDS = ("tensor", "none", "number", "other")


def well_formed(op: str, reply: Reply, given: Mapping[str, NDArray[Any]] = MappingProxyType({})) -> bool:
    """True for a failure, and for values and tensors as the programs of `autograder.sandbox.inside` send them.

    given: the arrays of the request; a gradient has the shape of the argument that it belongs to.
    """
    return reply.failure is not None or (_FORMS[op](reply) and _shaped(reply, given))


def _shaped(reply: Reply, given: Mapping[str, NDArray[Any]]) -> bool:
    gradients = {
        name.removeprefix("grad."): t for name, t in reply.tensors.items() if name.startswith("grad.")
    }
    return all(name not in given or t.shape == given[name].shape for name, t in gradients.items())


def _called(reply: Reply) -> bool:
    values, tensors = reply.values, reply.tensors
    grads = values.get("grads")
    return (
        _outputs(values)
        and all(
            output["kind"] != "tensor"
            or (f"out.{i}" in tensors and list(tensors[f"out.{i}"].shape) == output.get("shape"))
            for i, output in enumerate(values["outputs"])
        )
        and _texts(values.get("changed"))
        and isinstance(grads, dict)
        and all(
            state == "none" or (state == "ok" and f"grad.{name}" in tensors) for name, state in grads.items()
        )
        and _numbers_or_none(values.get("parameter_grads", {}))
        and isinstance(values.get("gradient_error", {}), dict)
    )


def _outputs(values: Mapping[str, Any]) -> bool:
    outputs = values.get("outputs")
    return (
        values.get("container") in CONTAINERS
        and isinstance(outputs, list)
        and (values["container"] != "single" or len(outputs) == 1)
        and all(
            isinstance(o, dict) and o.get("kind") in KINDS and isinstance(o.get("type"), str) for o in outputs
        )
    )


def _made(reply: Reply) -> bool:
    shapes = [reply.values.get("parameters"), reply.values.get("buffers")]
    return isinstance(reply.values.get("size"), int) and all(
        isinstance(named, dict) and all(_sizes(shape) for shape in named.values()) for named in shapes
    )


def _constants(reply: Reply) -> bool:
    found = reply.values.get("constants")
    return isinstance(found, dict) and all(
        v is None or isinstance(v, str | int | float) for v in found.values()
    )


def _state(reply: Reply) -> bool:
    return all(name.startswith("state.") for name in reply.tensors)


def _imported(reply: Reply) -> bool:
    return _texts(reply.values.get("names")) and isinstance(reply.values.get("note", ""), str)


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(n, int) and n >= 0 for n in value)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _numbers_or_none(value: object) -> bool:
    return isinstance(value, dict) and all(
        v is None or isinstance(v, int | float) or v in NOT_FINITE for v in value.values()
    )


_FORMS: Mapping[str, Callable[[Reply], bool]] = {
    "call": _called,
    "module.call": lambda reply: _called(reply) and isinstance(reply.values.get("training"), bool),
    "module.new": _made,
    "module.meta": lambda reply: _outputs(reply.values),
    "module.state": _state,
    "constants": _constants,
    "import": _imported,
}
