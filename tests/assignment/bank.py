"""Facts played against torch functions in this process: the sandbox's own handlers, without processes or wire."""

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import safetensors.numpy
import torch

from autograder.assignment import bugs, equivalents
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.facts import Broken, Fact
from autograder.engine.student import call_seed
from autograder.sandbox import Failure, Limits, Reply
from autograder.sandbox.inside import tensors as codec
from autograder.sandbox.inside.calls import HANDLERS
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.serve import Received

Functions = Mapping[str, Callable[..., Any]]

SOURCE = Path(__file__).parents[2] / "source" / "generative-models"


def stub(*args: torch.Tensor) -> None:
    raise NotImplementedError("exercise 9-1")


def nothing(*args: torch.Tensor) -> None:
    return None


def text(*args: torch.Tensor) -> str:
    return "KL"


def number(*args: torch.Tensor) -> float:
    return 0.5


def zero(*args: torch.Tensor) -> torch.Tensor:
    return torch.zeros(())


def empty(*args: torch.Tensor) -> torch.Tensor:
    return torch.zeros(0)


def nan(*args: torch.Tensor) -> torch.Tensor:
    return args[0] * torch.nan


def infinite(*args: torch.Tensor) -> torch.Tensor:
    return args[0] / 0


def integers(*args: torch.Tensor) -> torch.Tensor:
    return args[0].sum(-1).nan_to_num().long()


def extra_axis(*args: torch.Tensor) -> torch.Tensor:
    return args[0].unsqueeze(0)


def pair(*args: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return args[0], args[-1]


def pair_of_zeros(*args: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.zeros(()), torch.zeros(())


def constant(*args: torch.Tensor) -> torch.Tensor:
    """The right shape for every elementwise function, and gradients."""
    return sum(0 * a.nan_to_num() for a in args) + 0.25  # type: ignore[return-value]


NEVER_RIGHT = (stub, nothing, text, number, zero, empty, nan, infinite, pair_of_zeros, constant)
"""Replies that no fact may accept."""
STRANGE = (*NEVER_RIGHT, integers, extra_axis, pair)
"""Replies that no fact may stumble over; the last three obey some laws by chance."""


def play(facts: Sequence[Fact], functions: Functions, seed: int) -> dict[str, Broken | None]:
    """What each fact says of the functions (by name): None if it holds, else why not."""
    return {fact.id: _play_one(fact, functions, seed) for fact in facts}


def broken(facts: Sequence[Fact], functions: Functions, seed: int) -> dict[str, str]:
    """The facts that do not hold, with their message."""
    return {name: found.message for name, found in play(facts, functions, seed).items() if found is not None}


def kinds_broken(facts: Sequence[Fact], functions: Functions, seed: int) -> set[str]:
    """The kinds of criteria that the facts which do not hold belong to."""
    names = broken(facts, functions, seed)
    return {fact.kind for fact in facts if fact.id in names}


@contextmanager
def model_solution(*modules: str) -> Iterator[Functions]:
    """The functions of the model solution's files, as they stand in source/, importable meanwhile."""
    sys.path.insert(0, str(SOURCE))
    try:
        files = [vars(importlib.import_module(f"generative.{module}")) for module in modules]
        yield {name: value for file in files for name, value in file.items() if callable(value)}
    finally:
        sys.path.remove(str(SOURCE))
        for name in [name for name in sys.modules if name.partition(".")[0] == "generative"]:
            del sys.modules[name]


def facts_about(facts: Sequence[Fact], name: str) -> list[Fact]:
    """Those about the function of this name."""
    return [fact for fact in facts if fact.about.name == name]


def known_right(*files: str) -> tuple[equivalents.Equivalent, ...]:
    """The correct implementations in these files of the bank."""
    return equivalents.equivalents_of(
        *(importlib.import_module(f"{equivalents.__name__}.{name}") for name in files)
    )


def known_wrong(*files: str) -> tuple[bugs.Bug, ...]:
    """The known bugs in these files of the bank."""
    return bugs.bugs_of(*(importlib.import_module(f"{bugs.__name__}.{name}") for name in files))


def count_calls(facts: Sequence[Fact], functions: Functions, seed: int) -> int:
    """How many calls the facts make of correct functions."""
    asked: list[Call] = []
    for fact in facts:
        _play_one(fact, functions, seed, asked)
    return len(asked)


class _Submission:
    """Stands in for the files of a submission: every module of it holds all the functions."""

    def __init__(self, functions: Functions) -> None:
        self._functions = SimpleNamespace(**functions)

    def module(self, name: str) -> tuple[SimpleNamespace, str]:
        return self._functions, ""


def _play_one(fact: Fact, functions: Functions, seed: int, asked: list[Call] | None = None) -> Broken | None:
    submission, seeds = _Submission(functions), itertools.count()
    steps = fact.run(Draw(str(seed).encode(), fact.id))
    with np.errstate(all="ignore"):
        question = next(steps)
        while True:
            calls = (question,) if isinstance(question, Call) else tuple(question)
            if asked is not None:
                asked.extend(calls)
            answers = tuple(
                Answer(call, _reply(call, submission, call_seed(b"", call, "", next(seeds))))
                for call in calls
            )
            try:
                question = steps.send(answers[0] if isinstance(question, Call) else answers)
            except StopIteration:
                return None
            except Broken as found:
                return found


def _reply(call: Call, submission: _Submission, seed: int) -> Reply:
    request = call.request(seed)
    tensors = {name: torch.from_numpy(np.array(a)) for name, a in request.tensors.items()}
    received = Received(request.params, tensors, submission, {}, Limits())  # type: ignore[arg-type]
    try:
        values, results = HANDLERS[call.op](received, lambda event: None)
    except Exception as error:
        told = describe(error)
        return Reply(failure=Failure(message=f"{told['exception']}: {told['text']}", **told))
    body = codec.pack(results, received.limits.reply_bytes)
    return Reply(values, safetensors.numpy.load(body) if body else {})
