"""The saturation run: D learns and G waits, and the gradients that reach G under both losses are compared.

Sheet 9-2 (d). The norms are what the sandbox reports: the derivatives themselves are checked exactly, with secret
inputs, by the facts about the two losses; this run shows what they mean in a network.
"""

import math
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from autograder.assignment.api import generator_loss_minimax, generator_loss_nonsaturating
from autograder.assignment.stand_ins import with_ours
from autograder.assignment.training import gan_messages as say
from autograder.assignment.training.attempt import Attempt, ended, seed_from, with_second_seed
from autograder.assignment.training.gan import LOSSES, PROGRAM
from autograder.assignment.training.gan_settings import SaturationGate, SaturationSettings
from autograder.assignment.training.gates import gate_for
from autograder.assignment.training.progress import Progress
from autograder.assignment.training.small_digits import small
from autograder.engine.facts import Broken
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.results.model import SaturationTraining, Training
from autograder.sandbox import Request

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
        files, replaced = with_ours(self.context.files, self.context.failed & LOSSES)
        record = SaturationTraining(moments=list(s.moments), gate_rests_on=self.rests_on, replaced=replaced)
        params = {
            "moments": list(s.moments),
            "steps": s.moments[-1],
            "batch": s.batch,
            "learning_rate": s.learning_rate,
            "seed": seed_from(self.draw("seed")),
            "device": self.context.device,
        }
        progress = Progress(s.moments[-1], self.context.progress)
        shared = {"images": small(self.context.data.train_images)}
        try:
            reply = self.train(files, PROGRAM, Request("saturate", params), shared, progress, s.cpu_seconds)
            norms = reply.values.get("norms")
            record.minimax = _norms(norms, "minimax", len(s.moments))
            record.nonsaturating = _norms(norms, "nonsaturating", len(s.moments))
        except Broken as broken:
            return ended(broken, Training(saturation=record))
        finally:
            record.seconds = self.seconds
        passed, record.text = say.saturation(s.moments, record.minimax, record.nonsaturating, self.gate)
        status, message = ("passed", "") if passed else ("failed", record.text)
        return TrainingOutcome(status, message, Training(saturation=record))  # type: ignore[arg-type]


def _norms(reported: Any, name: str, count: int) -> list[float]:
    """The norms under one loss, if they have the form of norms."""
    norms = reported.get(name) if isinstance(reported, dict) else None
    if not isinstance(norms, list) or len(norms) != count:
        raise Broken("the sandbox gave no gradient norms")
    if not all(isinstance(n, int | float) and math.isfinite(n) and n >= 0 for n in norms):
        raise Broken(f"the gradient of G under the {name} loss is not finite")
    return [float(n) for n in norms]
