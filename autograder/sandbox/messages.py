"""What passes between the grader and a sandbox: requests, replies, and why there is no answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

LINES = 10**9
"""More than any file has: no line of an exception is beyond it."""
Cause = Literal["exception", "timeout", "memory", "crash", "protocol", "output", "sandbox", "device"]


@dataclass(frozen=True)
class Request:
    """One operation of a program inside the sandbox, with JSON parameters and named arrays."""

    op: str
    params: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a request has no result.

    cause: exception (raised by the code, the sandbox lives on); timeout, memory, crash, protocol, output (the sandbox
    was ended); sandbox, device (the GPU is full; neither is the student's fault: the question stays ungraded).
    message: one line for a person. exception, text: type name and own text of what was raised.
    file, line: innermost frame that lies in a file of the submission.
    """

    cause: Cause
    message: str
    exception: str | None = None
    text: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Reply:
    """The answer to one request. Non-finite numbers in `values` are the strings nan, inf, -inf.

    idle_seconds: of its time after the first second, when it did nothing at all (see `idle`).
    size: about how many bytes it takes in memory.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    idle_seconds: float = 0.0
    size: int = 0
    failure: Failure | None = None
