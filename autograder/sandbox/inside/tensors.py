"""Named torch tensors to and from the body of a frame."""

from collections.abc import Mapping

import safetensors.torch
import torch

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


def sendable(value: object) -> bool:
    """Whether `value` is a tensor that the wire can carry (half precision is widened to float32)."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout == torch.strided
        and value.device.type != "meta"
        and (value.dtype in WIDENED or value.dtype in DTYPES.values())
    )


def pack(tensors: Mapping[str, torch.Tensor], limit: int) -> bytes:
    """Contiguous copies as safetensors; ValueError if they hold more than `limit` bytes."""
    if not tensors:
        return b""
    size = sum(t.numel() * t.element_size() for t in tensors.values())
    if size > limit:
        raise ValueError(f"the result has {size} bytes, more than the {limit} that are accepted")
    return safetensors.torch.save({name: _own(tensor) for name, tensor in tensors.items()})


def unpack(body: bytes) -> dict[str, torch.Tensor]:
    """Inverse of `pack`."""
    if not body:
        return {}
    loaded: dict[str, torch.Tensor] = safetensors.torch.load(body)
    return loaded


def _own(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach().as_subclass(torch.Tensor).cpu()
    if plain.dtype in WIDENED:
        plain = plain.to(torch.float32)
    return plain.clone(memory_format=torch.contiguous_format)
