"""Names the known bug that a failed function equals.

The function and the known bugs of the same function are asked the same questions, with inputs from the
submission's secret seed: typical ones first, then unusual ones, where bugs part that are alike at typical inputs.
The bugs run in a fork of their own that holds nothing of the student's. A bug is named if it alone agrees and the
right formula does not; nothing is guessed, and whatever goes wrong here leaves the submission without a hint.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis import RIGHT
from autograder.engine.calls import Call
from autograder.engine.draw import Draw
from autograder.engine.sheet import StandIns
from autograder.engine.student import Student, Unit
from autograder.results.model import Criterion, Hint
from autograder.sandbox import Reply, Request, Sandbox, Zygote

RTOL = {"float64": 1e-6}
RTOL_COARSE = 1e-4  # for every other dtype
ATOL = 1e-12


@dataclass(frozen=True)
class Probes:
    """The questions to one function: typical ones, then those for the bugs that agree at all of them."""

    typical: tuple[Call, ...]
    unusual: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of one function: how to probe it, and its bugs by name, each with the sentence to the student."""

    module: str
    probes: Callable[[Draw], Probes]
    bugs: Callable[[], Mapping[str, str]]  # read only where the function has failed


@dataclass(frozen=True)
class _SameNoise(Call):
    """A call with a seed of its own, so that the student's function and the bugs draw the same random numbers."""

    noise: int = 0

    def request(self, seed: int) -> Request:
        return super().request(self.noise)

    def of(self, known: str) -> Request:
        """The same call of known code."""
        return replace(self, params={**self.params, "known": known}).request(self.noise)


@dataclass(frozen=True)
class Fingerprints:
    """`autograder.engine.sheet.Diagnose`: hints for the failed criteria of functions that equal a known bug.

    `program` answers in a sandbox without a submission as if the code that the parameter `known` names stood there.
    """

    program: str
    functions: Mapping[str, Known]
    stand_ins: StandIns | None = None

    def __call__(
        self, criteria: Mapping[str, Criterion], student: Student, zygote: Zygote, seed: bytes
    ) -> dict[str, Hint]:
        named: dict[str, Hint] = {}
        # A submission that cannot be diagnosed has its marks all the same.
        with contextlib.suppress(Exception):
            failed = {_function(c) for c in criteria.values() if c.status != "passed"}
            ran = [name for name in sorted(failed) if _ran_and_is_wrong(name, criteria)]
            wrong = [name for name in ran if name in self.functions]
            if wrong:
                with zygote.open({}, program=self.program) as bank:
                    for name in wrong:
                        hint = self.name_bug(name, self._alone(name, failed, student), bank, seed)
                        named |= {name: hint} if hint is not None else {}
        return {
            c.id: named[_function(c)]
            for c in criteria.values()
            if c.status == "failed" and _function(c) in named
        }

    def name_bug(self, function: str, student: Student, bank: Sandbox, seed: bytes) -> Hint | None:
        """The one known bug that the student's function equals; None if there is none, or more than one."""
        known = self.functions[function]
        draw = Draw(seed, f"diagnosis/{function}")
        probes = known.probes(draw)
        noise = draw.integer(1, 2**31 - 1)
        calls = [
            _SameNoise(c.op, c.label, c.params, c.tensors, c.outputs, noise)
            for c in (*probes.typical, *probes.unusual)
        ]
        units = [Unit(f"diagnosis/{function}/{i}", known.module, (call,)) for i, call in enumerate(calls)]
        with student:
            replies = student.ask(units)
        own = [replies[unit.key][0] for unit in units]
        if any(reply.failure is not None for reply in own[: len(probes.typical)]):
            return None
        says = known.bugs()
        alike: Sequence[str] = (RIGHT, *says)
        for index, (call, reply) in enumerate(zip(calls, own, strict=True)):
            answers = bank.exchange([call.of(name) for name in alike])
            alike = [name for name, answer in zip(alike, answers, strict=True) if agree(reply, answer)]
            texts = {says[name] for name in alike if name != RIGHT}
            if not texts:
                return None
            # A formula that is wrong everywhere is known by its typical values; what parts later, by everything.
            if index + 1 in (len(probes.typical), len(calls)) and RIGHT not in alike and len(texts) == 1:
                return Hint(bug=alike[0], text=texts.pop())
        return None

    def _alone(self, name: str, failed: set[str], student: Student) -> Student:
        """The student's code with ours for the other failed functions: their bugs are not to show in this one."""
        others = failed - {name}
        helped = student.helped(self.stand_ins, others) if self.stand_ins is not None else None
        return student if helped is None else helped


def agree(one: Reply, other: Reply) -> bool:
    """Whether two replies to the same call are the same answer: form, values, gradients or their lack, nan and inf."""
    if one.failure is not None or other.failure is not None:
        return _exception(one) is not None and _exception(one) == _exception(other)
    return (
        _form(one) == _form(other)
        and one.tensors.keys() == other.tensors.keys()
        and all(_close(array, other.tensors[name]) for name, array in one.tensors.items())
    )


def _exception(reply: Reply) -> str | None:
    return None if reply.failure is None else reply.failure.exception


def _form(reply: Reply) -> tuple[object, ...]:
    values = reply.values
    outputs = [[o.get(key) for key in ("kind", "dtype", "shape", "value")] for o in values["outputs"]]
    broken = "gradient_error" in values
    return values["container"], outputs, values["grads"], sorted(values["changed"]), broken


def _close(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    rtol = RTOL.get(str(one.dtype), RTOL_COARSE)
    with np.errstate(all="ignore"):
        wide, others = one.astype(np.float64), other.astype(np.float64)
        return bool(np.allclose(wide, others, rtol=rtol, atol=ATOL, equal_nan=True))


def _function(criterion: Criterion) -> str:
    return criterion.id.partition(".")[0]


def _ran_and_is_wrong(function: str, criteria: Mapping[str, Criterion]) -> bool:
    """Whether the function gave an answer that is wrong, and never ended or held up its process."""
    facts = [f for c in criteria.values() if _function(c) == function for f in c.facts]
    return all(f.status in ("passed", "failed") and f.cause in (None, "exception") for f in facts) and any(
        f.status == "failed" and f.cause is None for f in facts
    )
