"""Operations on one `nn.Module` of the submission: make it, call its methods, read its parameters."""

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from autograder.sandbox.inside.devices import DeviceWatch, OneDevice, keeps_a_device, may_make_tensors_unseen
from autograder.sandbox.inside.importer import loaded
from autograder.sandbox.inside.invoke import describe_output, fresh_state, invoke, settings, split
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

KEPT = 12
_current: list[torch.nn.Module] = []
_kept: dict[tuple[object, str], torch.nn.Module] = {}
"""The instances made last, by class and by the words and the seed that they were made with."""


def current() -> torch.nn.Module:
    """The module that `module.new` made last."""
    if not _current:
        raise LookupError("no module was made in this sandbox")
    return _current[0]


def new(request: Received, emit: Emit) -> Answer:
    """`target` called with `args` and `kwargs` becomes the current module; one that was made so before, again.

    `first`: the shape of an input of forward, for layers that learn their size from it; `moved`: random numbers
    added to every parameter, and all multiplied by it; `shifted`: the tensors `shift.<name>` are added to some entries
    of these parameters (see `spread`); `state`: parameters and buffers from tensors. The answer holds the `settings` that
    it leaves behind.
    """
    params = request.params
    name, _, attribute = params["target"].partition(":")
    file, _ = request.submission.module(name)
    kind = getattr(file, attribute)
    words = kind, repr(sorted(params.items()))
    by_tensors = params.get("state") or params.get("shifted")
    made = None if by_tensors else _kept.pop(words, None)
    if made is None:
        made = _made(kind, attribute, request)
    if not by_tensors:
        _kept[words] = made
        while len(_kept) > KEPT:
            del _kept[next(iter(_kept))]
    left = settings()
    _current[:] = [made]
    parameters = {key: list(p.shape) for key, p in named(made.named_parameters()) if not is_lazy(p)}
    buffers = {key: list(b.shape) for key, b in named(made.named_buffers()) if not is_lazy(b)}
    return {
        "parameters": parameters,
        "buffers": buffers,
        "size": sum(map(math.prod, parameters.values())),
        **left,
    }, {}


def _made(kind: Callable[..., Any], name: str, request: Received) -> torch.nn.Module:
    params = request.params
    fresh_state(params.get("seed", 0))
    made = kind(*params.get("args", ()), **params.get("kwargs", {}))
    if not isinstance(made, torch.nn.Module):
        raise TypeError(f"{name} is a {type(made).__name__}, not a torch.nn.Module")
    if params.get("first") and any(is_lazy(p) for p in made.parameters()):
        _give_sizes(made, params["first"])
    if params.get("moved"):
        _move([p for p in made.parameters() if not is_lazy(p)], params["moved"])
    if params.get("shifted"):
        parameters = dict(named(made.named_parameters()))
        for key, by in request.tensors.items():
            _shift(parameters[key.removeprefix("shift.")], by)
    if params.get("state"):
        made.load_state_dict(
            {key.removeprefix("state."): t for key, t in request.tensors.items() if key.startswith("state.")}
        )
    return made


def named(pairs: Iterable[tuple[str, torch.Tensor]]) -> list[tuple[str, torch.Tensor]]:
    """With every name as Python would write it.

    Control characters are taken out of all that people may see, so that a name with one would be sent back as another.
    """
    return [(repr(name)[1:-1], tensor) for name, tensor in pairs]


def spread(size: int, entries: int) -> torch.Tensor:
    """Where so many entries lie evenly spaced among all `size` of a parameter."""
    return torch.arange(entries) * size // entries


def _give_sizes(made: torch.nn.Module, shape: Sequence[int]) -> None:
    """One forward pass in eval mode; where it fails, the call that is asked next will say why."""
    training = made.training
    with suppress(Exception), torch.no_grad():
        made.eval()(torch.zeros(*shape))
    made.train(training)


def _move(parameters: Iterable[torch.nn.Parameter], factor: float = 1) -> None:
    """Numbers of a size that keeps a layer's output at about the size of its input: 1/√(inputs of the layer)."""
    with torch.no_grad():
        for parameter in parameters:
            inputs = parameter[0].numel() if parameter.dim() > 1 else 100
            parameter.add_(torch.randn_like(parameter), alpha=inputs**-0.5)
            if factor != 1:
                parameter.mul_(factor)


def _shift(parameter: torch.Tensor, by: torch.Tensor) -> None:
    with torch.no_grad():
        flat = parameter.flatten()
        flat[spread(flat.numel(), by.numel())] += by
        parameter.copy_(flat.view_as(parameter))


def call(request: Received, emit: Emit) -> Answer:
    """`method` of the current module in `mode`; with `parameter_grads`, also the norm of each parameter's gradient.

    `entries`: at most so many entries of each of these gradients come back as `param.<name>` (see `spread`). `every`: of
    the first result, only every so many columns come back, and `shape` is that of all. `training`: the mode that the
    call leaves behind. `mode`: "train", "eval", or "left" for the one that the last call left behind. `unregistered`, if
    asked: whether something took part that learns, but is no parameter of the module.
    """
    made = _in_mode(request.params)
    if request.params.get("parameter_grads"):
        made.zero_grad(set_to_none=True)
    values, tensors = invoke(getattr(made, request.params["method"]), request, made.parameters)
    values = {**values, "training": bool(made.training)}
    if request.params.get("unregistered"):
        values = {**values, "unregistered": _learns_elsewhere(made, tensors.values())}
    if request.params.get("parameter_grads"):
        grads = {key: p.grad for key, p in named(made.named_parameters())}
        norms = {key: None if grad is None else float(grad.norm()) for key, grad in grads.items()}
        values = {**values, "parameter_grads": norms}
        most = request.params.get("entries", 0)
        for key, grad in grads.items() if most else ():
            if grad is not None:
                some = spread(grad.numel(), min(grad.numel(), most))
                tensors = {**tensors, f"param.{key}": grad.flatten()[some]}
    first = tensors.get("out.0")
    if request.params.get("every", 1) > 1 and first is not None and first.dim():
        some = first[..., :: request.params["every"]]
        described = {**values["outputs"][0], "shape": list(some.shape)}
        values = {**values, "shape": list(first.shape), "outputs": [described, *values["outputs"][1:]]}
        tensors = {**tensors, "out.0": some}
    return values, tensors


def _learns_elsewhere(made: torch.nn.Module, results: Iterable[torch.Tensor]) -> bool:
    """Whether the results' graph ends in a tensor that is no parameter of the module."""
    own = {id(parameter) for parameter in made.parameters()}
    seen: set[Any] = {None}
    open_nodes: list[Any] = [result.grad_fn for result in results]
    while open_nodes:
        node = open_nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)  # of AccumulateGrad
        if leaf is not None and id(leaf) not in own:
            return True
        open_nodes += [following for following, _ in node.next_functions]
    return False


def meta(request: Received, emit: Emit) -> Answer:
    """`method` on shapes only; code that ties itself to the CPU fails as it would on another device.

    The method runs on zeros first and, only if that gave cause (see `devices`), on the meta device, where a tensor
    has a shape and no content.
    """
    made = _in_mode(request.params)
    specs = request.params.get("args", ())
    fresh_state(request.params.get("seed", 0))
    files = loaded()
    arguments = [_shaped(spec, "cpu") for spec in specs]
    with DeviceWatch() as watch:
        result = getattr(made, request.params["method"])(*arguments)
    if watch.suspicious or keeps_a_device(made, files) or may_make_tensors_unseen(files):
        copied = _copied(made)
        if copied is not None:
            arguments = [_shaped(spec, "meta") for spec in specs]
            with _unvalidated(), OneDevice():
                result = getattr(copied.to("meta"), request.params["method"])(*arguments)
    container, outputs = split(result)
    return {"container": container, "outputs": [describe_output(o, shape_only=True) for o in outputs]}, {}


def _copied(made: torch.nn.Module) -> torch.nn.Module | None:
    """A copy of all that the module holds; None where it holds something that Python cannot copy, as an open file.

    torch copies no tensor that is the result of others. A module may keep some, such as its last mu.
    """
    copies_leaves: Any = torch.Tensor.__deepcopy__

    def copies(tensor: torch.Tensor, memo: dict[int, Any]) -> Any:
        return copies_leaves(tensor, memo) if tensor.is_leaf else tensor.detach().clone()

    torch.Tensor.__deepcopy__ = copies  # type: ignore[method-assign]
    try:
        return copy.deepcopy(made)
    except Exception:
        return None
    finally:
        torch.Tensor.__deepcopy__ = copies_leaves  # type: ignore[method-assign]


@contextmanager
def _unvalidated() -> Iterator[None]:
    """torch.distributions compares contents of its arguments, which meta tensors lack."""
    distributions = torch.distributions.Distribution
    validated = distributions._validate_args
    distributions.set_default_validate_args(False)
    try:
        yield
    finally:
        distributions.set_default_validate_args(validated)


def state(request: Received, emit: Emit) -> Answer:
    """All parameters and buffers of the current module as tensors `state.<name>`."""
    kept = current().state_dict()
    return {}, {f"state.{name}": tensor for name, tensor in kept.items() if not is_lazy(tensor)}


def _in_mode(params: Mapping[str, Any]) -> torch.nn.Module:
    mode = params.get("mode", "train")
    return current() if mode == "left" else current().train(mode == "train")


def _shaped(spec: Mapping[str, Any], device: str) -> Any:
    if "shape" in spec:
        return torch.zeros(spec["shape"], dtype=getattr(torch, spec["dtype"]), device=device)
    return spec["value"]


HANDLERS: Mapping[str, Handler] = {
    "module.new": new,
    "module.call": call,
    "module.meta": meta,
    "module.state": state,
}
