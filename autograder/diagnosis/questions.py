"""Questions that a submission's function and known code are asked alike, and the sandbox in which known code answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis.answers import Graded, Seen, seen
from autograder.engine.calls import Call
from autograder.engine.draw import Draw
from autograder.engine.student import Code, Unit
from autograder.errors import SandboxError
from autograder.sandbox import Failure, Reply, Request, Sandbox


@dataclass(frozen=True)
class Unusual:
    """A question at which bugs part that are alike at typical arguments.

    at: where, in words that complete "right, but not …" ("for a batch of one"); empty: of no use to a student, or
    outside of the graded range. size: how extreme it is, where `at` names the quantity ("logits").
    """

    call: Call
    at: str = ""
    size: float | None = None


@dataclass(frozen=True)
class Probes:
    """The questions to one function: typical ones, then those for the bugs that agree at all of them.

    noise: two calls of a random function, whose right answers are many draws of N(0, 1).
    """

    typical: tuple[Call, ...]
    unusual: tuple[Unusual, ...] = ()
    noise: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Question(Call):
    """A call with a seed of its own, so that the submission's function and known code draw the same random numbers."""

    noise: int = 0
    number: str = ""  # which question it is, to remember its answers by

    @classmethod
    def of(cls, call: Call, noise: int, number: str) -> Question:
        """A call as a question."""
        return cls(call.op, call.label, call.params, call.tensors, call.outputs, noise, number)

    def known(self, names: Sequence[str]) -> Request:
        """The same call of known code: one request for all of these entries."""
        return replace(self, op="each", params={**self.params, "known": list(names)}).request(self.noise)

    @property
    def weighted(self) -> bool:
        """Whether the gradient is that of a weighted sum of the outputs."""
        return bool(self.params["cotangent"]) and bool(self.params["wrt"])

    def unweighted(self) -> Question:
        """The same with the gradient of the plain sum."""
        if not self.weighted:
            return self
        params = {**self.params, "cotangent": False}
        return replace(self, params=params, tensors=self.inputs, number=f"{self.number}/unweighted")

    def values(self) -> Question:
        """The same without gradients, at half the cost."""
        return replace(self, params={**self.params, "wrt": []}, number=f"{self.number}/values")

    def with_tensors(self, tensors: Mapping[str, NDArray[np.generic]], why: str) -> Question:
        """The same with other arrays; `why` tells it from other variants."""
        return replace(self, tensors={**self.tensors, **tensors}, number=f"{self.number}/{why}")


@dataclass(frozen=True)
class Questions:
    """The probes of one function as questions; `places`: the unusual ones in words."""

    typical: tuple[Question, ...]
    unusual: tuple[Question, ...]
    places: tuple[Unusual, ...]
    noise: tuple[Question, ...]

    @classmethod
    def drawn(cls, function: str, probes: Callable[[Draw], Probes], seed: bytes) -> Questions:
        """The questions to a function for a submission's secret seed."""
        draw = Draw(seed, f"diagnosis/{function}")
        drawn = probes(draw)
        noise = draw.integer(1, 2**29)
        calls = (*drawn.typical, *(unusual.call for unusual in drawn.unusual), *drawn.noise)
        every = tuple(Question.of(call, noise + i, f"{function}/{i}") for i, call in enumerate(calls))
        typical, rest = every[: len(drawn.typical)], every[len(drawn.typical) :]
        return cls(typical, rest[: len(drawn.unusual)], drawn.unusual, rest[len(drawn.unusual) :])


Answered = tuple[Question, Seen]
"""A question and the function's own answer."""


def ask(code: Code, module: str, questions: Sequence[Question], graded: Graded) -> list[Seen]:
    """The answers of a submission's code."""
    units = [Unit(f"diagnosis/{question.number}", module, (question,)) for question in questions]
    replies = code.ask(units)
    return [
        seen(question, replies[unit.key][0], graded) for question, unit in zip(questions, units, strict=True)
    ]


@dataclass(frozen=True)
class KnownAnswers:
    """The answers of known code to the questions about one function; each is asked for once."""

    bank: Sandbox
    graded: Graded
    _remembered: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def __call__(self, question: Question, names: Iterable[str]) -> list[Seen]:
        """What each of the named entries answers. Raises SandboxError if the bank stops."""
        wanted = list(names)
        self._learn([(question, wanted)])
        return [self._remembered[question.number, name] for name in wanted]

    def of(self, name: str, questions: Iterable[Question]) -> list[Seen]:
        """What one entry answers to each of the questions."""
        wanted = list(questions)
        self._learn([(question, [name]) for question in wanted])
        return [self._remembered[question.number, name] for question in wanted]

    def _learn(self, wanted: Sequence[tuple[Question, Sequence[str]]]) -> None:
        """Ask for what is not remembered: one request for each question, however many entries answer it."""
        unknown = [
            (q, [name for name in names if (q.number, name) not in self._remembered]) for q, names in wanted
        ]
        asked = [(question, names) for question, names in unknown if names]
        if not asked:
            return
        replies = list(self.bank.exchange([question.known(names) for question, names in asked]))
        if len(replies) < len(asked) or any(reply.failure for reply in replies):
            raise SandboxError("the known bugs stopped answering. Grade this submission again.")
        for (question, names), reply in zip(asked, replies, strict=True):
            for name, answer in zip(names, _each(reply), strict=True):
                self._remembered[question.number, name] = seen(question, answer, self.graded)


def _each(reply: Reply) -> list[Reply]:
    """The reply of each entry out of the one for all of them."""
    tensors: list[dict[str, NDArray[np.generic]]] = [{} for _ in reply.values["each"]]
    for key, array in reply.tensors.items():
        place, _, name = key.partition(".")
        tensors[int(place)][name] = array
    return [
        Reply(answer["values"], own)
        if "values" in answer
        else Reply(failure=Failure("exception", "", answer["exception"]))
        for answer, own in zip(reply.values["each"], tensors, strict=True)
    ]
