"""Named torch tensors to and from the body of a frame."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from autograder.sandbox import wire

DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}
WIDENED = {torch.float16, torch.bfloat16}
SENDABLE = {*DTYPES.values(), *WIDENED}


def sendable(value: object) -> bool:
    """Whether `value` is a tensor that the wire can carry (half precision is widened to float32)."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout == torch.strided
        and value.device.type != "meta"
        and value.dtype in SENDABLE
        and not value.is_nested
        and not is_lazy(value)
    )


def unsendable(tensor: torch.Tensor) -> str:
    """What a tensor is that is not `sendable`, and what to return in its place."""
    if is_lazy(tensor):
        return "without a size yet: return numbers"
    if tensor.is_nested:
        return "that is nested: return one of a plain shape"
    if tensor.is_quantized:
        return "that is quantized: return its .dequantize()"
    if tensor.layout != torch.strided:
        return f"of layout {tensor.layout}: return its .to_dense()"
    if tensor.device.type == "meta":
        return "on the device meta, without numbers: return one on the device of the arguments"
    return f"of dtype {tensor.dtype}: return floating-point numbers"


def bare(value: Any) -> Any:
    """A tensor without the class and the attributes that its author may have given it, in the same graph; else `value`.

    What is asked of it then answers for itself: `result.sum` could be anything. One that is computed in Python, such as a
    nested one, has no numbers of its own and stays what it is.
    """
    own = type(value)
    if not issubclass(own, torch.Tensor) or (own is torch.Tensor and not vars(value)):
        return value
    if is_lazy(value) or torch._C._dispatch_keys(value).has(torch._C.DispatchKey.Python):
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return torch.Tensor.as_subclass(value, torch.Tensor)


def pack(tensors: Mapping[str, torch.Tensor], limit: int) -> bytes:
    """The body of a frame; ValueError if the tensors hold more than `limit` bytes."""
    size = sum(t.numel() * t.element_size() for t in tensors.values())
    if size > limit:
        raise ValueError(f"the result has {size} bytes, more than the {limit} that are accepted")
    return wire.pack({name: _plain(tensor).numpy() for name, tensor in tensors.items()})


def unpack(body: bytes) -> dict[str, torch.Tensor]:
    """Inverse of `pack`."""
    return {name: torch.from_numpy(array) for name, array in wire.unpack(body).items()}


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    """Without gradient, subclass, device, or a pending negation of the imaginary part."""
    plain: torch.Tensor = bare(tensor.detach()).cpu().resolve_neg()
    return plain.to(torch.float32) if plain.dtype in WIDENED else plain
