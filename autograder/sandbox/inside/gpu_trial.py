"""The program of a trial: whether a confined process can compute on a GPU here."""

from collections.abc import Mapping

import torch

from autograder.sandbox.inside import cuda
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received


def trial(request: Received, emit: Emit) -> Answer:
    """{"name"} of the GPU, after a sum and its gradient on it."""
    if not cuda.prepare(0, request.limits):
        raise RuntimeError("CUDA finds no device")
    torch.ones(3, device="cuda", requires_grad=True).sum().backward()  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    return {"name": torch.cuda.get_device_name(0)}, {}


HANDLERS: Mapping[str, Handler] = {"trial": trial}
