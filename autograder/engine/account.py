"""What the answers of one submission have cost so far: bounds for all calls together, beside those of each call.

Dozens of calls, each just below the limit of one, would keep a grader busy for hours or fill its memory. A function
over its bound pays for itself.

Threads that one file leaves busy run in every call that comes after them in their process, and what it patches makes any
reply large. So what is computed and sent by a process of several files is charged to nobody, and is bounded as if it were
one function's. A submission that is over in all loses what has cost it much: every function has its `FAIR` part, whatever
the others took.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.sandbox import Failure, Reply

MIB = 1024**2
WAITING = 10
"""Seconds on the clock that count as one of computing: a busy machine costs nobody marks, and nobody waits for ever."""
IDLE = 2
"""Seconds of sleep that count as one of computing."""
FAIR = 1 / 6
"""Of a function's seconds and bytes, which every function has whatever the others took: in our grading.yml, as much as for
one call."""
SHARED = "import *"
"""The owner of what is computed in a process of several files."""


@dataclass(frozen=True)
class Bounds:
    """Seconds of computing and bytes of results: of all calls of one function, and of the whole submission."""

    function_seconds: float = 30.0
    submission_seconds: float = 120.0
    function_bytes: int = 128 * MIB
    submission_bytes: int = 512 * MIB


@dataclass
class Account:
    """One submission's account; an owner is a function, a class, or the import of a file."""

    bounds: Bounds = field(default_factory=Bounds)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    bytes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds_in_all: float = 0.0
    bytes_in_all: int = 0

    def charge(self, label: str, reply: Reply, waited: float, shared: bool) -> Failure | None:
        """Book one reply that took `waited` seconds on the clock; the failure if that is too much.

        shared: whether several files were imported into its process.
        """
        seconds = max(reply.cpu_seconds, reply.idle_seconds / IDLE, waited / WAITING)
        paying = SHARED if shared else owner(label)
        self.seconds[paying] += seconds
        self.bytes[paying] += reply.size
        self.seconds_in_all += seconds
        self.bytes_in_all += reply.size
        return self.over(label, shared)

    def over(self, label: str, shared: bool) -> Failure | None:
        """Why nothing more is asked of the owner of this call, or (shared) in a process of several files."""
        bounds, own = self.bounds, owner(label)
        if shared and self.seconds[SHARED] > bounds.function_seconds:
            return _late("the calls of several files in one process", bounds.function_seconds)
        if shared and self.bytes[SHARED] > bounds.function_bytes:
            return _large("the calls of several files in one process", bounds.function_bytes)
        if self.seconds[own] > bounds.function_seconds:
            return _late("all its calls together", bounds.function_seconds)
        if self.bytes[own] > bounds.function_bytes:
            return _large("all its calls together", bounds.function_bytes)
        if (
            self.seconds_in_all > bounds.submission_seconds
            and self.seconds[own] > FAIR * bounds.function_seconds
        ):
            return _late("the calls of all functions together", bounds.submission_seconds)
        if self.bytes_in_all > bounds.submission_bytes and self.bytes[own] > FAIR * bounds.function_bytes:
            return _large("the calls of all functions together", bounds.submission_bytes)
        return None


@lru_cache(maxsize=1024)
def owner(label: str) -> str:
    """`VAE` of `VAE.encode` and of `VAE(latent_dim=3)`; the label of an import is its own owner, and so is that of a
    function that is asked for the sake of another one.

    That one has merely failed a check, and the question is ours: it must not lose marks because the function that is
    asked is slow, nor that function because it was asked in a process where the other one has run. So neither pays.
    """
    return label if label.startswith("import ") else label.partition("(")[0].partition(".")[0]


def _late(what: str, seconds: float) -> Failure:
    return Failure("timeout", f"{what} took more than {seconds:g} seconds of computing time, or waited long")


def _large(what: str, size: int) -> Failure:
    return Failure("memory", f"the results of {what} hold more than {size // MIB} MiB")
