"""The GAN run: the submission's losses train our two players on 14×14 digits, and a judge looks at the images.

Two games, with the non-saturating and with the minimax loss of the generator. A sandbox gives back the generator's
weights; noise, images and scores are the grader's. What no game can show is left to the checks of values and
gradients: the factors ½ (Adam does not see them), both losses with real and generated exchanged, the same z every step.
"""

from collections.abc import Set
from dataclasses import dataclass, field

import numpy as np

from autograder.assignment.api import (
    bernoulli_log_likelihood,
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.stand_ins import with_ours
from autograder.assignment.training import gan_messages as say
from autograder.assignment.training.attempt import (
    Attempt,
    State,
    ended,
    of_form,
    seed_from,
    state_of,
    with_second_seed,
)
from autograder.assignment.training.gan_judge import Images, Judge, Verdict, judge_images
from autograder.assignment.training.gan_samples import generate
from autograder.assignment.training.gan_settings import GanGate, GanSettings
from autograder.assignment.training.gan_shapes import NOISE, generator_form
from autograder.assignment.training.gates import gate_for
from autograder.assignment.training.png import grid
from autograder.assignment.training.progress import Progress
from autograder.assignment.training.small_digits import grey, small
from autograder.engine.facts import Broken
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.errors import SpecError
from autograder.results.model import GanGame, GanTraining, Image, Training
from autograder.sandbox import Request

PROGRAM = "autograder.assignment.torch_models.gan_program"
GENERATOR_LOSS = {"nonsaturating": generator_loss_nonsaturating.name, "minimax": generator_loss_minimax.name}
LOSSES = frozenset({discriminator_loss.name, *GENERATOR_LOSS.values()})
CALLED = LOSSES | {bernoulli_log_likelihood.name}
"""What a game calls: a cross-entropy may be written by the log-likelihood of exercise 9-1."""
COLUMNS, ROWS = 12, 4  # of a picture
REAL = 2000  # held-out digits that the judge compares with, at most


class GanRun:
    """Two short games with the student's losses, graded by a classifier."""

    criterion = "gan.training"
    title = "The generator learns to draw digits, under both losses"
    settings = GanSettings
    preload = ("torch._dynamo",)  # torch.optim imports it, at the price of a second `import torch`

    def cause(self, failed: Set[str], useless: Set[str]) -> str | None:
        """All three losses: of those that have failed, ours take the place."""
        return discriminator_loss.name if failed >= LOSSES else None

    def run(self, context: TrainingContext) -> TrainingOutcome:
        """Passed if the images of both games reach the gates; a failure counts if a second seed fails too.

        A game in which ours replace both losses is not played. SpecError if the settings are wrong, or if the data set
        has no gate or no judge; SandboxError if a sandbox failed for a reason that is not the student's.
        """
        settings = GanSettings.of(context.settings)
        gate, rests_on = gate_for(
            settings, settings.gates, context.data.name, context.data.sha256, context.device
        )
        judge = Judge.of(context.data.sha256)
        if judge is None:
            raise SpecError(
                f"no judge knows the digits of the data set {context.data.name!r}. Make one by "
                "`python -m autograder.assignment.torch_models.make_judge`, or choose another --data."
            )
        return with_second_seed(
            lambda number: _Attempt(
                context, self.criterion, number, settings=settings, gate=gate, rests_on=rests_on, judge=judge
            )
        )


@dataclass
class _Attempt(Attempt):
    """Both games with one seed, and their judgement."""

    settings: GanSettings = field(kw_only=True)
    gate: GanGate = field(kw_only=True)
    rests_on: str = field(kw_only=True)
    judge: Judge = field(kw_only=True)

    def __post_init__(self) -> None:
        self.files, self.replaced = with_ours(self.context.files, self.context.failed & CALLED)
        self.record = GanTraining(
            gate_class_score=self.gate.class_score,
            gate_frechet=self.gate.frechet,
            gate_neighbours=self.gate.neighbours,
            gate_rests_on=self.rests_on,
            replaced=self.replaced,
        )
        self.real: Images = grey(small(self.context.data.test_images[:REAL]))

    def outcome(self) -> TrainingOutcome:
        broken: list[str] = []
        try:
            digits = small(self.context.data.train_images)
            for name, loss in GENERATOR_LOSS.items():
                if {discriminator_loss.name, loss} <= set(self.replaced):
                    continue
                game = GanGame(name=name)
                self.record.games.append(game)
                self._judge(game, self._play(game, 14, self.settings.steps, digits))
                if not game.passed:
                    broken.append(game.text)
            if not broken:
                self._picture()
        except Broken as error:
            return ended(error, Training(gan=self.record))
        finally:
            self.record.seconds = self.seconds
        return TrainingOutcome("failed" if broken else "passed", " ".join(broken), Training(gan=self.record))

    def _play(self, game: GanGame, side: int, steps: int, digits: np.ndarray) -> State:
        """The generator's weights after a game; `game` gets what the student's losses gave."""
        progress = Progress(steps, self.context.progress)
        params = {
            "game": game.name,
            "side": side,
            "steps": steps,
            "batch": self.settings.batch,
            "learning_rate": self.settings.learning_rate,
            "seed": seed_from(self.draw(f"{game.name}.{side}.seed")),
        }
        try:
            reply = self.train(
                self.files,
                PROGRAM,
                Request("play", params),
                {"images": digits},
                progress,
                self.settings.cpu_seconds,
            )
        except Broken as broken:
            game.text = f"{say.GAME[game.name]}: {broken.message}"
            raise Broken(game.text, failure=broken.failure) from None
        finally:
            game.steps = progress.done
        game.loss_d, game.loss_g = (
            say.curve(reply.values.get("loss_d")),
            say.curve(reply.values.get("loss_g")),
        )
        return of_form(state_of(reply), generator_form(side), f"{say.GAME[game.name]}: the generator")

    def _judge(self, game: GanGame, state: State) -> None:
        z = self.draw(f"{game.name}.noise").normal((self.settings.samples, NOISE))
        images = generate(state, z)
        verdict: Verdict = judge_images(self.judge, images, self.real)
        game.class_score, game.frechet, game.classes = verdict.class_score, verdict.frechet, verdict.classes
        game.neighbours = verdict.neighbours
        game.passed = verdict.passes(self.gate)
        game.text = say.verdict(game.name, self.settings.steps, verdict, self.gate, game.passed)
        game.image = Image(
            title=say.GAME[game.name], png=grid(images[: COLUMNS * ROWS], COLUMNS), text=game.text
        )

    def _picture(self) -> None:
        """28×28 digits of the non-saturating game, for the eye only: nothing of it is judged."""
        if not self.settings.picture_steps or generator_loss_nonsaturating.name in self.replaced:
            return
        digits = self.context.data.train_images.reshape(-1, 784)
        try:
            state = self._play(GanGame(name="nonsaturating"), 28, self.settings.picture_steps, digits)
        except Broken:
            return
        images = generate(state, self.draw("picture.noise").normal((COLUMNS * ROWS, NOISE)))
        self.record.images.append(
            Image(title=say.picture(self.settings.picture_steps), png=grid(images, COLUMNS))
        )
