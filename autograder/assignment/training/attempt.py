"""What all training runs share: a sandbox that trains, how it may end, and a second seed before a failure counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from numpy.typing import NDArray

from autograder.assignment.training.progress import Progress
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, same_shape
from autograder.engine.facts import Broken
from autograder.engine.replies import LONGEST_NAME
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.errors import SandboxError
from autograder.results.model import Training
from autograder.sandbox import Failure, Reply, Request

State = dict[str, NDArray[Any]]
TEXT = 500  # characters of what a sandbox says


class Judged(Protocol):
    """One training with one seed, and its judgement."""

    another_seed_may_help: bool

    def outcome(self) -> TrainingOutcome: ...


def with_second_seed(attempt: Callable[[int], Judged]) -> TrainingOutcome:
    """The outcome of `attempt(1)`; if it failed in a way that chance may explain, that of `attempt(2)` if it passed."""
    first = attempt(1)
    outcome = first.outcome()
    if outcome.status == "passed" or not first.another_seed_may_help:
        return outcome
    again = attempt(2).outcome()
    if again.status == "passed":
        return again
    return replace(outcome, message=f"{outcome.message} A second run with another seed did not pass either.")


@dataclass
class Attempt:
    """The sandboxes of one attempt of the run `criterion`."""

    context: TrainingContext
    criterion: str
    number: int
    another_seed_may_help: bool = True
    seconds: float = 0.0  # CPU seconds in sandboxes

    def draw(self, purpose: str) -> Draw:
        """A stream of random numbers that no other attempt shares."""
        return self.context.draw(f"{self.criterion}.{self.number}.{purpose}")

    def train(
        self,
        files: Mapping[str, bytes],
        program: str,
        request: Request,
        shared: Mapping[str, NDArray[Any]],
        progress: Progress,
        cpu_seconds: float,
    ) -> Reply:
        """The reply to one request to train; Broken says how it ended early, with the step that it reached.

        On a GPU two ends do not count yet. A GPU that is full is left to this run alone. An exception is left to the
        CPU: code that makes its tensors there has its fact about that, and a mark may not depend on the grader's machine.
        """
        limits = replace(self.context.limits, call_seconds=cpu_seconds)

        def ask(device: str) -> Reply:
            progress.restart()
            asked = replace(request, params={**request.params, "device": device})
            opened = zygote.open(files, program=program, limits=limits, shared=shared, device=device)
            with opened as sandbox:
                (reply,) = sandbox.exchange([asked], progress)
            self.seconds += reply.cpu_seconds
            return reply

        zygote, device = self.context.zygote, self.context.device
        if device == "cpu":
            reply = ask("cpu")
        else:
            with zygote.turns.shared():
                reply = ask(device)
            if _ended_by(reply, "device"):
                with zygote.turns.alone():
                    reply = ask(device)
            if _ended_by(reply, "exception"):
                reply = ask("cpu")
        if reply.failure is not None:
            self._stopped(reply.failure, progress, cpu_seconds)
        if device != "cpu" and "no_device" in reply.values:
            raise SandboxError(
                f"no {reply.values['no_device']} device answers. Run `autograder doctor`, then grade again."
            )
        if "unusable" in reply.values:
            self.another_seed_may_help = False
            raise Broken(f"The run cannot train: {str(reply.values['unusable'])[:TEXT]}")
        if "not_finite" in reply.values:
            step, loss = (str(reply.values.get(name))[:20] for name in ("not_finite", "loss"))
            raise Broken(f"The loss of your code became {loss} in step {step} of {progress.steps}.")
        return reply

    def _stopped(self, failure: Failure, progress: Progress, cpu_seconds: float) -> None:
        if failure.cause == "sandbox":
            raise SandboxError(f"{failure.message}. Grade this submission again.")
        if failure.cause == "device":
            raise SandboxError(
                f"{failure.message}. It was tried again with no other run beside it. Free the GPU or lower "
                "limits.gpu_memory_mb and --jobs, then grade this submission again."
            )
        # An exception comes again with any seed; so does a timeout that is not even near its end.
        far = failure.cause == "timeout" and progress.done < progress.steps / 2
        self.another_seed_may_help = failure.cause != "exception" and not far
        what = f"{failure.message}."
        if failure.cause == "timeout":
            what = f"no more fit into {cpu_seconds:g} seconds of computing time."
        raise Broken(
            f"Training stopped after {progress.done} of {progress.steps} steps: {what}", failure=failure
        )


def _ended_by(reply: Reply, cause: str) -> bool:
    return reply.failure is not None and reply.failure.cause == cause


def state_of(reply: Reply, prefix: str = "state.") -> State:
    """The trained weights in a reply whose names begin with `prefix`, all of them finite."""
    state = {
        name.removeprefix(prefix): value for name, value in reply.tensors.items() if name.startswith(prefix)
    }
    for name, value in state.items():
        if len(name) > LONGEST_NAME:
            raise Broken(f"After training, the name of a parameter has {len(name)} characters.")
        finite(value, f"after training, the parameter {name}")
    return state


def of_form(state: State, form: Mapping[str, tuple[int, ...]], whose: str) -> State:
    """The weights that the form names, with its shapes; Broken if one is missing or has another shape."""
    for name, shape in form.items():
        if name not in state:
            raise Broken(f"{whose} came back without its weights {name}")
        same_shape(state[name], shape, f"{whose}'s {name}")
    return {name: state[name] for name in form}


def ended(broken: Broken, record: Training) -> TrainingOutcome:
    """The outcome of a run that a broken expectation, or the end of a sandbox, ended."""
    if broken.failure is None:
        return TrainingOutcome("failed", broken.message, record)
    if broken.failure.cause == "sandbox":
        raise SandboxError(f"{broken.failure.message}. Grade this submission again.")
    cause = broken.failure.cause
    status = {"exception": "failed", "timeout": "timeout"}.get(cause, "crashed")
    return TrainingOutcome(status, broken.message, record, cause=cause)  # type: ignore[arg-type]


def seed_from(draw: Draw) -> int:
    """A seed for torch."""
    return draw.integer(0, 2**31 - 1)
