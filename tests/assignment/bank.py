"""Facts played against torch functions in this process: the sandbox's own handlers, without processes or wire."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import safetensors.numpy
import torch

from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.facts import Broken, Fact
from autograder.sandbox import Failure, Limits, Reply
from autograder.sandbox.inside import tensors as codec
from autograder.sandbox.inside.calls import HANDLERS
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.serve import Received

Functions = Mapping[str, Callable[..., Any]]


def play(facts: Sequence[Fact], functions: Functions, seed: int) -> dict[str, Broken | None]:
    """What each fact says of the functions (by name): None if it holds, else why not."""
    return {fact.id: _play_one(fact, functions, seed) for fact in facts}


def broken(facts: Sequence[Fact], functions: Functions, seed: int) -> dict[str, str]:
    """The facts that do not hold, with their message."""
    return {name: found.message for name, found in play(facts, functions, seed).items() if found is not None}


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
    submission = _Submission(functions)
    steps = fact.run(Draw(str(seed).encode(), fact.id))
    with np.errstate(all="ignore"):
        question = next(steps)
        while True:
            calls = (question,) if isinstance(question, Call) else tuple(question)
            if asked is not None:
                asked.extend(calls)
            answers = tuple(Answer(call, _reply(call, submission)) for call in calls)
            try:
                question = steps.send(answers[0] if isinstance(question, Call) else answers)
            except StopIteration:
                return None
            except Broken as found:
                return found


def _reply(call: Call, submission: _Submission) -> Reply:
    request = call.request(seed=0)
    tensors = {name: torch.from_numpy(np.array(a)) for name, a in request.tensors.items()}
    received = Received(request.params, tensors, submission, {}, Limits())  # type: ignore[arg-type]
    try:
        values, results = HANDLERS[call.op](received, lambda event: None)
    except Exception as error:
        told = describe(error)
        return Reply(failure=Failure(message=f"{told['exception']}: {told['text']}", **told))
    body = codec.pack(results, received.limits.reply_bytes)
    return Reply(values, safetensors.numpy.load(body) if body else {})
