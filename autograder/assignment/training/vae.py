"""The VAE run: the submission trains in one sandbox, and the grader measures what came of it.

The loss that a student's code reports can be anything, so it decides nothing. Three sandboxes: one trains and gives
back weights; a second one, from the weights, encodes held-out images; a third one, from the weights, decodes latents
that the grader drew. Only these latents pass from encoder to decoder, and the ELBO is computed here.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.stand_ins import with_ours
from autograder.assignment.training import vae_messages as say
from autograder.assignment.training.png import grid
from autograder.assignment.training.vae_judge import (
    Images,
    Judgement,
    Latents,
    Numbers,
    collapse_elbo,
    held_out,
    judge,
)
from autograder.assignment.training.vae_progress import Progress
from autograder.assignment.training.vae_settings import Gate, VaeSettings
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, same_shape
from autograder.engine.facts import Broken
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.errors import SandboxError
from autograder.results.model import Flag, Image, Training, VaeTraining
from autograder.sandbox import Failure, Request

PROGRAM = "autograder.assignment.torch_models.vae_program"
NEVER_CALLED = {"discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"}
"""Their failures are none of this run's business."""
COLUMNS, ROWS = 8, 4  # of a picture
State = dict[str, NDArray[Any]]


class VaeRun:
    """A short training of the student's VAE with the student's losses, judged by the trusted ELBO."""

    criterion = "vae.training"
    title = "The VAE learns: ELBO on held-out digits"
    subject = VAE.name
    settings = VaeSettings
    preload = ("torch._dynamo",)  # torch.optim imports it, at the price of a second `import torch`

    def run(self, context: TrainingContext) -> TrainingOutcome:
        """Passed if the trusted ELBO reaches the gate of the data set; a failure counts if a second seed fails too.

        SpecError if the settings are wrong or have no gate for the data set; SandboxError if a sandbox failed for a
        reason that is not the student's.
        """
        settings = VaeSettings.of(context.settings)
        settings.gate(context.data.name)
        first = _Attempt(context, settings, 1)
        outcome = first.outcome()
        if outcome.status == "passed" or not first.another_seed_may_help:
            return outcome
        again = _Attempt(context, settings, 2).outcome()
        if again.status == "passed":
            return again
        return replace(
            outcome, message=f"{outcome.message} A second run with another seed did not pass either."
        )


@dataclass
class _Attempt:
    """One training with one seed, and its judgement."""

    context: TrainingContext
    settings: VaeSettings
    number: int
    another_seed_may_help: bool = True
    flat: bool = False  # the model takes images as vectors only

    def __post_init__(self) -> None:
        self.files, replaced = with_ours(self.context.files, self.context.failed - NEVER_CALLED)
        self.gate: Gate = self.settings.gate(self.context.data.name)
        self.progress = Progress(self.settings.steps, self.context.progress)
        self.record = VaeTraining(gate_elbo=self.gate.elbo, replaced=replaced)

    def draw(self, purpose: str) -> Draw:
        return self.context.draw(f"vae.training.{self.number}.{purpose}")

    def outcome(self) -> TrainingOutcome:
        try:
            return self._verdict(*self._measure(self._train()))
        except Broken as broken:
            return self._ended(broken)
        finally:
            self.record.steps = self.progress.done
            self.record.loss = list(self.progress.losses)

    def _train(self) -> State:
        """Weights of the trained model, all of them finite."""
        s = self.settings
        params = {
            "steps": s.steps,
            "batch": s.batch,
            "learning_rate": s.learning_rate,
            "shift": s.shift,
            "seed": self.draw("seed").integer(0, 2**31 - 1),
            "device": self.context.device,
        }
        limits = replace(self.context.limits, call_seconds=s.cpu_seconds)
        shared = {"train_images": self.context.data.train_images}
        with self.context.zygote.open(self.files, program=PROGRAM, limits=limits, shared=shared) as sandbox:
            (reply,) = sandbox.exchange([Request("train", params)], self.progress)
        self.record.seconds += reply.cpu_seconds
        if reply.failure is not None:
            raise Broken(self._why_stopped(reply.failure), failure=reply.failure)
        if "no_device" in reply.values:
            raise SandboxError(
                f"no {reply.values['no_device']} device answers. Run `autograder doctor`, then grade again."
            )
        if "unusable" in reply.values:
            self.another_seed_may_help = False
            raise Broken(f"The run cannot train: {reply.values['unusable']}")
        if "not_finite" in reply.values:
            step, loss = reply.values["not_finite"], reply.values["loss"]
            raise Broken(f"The loss of your code became {loss} in step {step} of {s.steps}.")
        self.flat = reply.values.get("flat") is True
        state = {
            name.removeprefix("state."): value
            for name, value in reply.tensors.items()
            if name.startswith("state.")
        }
        for name, value in state.items():
            finite(value, f"after training, the parameter {name}")
        return state

    def _measure(self, state: State) -> tuple[Judgement, Images]:
        """The judgement on held-out images: encode and decode in sandboxes that share nothing but the weights."""
        draw = self.draw("judge")
        data, shift = self.context.data, self.settings.shift
        x = held_out(data.test_images, self.settings.held_out, shift, draw)
        self.record.collapse_elbo = collapse_elbo(data.train_images, shift, x)
        mu, logvar = self._call(
            state, VAE.method("encode", outputs=2, x=x if self.flat else x.reshape(-1, 1, 28, 28))
        )
        if mu.ndim != 2 or len(mu) != len(x):
            raise Broken(f"mu of VAE.encode should have shape ({len(x)}, latent_dim), got {mu.shape}")
        same_shape(logvar, mu.shape, "logvar of VAE.encode")
        finite(mu, "mu of VAE.encode on held-out images")
        finite(logvar, "logvar of VAE.encode on held-out images")
        latents = Latents.draw(mu, logvar, draw)
        finite(latents.z, "z = mu + exp(logvar/2)·ε on held-out images")
        (logits,) = self._call(state, VAE.method("decode", z=latents.z))
        same_shape(logits, (len(latents.z), 784), "the logits of VAE.decode")
        finite(logits, "the logits of VAE.decode")
        return judge(x, mu, logvar, latents, logits), x

    def _call(self, state: State, call: Call) -> tuple[Numbers, ...]:
        """One method of a fresh VAE() with these weights, in a sandbox of its own, in eval mode."""
        calls = (VAE.new(state=state), call)
        seed = self.draw("call").integer(0, 2**31 - 1)
        with self.context.zygote.open(self.files, program=PROGRAM, limits=self.context.limits) as sandbox:
            replies = list(sandbox.exchange([c.request(seed) for c in calls]))
        self.record.seconds += sum(r.cpu_seconds for r in replies)
        made, *called = (Answer(c, r) for c, r in zip(calls, replies, strict=False))
        if (
            made.failure is not None
            and made.failure.exception == "RuntimeError"
            and "state_dict" in (made.failure.text or "")
        ):
            raise Broken(
                "The trained weights do not fit a fresh VAE(): make every layer in __init__, with sizes that do not change.",
                failure=made.failure,
            )
        made.facts  # noqa: B018  (raises Broken if VAE() failed)
        return called[0].values

    def _why_stopped(self, failure: Failure) -> str:
        if failure.cause == "timeout":
            what = f"no more fit into {self.settings.cpu_seconds:g} seconds of computing time."
            return say.stopped(self.progress.done, self.settings.steps, what)
        return say.stopped(self.progress.done, self.settings.steps, f"{failure.message}.")

    def _verdict(self, judged: Judgement, x: Images) -> TrainingOutcome:
        record = self.record
        record.trusted_elbo, record.reconstruction, record.kl = judged.elbo, judged.reconstruction, judged.kl
        record.images = _pictures(judged, x)
        flags = []
        if not judged.repeatable:
            text = "VAE.decode gave different logits for the same z in eval mode: is a dropout or noise always on?"
            flags.append(Flag(kind="decoder_not_repeatable", text=text))
        if judged.elbo > self.gate.too_good:
            text = f"the ELBO {judged.elbo:.4g} is above {self.gate.too_good:.4g}, which no honest run comes near: look at the code"
            flags.append(Flag(kind="too_good_to_be_true", text=text))
        assert record.collapse_elbo is not None
        passed = judged.elbo >= self.gate.elbo
        message = (
            ""
            if passed
            else say.below_gate(judged, self.gate.elbo, record.collapse_elbo, self.progress.level)
        )
        return TrainingOutcome(
            "passed" if passed else "failed", message, Training(vae=record), flags=tuple(flags)
        )

    def _ended(self, broken: Broken) -> TrainingOutcome:
        failure = broken.failure
        if failure is None:
            return TrainingOutcome("failed", broken.message, Training(vae=self.record))
        if failure.cause == "sandbox":
            raise SandboxError(f"{failure.message}. Grade this submission again.")
        # An exception comes again with any seed; so does a timeout that is not even near its end.
        far = failure.cause == "timeout" and self.progress.done < self.settings.steps / 2
        self.another_seed_may_help = failure.cause != "exception" and not far
        status: dict[str, Any] = {"exception": "failed", "timeout": "timeout"}
        return TrainingOutcome(
            status.get(failure.cause, "crashed"),
            broken.message,
            Training(vae=self.record),
            cause=failure.cause,
        )


def _pictures(judged: Judgement, x: Images) -> list[Image]:
    """Held-out digits above what the decoder makes of their z, and digits decoded from the prior."""
    shown = COLUMNS * ROWS // 2
    pairs = np.stack([x[:shown], judged.reconstructions[:shown]], axis=1)  # (shown, 2, 784)
    rows = pairs.reshape(-1, COLUMNS, 2, 784).swapaxes(1, 2)  # a row of digits, a row of reconstructions
    return [
        Image(title="held-out digits, and below each row its reconstructions", png=_grid(rows)),
        Image(
            title="digits decoded from z ~ N(0, I) that the grader drew",
            png=_grid(judged.samples[: COLUMNS * ROWS]),
        ),
    ]


def _grid(images: Numbers) -> str:
    return grid(images.reshape(-1, 28, 28), COLUMNS)
