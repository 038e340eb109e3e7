"""Operations on one `nn.Module` of the submission: make it, call its methods, read its parameters."""

import copy
from collections.abc import Mapping
from typing import Any

import torch

from autograder.sandbox.inside.invoke import describe_output, fresh_state, invoke, split
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

_current: list[torch.nn.Module] = []


def current() -> torch.nn.Module:
    """The module that `module.new` made last."""
    if not _current:
        raise LookupError("no module was made in this sandbox")
    return _current[0]


def new(request: Received, emit: Emit) -> Answer:
    """`target` called with `kwargs`: it becomes the current module. `zero`: all parameters 0; `state`: from tensors."""
    params = request.params
    name, _, attribute = params["target"].partition(":")
    loaded, _ = request.submission.module(name)
    fresh_state(params.get("seed", 0))
    made = getattr(loaded, attribute)(**params.get("kwargs", {}))
    if not isinstance(made, torch.nn.Module):
        raise TypeError(f"{attribute} is a {type(made).__name__}, not a torch.nn.Module")
    if params.get("zero"):
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.zero_()
    if params.get("state"):
        made.load_state_dict(
            {key.removeprefix("state."): t for key, t in request.tensors.items() if key.startswith("state.")}
        )
    _current[:] = [made]
    parameters = {key: list(p.shape) for key, p in made.named_parameters()}
    buffers = {key: list(b.shape) for key, b in made.named_buffers()}
    size = sum(p.numel() for p in made.parameters())
    return {"parameters": parameters, "buffers": buffers, "size": size}, {}


def call(request: Received, emit: Emit) -> Answer:
    """`method` of the current module in `mode`; with `parameter_grads`, also the norm of each parameter's gradient."""
    made = _in_mode(request.params)
    made.zero_grad(set_to_none=True)
    values, tensors = invoke(getattr(made, request.params["method"]), request)
    if request.params.get("parameter_grads"):
        norms = {k: None if p.grad is None else float(p.grad.norm()) for k, p in made.named_parameters()}
        values = {**values, "parameter_grads": norms}
    return values, tensors


def meta(request: Received, emit: Emit) -> Answer:
    """`method` on the meta device, where tensors have shapes and no content: code that ties itself to the CPU fails."""
    made = copy.deepcopy(_in_mode(request.params)).to("meta")
    args = [_meta_argument(spec) for spec in request.params.get("args", ())]
    distributions = torch.distributions.Distribution
    validated = distributions._validate_args
    distributions.set_default_validate_args(False)  # it compares contents, which meta tensors lack
    try:
        container, outputs = split(getattr(made, request.params["method"])(*args))
    finally:
        distributions.set_default_validate_args(validated)
    return {"container": container, "outputs": [describe_output(output) for output in outputs]}, {}


def state(request: Received, emit: Emit) -> Answer:
    """All parameters and buffers of the current module as tensors `state.<name>`."""
    return {}, {f"state.{name}": tensor for name, tensor in current().state_dict().items()}


def _in_mode(params: Mapping[str, Any]) -> torch.nn.Module:
    return current().train(params.get("mode", "train") == "train")


def _meta_argument(spec: Mapping[str, Any]) -> Any:
    if "shape" in spec:
        return torch.empty(spec["shape"], dtype=getattr(torch, spec["dtype"]), device="meta")
    return spec["value"]


HANDLERS: Mapping[str, Handler] = {
    "module.new": new,
    "module.call": call,
    "module.meta": meta,
    "module.state": state,
}
