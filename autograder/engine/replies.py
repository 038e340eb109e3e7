"""Whether a reply has the form that its request asks for. A sandbox can say anything; facts read only what passed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from autograder.sandbox import Failure, Reply, Request

FORGED = Failure("protocol", "the code disturbed the connection to the grader: an answer of the wrong form")
LONGEST_NAME = 300  # of a type or parameter: what comes back goes out again, to people and in another message

CONTAINERS = ("single", "tuple", "list", "other")  # tuples: what a reply says may be unhashable
NOT_FINITE = ("nan", "inf", "-inf")  # on the wire
KINDS = ("tensor", "none", "number", "other")


def checked(request: Request, reply: Reply) -> Reply:
    """The reply, or in the place of one that is not well formed a failure that says so."""
    if well_formed(request, reply):
        return reply
    return replace(reply, values={}, tensors={}, failure=FORGED)


def well_formed(request: Request, reply: Reply) -> bool:
    """True for a failure, and for values and tensors as the programs of `autograder.sandbox.inside` send them."""
    return reply.failure is not None or (
        _FORMS[request.op](reply)
        and _answers(request, reply)
        and _shaped(request, reply)
        and _changed(request, reply)
    )


def _answers(request: Request, reply: Reply) -> bool:
    """Whether there is something about everything that was asked for."""
    params, values = request.params, reply.values
    norms = values.get("parameter_grads", {})
    return (
        values.get("grads", {}).keys() == set(params.get("wrt", ()))
        and (not params.get("parameter_grads") or "parameter_grads" in values)
        and (not params.get("unregistered") or isinstance(values.get("unregistered"), bool))
        and (
            not params.get("entries")
            or all(f"param.{name}" in reply.tensors for name, norm in norms.items() if norm is not None)
        )
    )


def _shaped(request: Request, reply: Reply) -> bool:
    """Whether every gradient has the shape of the argument that it belongs to."""
    given = request.tensors
    gradients = {
        name.removeprefix("grad."): t for name, t in reply.tensors.items() if name.startswith("grad.")
    }
    return all(name not in given or t.shape == given[name].shape for name, t in gradients.items())


def _changed(request: Request, reply: Reply) -> bool:
    """Whether every argument that is said to be changed was given, and is named once."""
    changed = reply.values["changed"] if "call" in request.op else []
    return len(set(changed)) == len(changed) and request.tensors.keys() >= set(changed)


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
        and all(isinstance(values.get(name), bool) for name in ("gradients", "seeded"))
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
        and all(isinstance(o, dict) and o.get("kind") in KINDS and _name(o.get("type")) for o in outputs)
    )


def _made(reply: Reply) -> bool:
    shapes = [reply.values.get("parameters"), reply.values.get("buffers")]
    size, gradients = reply.values.get("size"), reply.values.get("gradients")
    return (isinstance(size, int) and isinstance(gradients, bool)) and all(
        isinstance(named, dict) and _names(named) and all(_sizes(shape) for shape in named.values())
        for named in shapes
    )


def _constants(reply: Reply) -> bool:
    found, others = reply.values.get("constants"), reply.values.get("others")
    return (
        isinstance(found, dict)
        and all(v is None or isinstance(v, str | int | float) for v in found.values())
        and isinstance(others, dict)
        and all(_name(what) for what in others.values())
    )


def _state(reply: Reply) -> bool:
    return all(name.startswith("state.") for name in reply.tensors) and _names(reply.tensors)


def _imported(reply: Reply) -> bool:
    return _texts(reply.values.get("names")) and isinstance(reply.values.get("note", ""), str)


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(n, int) and n >= 0 for n in value)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _names(named: Mapping[Any, object]) -> bool:
    return all(_name(name) for name in named)


def _name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def _numbers_or_none(value: object) -> bool:
    return (
        isinstance(value, dict)
        and _names(value)
        and all(v is None or isinstance(v, int | float) or v in NOT_FINITE for v in value.values())
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
