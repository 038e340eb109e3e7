"""A fact is one identity that correct code satisfies and its typical bugs do not.

It is a generator function that asks and judges, so that the engine can put the questions of all facts in one
message::

    @fact(kl_normal, "gradient")
    def derivative_in_mu1(draw):
        \"\"\"∂KL/∂μ₁ = (μ₁ − μ₂)/σ₂²

        Differentiate the formula of sheet 9-1 (a).
        \"\"\"
        ...
        answer = yield kl_normal(mu1, sigma1, mu2, sigma2, wrt=("mu1",))
        close(answer.gradient("mu1"), (mu1 - mu2) / sigma2**2)

The docstring's first line is the identity and is shown to the student; the rest says where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from autograder.sandbox import Failure

if TYPE_CHECKING:
    from autograder.engine.calls import Answer
    from autograder.engine.draw import Draw

Kind = Literal["value", "gradient", "stability", "shape"]
Steps = Generator[Any, Any, Any]
"""Yields Call | tuple[Call, ...] and is sent Answer | tuple[Answer, ...]. Returns an `Excuse`, or None where the fact holds."""


class Stage(IntEnum):
    """How far an answer went before it was found wrong: the earliest explains what comes after it."""

    NONE = 0  # nothing came back: an exception, a lost process, None
    TYPE = 1
    SHAPE = 2
    DTYPE = 3
    FINITE = 4
    VALUE = 5
    GRADIENT = 6


class Named(Protocol):
    """A function or class of the student's API."""

    @property
    def module(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Evidence:
    """Numbers that show a fact to be broken; cut to 16 entries when stored."""

    got: Any
    expected: Any = None
    relation: str = ""
    off: Any = None  # which entries of `got` differ, as flat indices
    inputs: Mapping[str, Any] | None = None  # of one `got` of many; None: the arguments of the calls


class Broken(Exception):
    """Raised inside a fact: the student's code does not satisfy it. The message is a sentence for the student."""

    def __init__(
        self,
        message: str,
        evidence: Evidence | None = None,
        failure: Failure | None = None,
        stage: Stage = Stage.VALUE,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.evidence = evidence
        self.failure = failure
        self.stage = stage


@dataclass(frozen=True)
class Excuse:
    """The fact is broken, as it must be if the function `root` is as wrong as it answers: an ELBO that is right but for
    the KL which it calls. It counts where `root` has failed its own facts. own: what `root` answered, by which that shows.
    """

    root: str
    broken: Broken
    own: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One identity about one function (or class) of the student's API."""

    name: str
    about: Named
    kind: Kind
    title: str
    run: Callable[[Draw], Steps]

    @property
    def id(self) -> str:
        return f"{self.about.name}.{self.name}"

    @property
    def criterion(self) -> str:
        """The criterion it belongs to, as named in grading.yml: `kl_normal.gradient`."""
        return f"{self.about.name}.{self.kind}"


def fact(about: Named, kind: Kind) -> Callable[[Callable[[Draw], Steps]], Fact]:
    """Make a fact of a generator function; its docstring must begin with the identity."""

    def make(run: Callable[[Draw], Steps]) -> Fact:
        if not run.__doc__:
            raise TypeError(f"fact {run.__name__} has no docstring: its first line is shown to the student")
        return Fact(run.__name__, about, kind, run.__doc__.strip().splitlines()[0], run)

    return make


def facts_of(*modules: ModuleType) -> tuple[Fact, ...]:
    """All facts that the modules define, in the order of definition."""
    return tuple(v for module in modules for v in vars(module).values() if isinstance(v, Fact))
