"""Tells code that may be tied to the CPU from code that cannot be, without paying for the meta device.

The first operation on a meta tensor imports torch's meta registrations (about the cost of `import torch` itself), so
it is kept for code that gives cause: code that makes a tensor without saying where, names a device by a text, or
leaves torch for NumPy. What torch does not report (old constructors, arrays that become tensors) is looked for in the text.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

_CONSTRUCTORS = frozenset(_device_constructors())
"""As they are before a submission puts its own in their place."""
_LEAVES = {
    torch.Tensor.cpu,
    torch.Tensor.numpy,
    torch.Tensor.tolist,
    torch.Tensor.item,
    torch.Tensor.__array__,
    torch.Tensor.type,
}
_MOVES = {torch.Tensor.to, torch.nn.Module.to}
_UNREPORTED = ("Tensor(", "from_numpy", "frombuffer", "from_dlpack")


class DeviceWatch(TorchFunctionMode):
    """While active, notes whether anything was done that can tie a tensor to one device."""

    def __init__(self) -> None:
        super().__init__()
        self.suspicious = False

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = dict(kwargs or {})
        device = named.get("device")
        if (
            (func in _CONSTRUCTORS and (device is None or isinstance(device, str)))
            or func in _LEAVES
            or (func in _MOVES and any(isinstance(a, str) for a in (*args, *named.values())))
        ):
            self.suspicious = True
        return func(*args, **named)


_PRODUCTS = {
    *(torch.nn.functional.linear, torch.nn.functional.bilinear, torch.nn.functional.embedding, torch.einsum),
    *(torch.matmul, torch.mm, torch.bmm, torch.addmm, torch.baddbmm, torch.conv1d, torch.conv2d),
    *(torch.conv_transpose1d, torch.conv_transpose2d, torch.Tensor.matmul, torch.Tensor.mm, torch.Tensor.bmm),
    *(torch.Tensor.__matmul__, torch.Tensor.__rmatmul__, torch.Tensor.addmm),
}
"""Functions that take tensors of one device only, which the meta device does not look at."""


class OneDevice(TorchFunctionMode):
    """While active, products of tensors on different devices are refused, as on a GPU, in torch's own words."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = dict(kwargs or {})
        if func in _PRODUCTS:
            devices = {str(a.device) for a in (*args, *named.values()) if isinstance(a, torch.Tensor)}
            if len(devices) > 1:
                raise RuntimeError("Tensor on device cpu is not on the expected device meta!")
        return func(*args, **named)


def may_make_tensors_unseen(files: Sequence[types.ModuleType]) -> bool:
    """Whether the texts of these files name a way to make a tensor that `DeviceWatch` is not told of."""
    texts = [file.__loader__.get_source(file.__name__) for file in files]  # type: ignore[union-attr]
    return any(name in text for text in texts for name in _UNREPORTED)


_PLAIN = (bool, int, float, str, torch.Size, torch.dtype, type(None), torch.nn.Module)


_TIED = (torch.Tensor, torch.nn.Module, torch.distributions.Distribution, torch.device)


def keeps_a_device(module: torch.nn.Module, files: Sequence[object]) -> bool:
    """Whether tensors or a device may lie where `.to(device)` does not reach them: in attributes that are not registered,
    those of the classes included, and in globals."""
    standard = vars(torch.nn.Module()).keys()
    own = [value for part in module.modules() for name, value in vars(part).items() if name not in standard]
    simple = all(
        isinstance(v, _PLAIN) or (isinstance(v, tuple) and all(isinstance(e, _PLAIN) for e in v)) for v in own
    )
    classes = {kind for part in module.modules() for kind in type(part).__mro__}
    shared = [value for owner in (*files, *classes) for value in vars(owner).values()]
    return not simple or any(isinstance(v, _TIED) for v in shared)
