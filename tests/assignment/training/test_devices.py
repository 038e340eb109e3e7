"""What a run on a GPU does when it ends early, on a zygote that answers as it is told."""

from dataclasses import replace

import pytest

from autograder.assignment.training.attempt import Attempt
from autograder.assignment.training.progress import Progress
from autograder.engine.facts import Broken
from autograder.errors import SandboxError
from autograder.sandbox import Failure, Reply, Request
from autograder.sandbox.turns import Turns

FULL = Reply(failure=Failure("device", "the GPU had no memory left: OutOfMemoryError: CUDA out of memory"))
RAISED = Reply(failure=Failure("exception", "RuntimeError: Expected all tensors to be on the same device"))
TOO_MUCH = Reply(failure=Failure("memory", "out of memory: OutOfMemoryError: CUDA out of memory"))
LOST = Reply(failure=Failure("sandbox", "the sandbox was lost"))
TRAINED = Reply(values={"flat": False})


class ScriptedZygote:
    """Opens sandboxes that give these replies, one each, and notes on which device, and whether alone."""

    def __init__(self, *replies: Reply) -> None:
        self.replies, self.opened = list(replies), []
        self.turns = Turns()

    def open(self, files, *, device, **_):
        self.opened.append(f"{device} alone" if self.turns.taken_alone else device)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def exchange(self, requests, progress):
        assert requests[0].params["device"] == self.opened[-1].split()[0]
        progress({"step": 1, "loss": 1.0})
        yield self.replies.pop(0)


@pytest.fixture
def train(make_context):
    """The reply to a training on a GPU that goes as scripted, and where it was tried."""

    def run(*replies: Reply, device: str = "cuda"):
        zygote = ScriptedZygote(*replies)
        attempt = Attempt(replace(make_context(), zygote=zygote, device=device), "vae.training", 1)
        progress = Progress(5, lambda *_: None)
        try:
            outcome = attempt.train({}, "program", Request("train", {"seed": 1}), {}, progress, 1.0)
        except (Broken, SandboxError) as error:
            outcome = error
        assert progress.losses == [1.0]
        return outcome, zygote.opened

    return run


def test_a_run_that_goes_well_stays_on_its_device(train) -> None:
    assert train(TRAINED) == (TRAINED, ["cuda"])
    assert train(TRAINED, device="cpu") == (TRAINED, ["cpu"])


def test_a_full_gpu_is_left_to_the_run_alone(train) -> None:
    assert train(FULL, TRAINED) == (TRAINED, ["cuda", "cuda alone"])


def test_a_gpu_that_is_full_even_so_is_nobodys_failure(train) -> None:
    error, opened = train(FULL, FULL)
    assert opened == ["cuda", "cuda alone"]
    assert isinstance(error, SandboxError)
    assert str(error) == (
        "the GPU had no memory left: OutOfMemoryError: CUDA out of memory. It was tried again with no other run beside "
        "it. Free the GPU or lower limits.gpu_memory_mb and --jobs, then grade this submission again."
    )


def test_an_exception_on_a_gpu_is_left_to_the_cpu(train) -> None:
    assert train(RAISED, TRAINED) == (TRAINED, ["cuda", "cpu"])
    assert train(FULL, RAISED, TRAINED) == (TRAINED, ["cuda", "cuda alone", "cpu"])
    error, opened = train(RAISED, RAISED)
    assert isinstance(error, Broken)
    assert opened == ["cuda", "cpu"]


@pytest.mark.parametrize(("reply", "kind"), [(TOO_MUCH, Broken), (LOST, SandboxError)])
def test_other_ends_are_not_repeated(train, reply: Reply, kind: type[Exception]) -> None:
    error, opened = train(reply)
    assert isinstance(error, kind)
    assert opened == ["cuda"]


def test_on_the_cpu_nothing_is_tried_elsewhere(train) -> None:
    error, opened = train(RAISED, device="cpu")
    assert isinstance(error, Broken)
    assert opened == ["cpu"]
