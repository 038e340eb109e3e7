"""Tiny submissions, and one-call access to them, for the tests of the sandbox."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.sandbox import Limits, Reply, Request, Sandbox, Zygote


class GpuZygote(Zygote):
    """Opens every sandbox as one that may use the GPU: its layers are those of CUDA, whether there is a GPU or not."""

    def __init__(self, **given: Any) -> None:
        super().__init__(device="cuda", **given)

    def open(self, files: Mapping[str, bytes], **given: Any) -> Sandbox:
        return super().open(files, **{"device": "cuda", **given})


QUICK = Limits(call_seconds=1.0, wall_seconds=20.0)


def files(source: str, **others: str) -> dict[str, bytes]:
    """`generative/code.py` with this source, and others by name without the folder and `.py`."""
    made = {"generative/code.py": textwrap.dedent(source).encode()}
    return made | {f"generative/{name}.py": textwrap.dedent(text).encode() for name, text in others.items()}


def call(name: str, *args: Any, wrt: tuple[str, ...] = (), seed: int = 0, **tensors: np.ndarray) -> Request:
    """A call of `generative.code:name`; an argument that names one of `tensors` is that tensor."""
    specs = [{"tensor": a} if isinstance(a, str) and a in tensors else {"value": a} for a in args]
    params = {"target": f"generative.code:{name}", "args": specs, "wrt": list(wrt), "seed": seed}
    return Request("call", params | {"cotangent": any(t.startswith("cotangent") for t in tensors)}, tensors)


def cotangents(**arrays: np.ndarray) -> dict[str, np.ndarray]:
    """`c0=…` as the wire names it: `cotangent.0`."""
    return {f"cotangent.{name[1:]}": array for name, array in arrays.items()}


def ask(sandbox: Sandbox, request: Request) -> Reply:
    (reply,) = sandbox.exchange([request])
    return reply


def run(zygote: Zygote, source: str, *args: Any, name: str = "f", limits: Limits = QUICK) -> Reply:
    """`f(*args)` of this source in a fresh sandbox."""
    with zygote.open(files(source), limits=limits) as sandbox:
        return ask(sandbox, call(name, *args))


def value(reply: Reply) -> Any:
    """The number that the call returned."""
    assert reply.failure is None, reply.failure
    return reply.values["outputs"][0]["value"]


def refused(reply: Reply) -> Mapping[str, Any]:
    """The exception that the system's refusal raised in the student's code."""
    assert reply.failure is not None, reply.values
    assert reply.failure.cause == "exception", reply.failure
    return {"type": reply.failure.exception, "text": reply.failure.text}
