"""Whether a reply has the form that its request asks for. A sandbox can say anything; facts read only what passed here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.sandbox import Failure, Reply, Request
from autograder.sandbox.wire import DTYPES

FORGED = Failure("protocol", "the code disturbed the connection to the grader: an answer of the wrong form")
MOST_AXES, MOST_ENTRIES = 64, 2**29  # of parameters: more than a sandbox has memory for
LONGEST_NAME, MOST_NAMES = 300, 2**17
"""Characters of the name of a type or parameter, and of all: what comes back goes out again, to people and in a message."""

SEVERAL = ("tuple", "list")  # tuples: what a reply says may be unhashable
CONTAINERS = ("single", *SEVERAL, "other")
SENT_AS = {dtype.name: dtype for dtype in DTYPES} | dict.fromkeys(
    ("float16", "bfloat16"), np.dtype("float32")
)
"""The dtypes that a tensor may be told to have, and the one of the array that comes."""
NOT_FINITE = ("nan", "inf", "-inf")  # on the wire
KINDS = ("tensor", "none", "number", "other")


def checked(request: Request, reply: Reply) -> Reply:
    """The reply, or in the place of one that is not well formed a failure that says so."""
    with suppress(Exception):  # what makes even this program stumble was not made by ours
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
    if "call" not in request.op:
        return True
    params, values = request.params, reply.values
    norms = values.get("parameter_grads", {})
    return (
        values.get("grads", {}).keys() == set(params.get("wrt", ()))
        and _nothing_else(request, reply)
        and (not params.get("parameter_grads") or "parameter_grads" in values)
        and (not params.get("unregistered") or isinstance(values.get("unregistered"), bool))
        and (
            not params.get("entries")
            or all(f"param.{name}" in reply.tensors for name, norm in norms.items() if norm is not None)
        )
    )


def _nothing_else(request: Request, reply: Reply) -> bool:
    """Whether every tensor has its place: what nobody reads, or reads in another size, only fills memory."""
    tensors, outputs = reply.tensors, reply.values["outputs"]
    places = {f"out.{i}" for i in range(len(outputs))}
    places |= {f"grad.{name}" for name in request.params.get("wrt", ())}
    places |= {f"param.{name}" for name in reply.values.get("parameter_grads", ())}
    if request.params.get("twice"):
        places |= {
            f"again.{i}"
            for i in range(len(outputs))
            if (first := tensors.get(f"out.{i}")) is not None
            and (again := tensors.get(f"again.{i}")) is not None
            and (first.shape, first.dtype) == (again.shape, again.dtype)
        }
    return tensors.keys() <= places


def _shaped(request: Request, reply: Reply) -> bool:
    """Whether every gradient has the shape of the argument that it belongs to, and a part of a result that of a part."""
    given, every, whole = request.tensors, request.params.get("every", 1), reply.values.get("shape")
    if whole is not None:
        part = reply.tensors.get("out.0", np.zeros(()))
        if not _sizes(whole) or part.shape != (*whole[:-1], *(-(-n // every) for n in whole[-1:])):
            return False
    for name, tensor in reply.tensors.items():
        argument = given.get(name[5:]) if name.startswith("grad.") else None
        if argument is not None and tensor.shape != argument.shape:
            return False
    return True


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
            output["kind"] != "tensor" or (f"out.{i}" in tensors and _is(output, tensors[f"out.{i}"]))
            for i, output in enumerate(values["outputs"])
        )
        and _texts(values.get("changed"))
        and isinstance(values.get("differentiable"), bool)
        and _settings(values)
        and isinstance(grads, dict)
        and all(
            state == "none" or (state == "ok" and f"grad.{name}" in tensors) for name, state in grads.items()
        )
        and _numbers_or_none(values.get("parameter_grads", {}))
        and isinstance(values.get("gradient_error", {}), dict)
    )


def _is(output: Mapping[str, Any], sent: np.ndarray) -> bool:
    """Whether the array has the shape and the dtype that are told of it; half precision is sent as float32."""
    return list(sent.shape) == output["shape"] and sent.dtype.str == SENT_AS.get(output["dtype"])


def _outputs(values: Mapping[str, Any]) -> bool:
    outputs = values.get("outputs")
    return (
        values.get("container") in CONTAINERS
        and isinstance(outputs, list)
        and (values["container"] in SEVERAL or len(outputs) == 1)
        and all(map(_output, outputs))
    )


def _output(told: object) -> bool:
    return (
        isinstance(told, dict)
        and told.get("kind") in KINDS
        and _name(told.get("type"))
        and (
            _sizes(told.get("shape")) and _name(told.get("dtype"))
            if told["kind"] == "tensor"
            else "shape" not in told
        )
    )


def _made(reply: Reply) -> bool:
    shapes = [reply.values.get("parameters"), reply.values.get("buffers")]
    return isinstance(reply.values.get("size"), int) and _settings(reply.values) and all(map(_shapes, shapes))


def _settings(values: Mapping[str, Any]) -> bool:
    return isinstance(values.get("gradients"), bool) and _name(values.get("default_dtype"))


def _shapes(named: object) -> bool:
    return (
        isinstance(named, dict)
        and _names(named)
        and all(_sizes(shape) for shape in named.values())
        and sum(map(math.prod, named.values())) <= MOST_ENTRIES
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
    return (
        isinstance(value, list)
        and len(value) <= MOST_AXES
        and all(isinstance(n, int) and 0 <= n <= MOST_ENTRIES for n in value)
    )


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _names(named: Mapping[Any, object]) -> bool:
    return not named or (all(map(_name, named)) and sum(map(len, named)) <= MOST_NAMES)


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
