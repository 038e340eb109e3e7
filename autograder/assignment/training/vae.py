"""The VAE run: the submission trains in one sandbox, and the grader measures what came of it.

The loss that a student's code reports can be anything, so it decides nothing. Three sandboxes: one trains and gives
back weights; a second one, from the weights, encodes held-out images; a third one, from the weights, decodes latents
that the grader drew. Only these latents pass from encoder to decoder, and the ELBO is computed here.
"""

import time
from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from autograder.assignment.api import VAE, bernoulli_log_likelihood, elbo, reparameterize
from autograder.assignment.stand_ins import formula, with_ours
from autograder.assignment.training import vae_messages as say
from autograder.assignment.training.attempt import (
    Attempt,
    State,
    ended,
    seed_from,
    state_of,
    with_second_seed,
)
from autograder.assignment.training.gates import gate_for
from autograder.assignment.training.png import grid
from autograder.assignment.training.progress import Progress
from autograder.assignment.training.vae_findings import Finding, findings_in
from autograder.assignment.training.vae_judge import (
    Images,
    Judgement,
    Latents,
    Numbers,
    collapse_elbo,
    held_out,
    judge,
)
from autograder.assignment.training.vae_settings import VaeGate, VaeSettings
from autograder.engine.account import Account, Bounds
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, same_shape
from autograder.engine.facts import Broken
from autograder.engine.replies import checked
from autograder.engine.training import TrainingContext, TrainingOutcome
from autograder.results.model import Flag, Image, Training, VaeTraining
from autograder.results.numbers import as_json
from autograder.sandbox import Request

PROGRAM = "autograder.assignment.torch_models.vae_program"
NEVER_CALLED = {"discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"}
"""Their failures are none of this run's business."""
COLUMNS, ROWS = 8, 4  # of a picture
WIDEST = 2048  # latent space: each image takes several rows of it in the grader
BEFORE = 200  # held-out images on which an untrained model, or one with its weights shuffled, is tried
KNEW = "knew_before_training"
JUDGING = 3
"""Times call_seconds, for all calls of one judgement: a model that trains in time needs a tenth of it."""
LOSSES = frozenset({bernoulli_log_likelihood.name, elbo.name})
MODEL = frozenset({VAE.name, reparameterize.name})
OUR_MODEL = Path(__file__).parents[1] / "torch_models" / "vae.py"
"""Its text, and not the module, goes to a sandbox, and only to one in which no model of the student's is judged."""


class VaeRun:
    """A short training of the student's VAE with the student's losses, judged by the trusted ELBO."""

    criterion = "vae.training"
    title = "The VAE learns: ELBO on held-out digits"
    settings = VaeSettings
    preload = ("torch._dynamo",)  # torch.optim imports it, at the price of a second `import torch`

    def cause(self, failed: Set[str], useless: Set[str]) -> str | None:
        """A VAE of which nothing is right; whatever else has failed is replaced by ours."""
        return VAE.name if VAE.name in useless else None

    def run(self, context: TrainingContext) -> TrainingOutcome:
        """Passed if ELBO and implied KL weight reach the gate of the data set; a failure counts if a second seed fails too.

        Then, to name the culprit, ours take the place of the student's model, and of the student's losses. Both runs
        have the budget and the gate of the first: the culprit decides no mark, only the message, and every known bug of
        a loss that fails here fails with our architecture and this gate as well (docs/calibration.md: its rows are the
        model solution, which has our sizes, with that bug). A shorter budget with a narrower gate would name none more,
        and would need a calibration of its own.

        SpecError if the settings are wrong or have no gate for the data set; SandboxError if a sandbox failed for a
        reason that is not the student's.
        """
        settings = VaeSettings.of(context.settings)
        gate, rests_on = gate_for(
            settings, settings.gates, context.data.name, context.data.sha256, context.device
        )

        def attempt(number: int, ours: frozenset[str] = frozenset()) -> _Attempt:
            return _Attempt(
                context, self.criterion, number, settings=settings, gate=gate, rests_on=rests_on, ours=ours
            )

        outcome = with_second_seed(attempt)
        judged = outcome.record.vae is not None and outcome.record.vae.trusted_elbo is not None
        told = outcome.status != "failed" or not judged or any(f.kind == KNEW for f in outcome.flags)
        if told:  # a run that ended early has said why
            return outcome
        losses_work, model_works = (
            attempt(3, ours=half).outcome().status == "passed" for half in (MODEL, LOSSES)
        )
        return replace(outcome, message=f"{outcome.message} {say.culprit(losses_work, model_works)}")


@dataclass
class _Attempt(Attempt):
    """One training with one seed, and its judgement."""

    settings: VaeSettings = field(kw_only=True)
    gate: VaeGate = field(kw_only=True)
    rests_on: str = field(kw_only=True)
    ours: frozenset[str] = frozenset()  # LOSSES or MODEL: the half that is exchanged for ours
    flat: bool = False  # the model takes images as vectors only
    findings: tuple[Finding, ...] = ()  # what changed the weights beside our optimiser
    state: State = field(default_factory=dict)  # what training has left
    buffers: frozenset[str] = frozenset()  # what of it is no parameter

    def __post_init__(self) -> None:
        failed = self.context.failed - {VAE.name} - NEVER_CALLED
        self.files, replaced = with_ours(self.context.files, failed | (self.ours & LOSSES))
        if self.ours == MODEL:
            ours = f"{OUR_MODEL.read_text('utf-8')}\nVAE = ReferenceVAE\n{formula(reparameterize.name)}\n"
            self.files["generative/vae.py"] = ours.encode()
        self.progress = Progress(self.settings.steps, self.context.progress)
        self.record = VaeTraining(gate_elbo=self.gate.elbo, gate_rests_on=self.rests_on, replaced=replaced)

    def outcome(self) -> TrainingOutcome:
        try:
            return self._verdict(*self._measure(self._train()))
        except Broken as broken:
            return ended(broken, Training(vae=self.record))
        finally:
            self.record.steps = self.progress.done
            self.record.loss = list(self.progress.losses)
            self.record.seconds = self.seconds

    def _train(self) -> State:
        """Weights of the trained model, all of them finite."""
        s = self.settings
        params = {
            "steps": s.steps,
            "batch": s.batch,
            "learning_rate": s.learning_rate,
            "shift": s.shift,
            "seed": seed_from(self.draw("seed")),
            "watch_seed": seed_from(self.draw("watch")),
        }
        shared = {"train_images": self.context.data.train_images}
        reply = self.train(
            self.files, PROGRAM, Request("train", params), shared, self.progress, s.cpu_seconds
        )
        self.flat = reply.values.get("flat") is True
        self.findings = findings_in(reply.values.get("findings"), s.steps)
        self.state = state_of(reply)
        told = reply.values.get("buffers")
        self.buffers = frozenset(n for n in self.state if isinstance(told, list) and n in told)
        return self.state

    def _measure(self, state: State) -> tuple[Judgement, Images]:
        """The judgement on held-out images."""
        draw = self.draw("judge")
        data, shift = self.context.data, self.settings.shift
        x = held_out(data.test_images, self.settings.held_out, shift, draw)
        self.record.collapse_elbo = collapse_elbo(data.train_images, shift, x)
        return self._judged(state, x, draw), x

    def _judged(self, state: State | None, x: Images, draw: Draw) -> Judgement:
        """The judgement on images: encode, and decode of each part of the latents, in sandboxes that share nothing but
        the weights; None: untrained."""
        seconds = JUDGING * self.context.limits.call_seconds
        account = Account(Bounds(function_seconds=seconds, submission_seconds=seconds))
        encode = VAE.method("encode", outputs=2, x=x if self.flat else x.reshape(-1, 1, 28, 28))
        mu, logvar = self._call(state, encode, account)
        if mu.ndim != 2 or len(mu) != len(x):
            raise Broken(f"mu of VAE.encode should have shape ({len(x)}, latent_dim), got {mu.shape}")
        if mu.shape[1] > WIDEST:
            raise Broken(
                f"mu of VAE.encode has {mu.shape[1]} columns: a latent space has at most {WIDEST} here"
            )
        same_shape(logvar, mu.shape, "logvar of VAE.encode")
        finite(mu, "mu of VAE.encode on held-out images")
        finite(logvar, "logvar of VAE.encode on held-out images")
        latents = Latents.draw(mu, logvar, draw)
        finite(latents.z, "z = mu + exp(logvar/2)·ε on held-out images")
        logits = np.concatenate([self._decoded(state, latents.z[part], account) for part in latents.parts])
        judged = judge(x, mu, logvar, latents, logits)
        finite(np.array([judged.elbo, judged.kl]), "the ELBO that your VAE reaches")
        return judged

    def _decoded(self, state: State | None, z: Images, account: Account) -> Numbers:
        (logits,) = self._call(state, VAE.method("decode", z=z), account)
        same_shape(logits, (len(z), 784), "the logits of VAE.decode")
        finite(logits, "the logits of VAE.decode")
        return logits

    def _knew(self, x: Images) -> float | None:
        """The ELBO of an untrained VAE(), if it is above that of the best constant image: none has learnt that yet.

        So a model that looks digits up in its code is told from one that learns.
        """
        return self._above_collapse(None, x, "untrained")

    def _knows_without_weights(self, x: Images) -> float | None:
        """The same with the numbers of every parameter shuffled: nothing is left to a model whose knowledge lies in what our
        optimiser has trained, and everything to one that has it from its code or keeps it in buffers."""
        draw = self.draw("shuffle")
        shuffled = {
            name: w if name in self.buffers else draw.rng.permutation(w.ravel()).reshape(w.shape)
            for name, w in self.state.items()
        }
        return self._above_collapse(shuffled, x, "shuffled")

    def _above_collapse(self, state: State | None, x: Images, stream: str) -> float | None:
        """The ELBO of a model on some images, if it is above that of the best constant image."""
        try:
            reached = self._judged(state, x[:BEFORE], self.draw(stream)).elbo
        except Broken:
            return None
        assert self.record.collapse_elbo is not None
        return reached if reached > self.record.collapse_elbo else None

    def _call(self, state: State | None, call: Call, account: Account) -> tuple[Numbers, ...]:
        """One method of a fresh VAE() with these weights or its own, in a sandbox of its own, in eval mode."""
        calls = (VAE.new(state=state), call)
        seed = seed_from(self.draw("call"))
        replies = []
        with self.context.zygote.open(self.files, program=PROGRAM, limits=self.context.limits) as sandbox:
            requests, asked_at = [call.request(seed) for call in calls], time.monotonic()
            for request, one, reply in zip(requests, calls, sandbox.exchange(requests), strict=False):
                self.seconds += reply.cpu_seconds
                answered_at = time.monotonic()
                too_much = account.charge(one.label, reply, answered_at - asked_at, shared=False)
                asked_at = answered_at
                if too_much is not None and reply.failure is None:
                    reply = replace(reply, values={}, tensors={}, failure=too_much)
                replies.append(checked(request, reply))
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
        if any(r.failure is not None and r.failure.cause == "timeout" for r in replies):
            self.another_seed_may_help = False  # what takes so long has nothing to do with the weights
        made.facts  # noqa: B018  (raises Broken if VAE() failed)
        return called[0].values

    def _verdict(self, judged: Judgement, x: Images) -> TrainingOutcome:
        record = self.record
        record.trusted_elbo, record.reconstruction, record.kl = judged.elbo, judged.reconstruction, judged.kl
        record.kl_weight_sigma, record.kl_weight_mu = (
            as_json(judged.weights.sigma),
            as_json(judged.weights.mu),
        )
        assert record.collapse_elbo is not None
        passed, message = say.verdict(judged, self.gate, record.collapse_elbo, self.progress.level)
        record.images = _pictures(judged, x, say.pictures(judged, record.collapse_elbo))
        flags = []
        if not judged.repeatable:
            text = "VAE.decode gave different logits for the same z in eval mode: is a dropout or noise always on?"
            flags.append(Flag(kind="decoder_not_repeatable", text=text))
        if self.gate.too_good is not None and judged.elbo > self.gate.too_good:
            text = f"the ELBO {judged.elbo:.4g} is above {self.gate.too_good:.4g}, which no honest run comes near: look at the code"
            flags.append(Flag(kind="too_good_to_be_true", text=text))
        if self.findings:
            flags.append(
                Flag(kind="learns_by_itself", text=say.by_itself(self.findings, self.settings.steps))
            )
        if passed and (untrained := self._knew(x)) is not None:
            passed, message = False, say.knew(untrained, record.collapse_elbo)
            self.another_seed_may_help = False
            flags.append(Flag(kind=KNEW, text=message))
        elif passed and (scrambled := self._knows_without_weights(x)) is not None:
            text = say.without_weights(scrambled, record.collapse_elbo)
            flags.append(Flag(kind="knows_without_weights", text=text))
        return TrainingOutcome(
            "passed" if passed else "failed", message, Training(vae=record), flags=tuple(flags)
        )


def _pictures(judged: Judgement, x: Images, texts: tuple[str, str, str]) -> list[Image]:
    """Held-out digits above what the decoder makes of their z, digits from the prior, and walks between digits."""
    shown = COLUMNS * ROWS // 2
    pairs = np.stack([x[:shown], judged.reconstructions[:shown]], axis=1)  # (shown, 2, 784)
    rows = pairs.reshape(-1, COLUMNS, 2, 784).swapaxes(1, 2)  # a row of digits, a row of reconstructions
    drawn = (
        ("reconstructions", rows),
        ("samples", judged.samples[: COLUMNS * ROWS]),
        ("latent walk", judged.walks),
    )
    return [
        Image(title=title, png=_grid(images), text=text)
        for (title, images), text in zip(drawn, texts, strict=True)
    ]


def _grid(images: Numbers) -> str:
    return grid(images.reshape(-1, 28, 28), COLUMNS)
