"""The saturation run: D learns and G waits, and the gradients that reach G under both losses are compared.

Sheet 9-2 (d). One sandbox trains D with the student's loss and gives back weights. The grader draws images and noise,
computes the logits of both players itself, asks the student's two losses for their derivatives in these logits, in a
sandbox of its own, and carries them back through D and G: no number that a sandbox reports is believed.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import generator_loss_minimax, generator_loss_nonsaturating
from autograder.assignment.stand_ins import with_ours
from autograder.assignment.training import gan_messages as say
from autograder.assignment.training.attempt import (
    Attempt,
    ended,
    of_form,
    seed_from,
    state_of,
    with_second_seed,
)
from autograder.assignment.training.gan import CALLED, PROGRAM
from autograder.assignment.training.gan_gradients import gradient_norm, images_of, logits_of
from autograder.assignment.training.gan_settings import SaturationGate, SaturationSettings
from autograder.assignment.training.gan_shapes import NOISE, discriminator_form, generator_form
from autograder.assignment.training.gates import gate_for
from autograder.assignment.training.progress import Progress
from autograder.assignment.training.small_digits import grey, small
from autograder.engine.calls import Answer, Call
from autograder.engine.expect import finite, same_shape
from autograder.engine.facts import Broken
from autograder.engine.replies import checked
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.results.model import SaturationTraining, Training
from autograder.sandbox import Reply, Request

COMPARED = frozenset({generator_loss_minimax.name, generator_loss_nonsaturating.name})


class SaturationRun:
    """The generator's gradient under both losses while the discriminator runs ahead."""

    criterion = "saturation.training"
    title = "The minimax gradient vanishes where D wins, the non-saturating one stays"
    settings = SaturationSettings
    preload = ("torch._dynamo",)  # torch.optim imports it, at the price of a second `import torch`

    def cause(self, failed: Set[str], useless: Set[str]) -> str | None:
        """Both losses of the generator: of those that have failed, ours take the place."""
        return generator_loss_nonsaturating.name if failed >= COMPARED else None

    def run(self, context: TrainingContext) -> TrainingOutcome:
        """Passed if norms and ratios reach the gates; a failure counts if a second seed fails too.

        SpecError if the settings are wrong or have no gate for the data set; SandboxError if a sandbox failed for a
        reason that is not the student's.
        """
        settings = SaturationSettings.of(context.settings)
        gate, rests_on = gate_for(
            settings, settings.gates, context.data.name, context.data.sha256, context.device
        )
        return with_second_seed(
            lambda number: _Attempt(
                context, self.criterion, number, settings=settings, gate=gate, rests_on=rests_on
            )
        )


@dataclass
class _Attempt(Attempt):
    """One run with one seed, and its judgement."""

    settings: SaturationSettings = field(kw_only=True)
    gate: SaturationGate = field(kw_only=True)
    rests_on: str = field(kw_only=True)

    def outcome(self) -> TrainingOutcome:
        s = self.settings
        files, replaced = with_ours(self.context.files, self.context.failed & CALLED)
        record = SaturationTraining(moments=list(s.moments), gate_rests_on=self.rests_on, replaced=replaced)
        params = {
            "moments": list(s.moments),
            "steps": s.moments[-1],
            "batch": s.batch,
            "learning_rate": s.learning_rate,
            "seed": seed_from(self.draw("seed")),
        }
        progress = Progress(s.moments[-1], self.context.progress)
        shared = {"images": small(self.context.data.train_images)}
        try:
            reply = self.train(files, PROGRAM, Request("saturate", params), shared, progress, s.cpu_seconds)
            record.minimax, record.nonsaturating = self._norms(files, reply)
        except Broken as broken:
            return ended(broken, Training(saturation=record))
        finally:
            record.seconds = self.seconds
        passed, record.text = say.saturation(s.moments, record.minimax, record.nonsaturating, self.gate)
        status, message = ("passed", "") if passed else ("failed", record.text)
        return TrainingOutcome(status, message, Training(saturation=record))  # type: ignore[arg-type]

    def _norms(self, files: Mapping[str, bytes], reply: Reply) -> tuple[list[float], list[float]]:
        """The norm of G's gradient at every moment under the minimax and under the non-saturating loss."""
        draw, batch = self.draw("looks"), self.settings.batch
        digits = self.context.data.train_images
        x = grey(small(digits[draw.rng.integers(0, len(digits), batch)]))
        z = draw.normal((batch, NOISE))
        generator = of_form(state_of(reply, "generator."), generator_form(14), "the generator")
        discriminators = [
            of_form(state_of(reply, f"discriminator.{place}."), discriminator_form(14), "the discriminator")
            for place in range(len(self.settings.moments))
        ]
        fake = images_of(generator, z)
        finite(fake, "the images of the generator")
        calls: list[Call] = []
        for state in discriminators:
            on_real, on_fake = logits_of(state, x), logits_of(state, fake)
            calls.append(generator_loss_minimax(on_real, on_fake, wrt=("logits_fake",)))
            calls.append(generator_loss_nonsaturating(on_fake, wrt=("logits_fake",)))
        slopes = self._derivatives(files, calls, (batch, 1))
        norms = [
            gradient_norm(generator, state, z, slope)
            for state, slope in zip(
                [state for state in discriminators for _ in range(2)], slopes, strict=True
            )
        ]
        finite(np.array(norms), "the norm of the generator's gradient")
        return norms[::2], norms[1::2]

    def _derivatives(
        self, files: Mapping[str, bytes], calls: Sequence[Call], shape: tuple[int, ...]
    ) -> list[NDArray[np.float64]]:
        """The derivative in the generated logits that each call gives, in a fresh sandbox."""
        seed = seed_from(self.draw("call"))
        with self.context.zygote.open(files, program=PROGRAM, limits=self.context.limits) as sandbox:
            requests = [call.request(seed) for call in calls]
            replies = list(map(checked, requests, sandbox.exchange(requests)))
        self.seconds += sum(reply.cpu_seconds for reply in replies)
        found: list[NDArray[np.float64]] = []
        for call, reply in zip(calls, replies, strict=False):
            answer = Answer(call, reply)
            same_shape(answer.value, (), f"the result of {call.label}")
            slope = answer.gradient("logits_fake")
            same_shape(slope, shape, f"the gradient of {call.label}")
            finite(slope, f"the gradient of {call.label} in the logits of D(G(z))")
            found.append(slope)
        return found
