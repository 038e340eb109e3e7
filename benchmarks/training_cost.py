"""What the training runs cost: the loops against bare PyTorch, and the runs of a correct submission.

    python benchmarks/training_cost.py [--data DIR|embedded] [--rounds 10] [--runs 3]

Loops, on one thread: our loop and a bare one take STEPS steps each in turn, with the same model, losses, optimiser and
batches, so that a machine that slows down slows both alike; other work on it only adds, so that the fastest round says most. The bare loop is what one would write in a notebook: forward,
loss, zero_grad, backward, step, and nothing that it could leave out. What the batches cost, with a shift for every image, is
measured alone and given as a share of the bare step.

Runs: the model solution through the sandboxes and judges of `autograder grade`, in CPU seconds: those of the sandboxes that
train, and all else (the grader's own, and the sandboxes that encode, decode and answer calls).
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from autograder.assignment.sample import read_tree
from autograder.assignment.torch_models import gan_loop, losses, vae_loop
from autograder.assignment.torch_models.gan import ReferenceDiscriminator, ReferenceGenerator
from autograder.assignment.training.gan_settings import GanSettings
from autograder.assignment.training.small_digits import small
from autograder.assignment.training.vae_settings import VaeSettings
from autograder.course import Course
from autograder.engine.grade import sandbox_limits
from autograder.engine.training import Digits, TrainingContext
from autograder.sandbox import Reply, Request, Zygote

STEPS = 40  # of each loop in one round
AIMS = {"loop": 1.05, "train": 45.0, "judge": 5.0}


# --- loops ------------------------------------------------------------------------------------------------------------


def bare_vae(model: nn.Module, elbo: Any, batches: Iterator[Tensor], rate: float) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    model.train()
    for x in batches:
        logits, mu, logvar = model(x)
        loss = -elbo.elbo(elbo.bernoulli_log_likelihood(x.flatten(1), logits), mu, logvar).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def bare_game(
    g: nn.Module, d: nn.Module, batches: Iterator[tuple[Tensor, Tensor]], steps: int, rate: float
) -> None:
    optimizer_g, optimizer_d = (
        torch.optim.Adam(p.parameters(), lr=rate, betas=gan_loop.BETAS, fused=True) for p in (g, d)
    )
    for _, (x, z) in zip(range(steps), batches, strict=False):
        fake = g(z)
        loss_d = losses.discriminator_loss(d(x), d(fake.detach()))
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        loss_g = losses.generator_loss_nonsaturating(d(fake))
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()


def seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def loops(course: Course, data: Digits, rounds: int) -> dict[str, list[tuple[float, float, float]]]:
    """CPU seconds of our loop, of the bare one and of the batches alone, round by round, for both kinds of run."""
    torch.set_num_threads(1)
    sys.path.insert(0, str(course.solutions))
    elbo, vae = (importlib.import_module(f"generative.{name}") for name in ("elbo", "vae"))
    images, small_images = torch.tensor(data.train_images), torch.tensor(small(data.train_images))
    v, g = VaeSettings.of(course.spec.training["vae"]), GanSettings.of(course.spec.training["gan"])
    budget = vae_loop.Budget(STEPS, v.batch, v.learning_rate, v.shift, seed=1)
    game = gan_loop.GameBudget(STEPS, g.batch, g.learning_rate, seed=1)

    def ours_vae() -> None:
        vae_loop.train(vae.VAE(), elbo.bernoulli_log_likelihood, elbo.elbo, images, budget)

    def theirs_vae() -> None:
        bare_vae(vae.VAE(), elbo, vae_loop.shifted_batches(images, budget), v.learning_rate)

    def batches_vae() -> None:
        for _ in vae_loop.shifted_batches(images, budget):
            pass

    def ours_gan() -> None:
        def generator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
            return losses.generator_loss_nonsaturating(logits_fake)

        players = ReferenceGenerator(), ReferenceDiscriminator()
        gan_loop.play(*players, losses.discriminator_loss, generator_loss, small_images, game)

    def theirs_gan() -> None:
        batches = gan_loop._batches(small_images, game)
        bare_game(ReferenceGenerator(), ReferenceDiscriminator(), batches, STEPS, g.learning_rate)

    def batches_gan() -> None:
        for _ in zip(range(STEPS), gan_loop._batches(small_images, game), strict=False):
            pass

    cases = {"vae": (ours_vae, theirs_vae, batches_vae), "gan": (ours_gan, theirs_gan, batches_gan)}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, (ours, theirs, batches) in cases.items():
            # The one that goes first may find a colder cache: they take turns.
            pair = (ours, theirs) if number % 2 else (theirs, ours)
            one, two = (seconds(work) for work in pair)
            times = (one, two) if number % 2 else (two, one)
            if number:  # the first round warms up
                found[name].append((*times, seconds(batches)))
    return found


# --- runs -------------------------------------------------------------------------------------------------------------

TRAINING = {"train", "play", "saturate"}


@dataclass
class Counting:
    """A zygote that notes what its sandboxes used, training apart from calls."""

    zygote: Zygote
    used: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})

    @contextmanager
    def open(self, *words: Any, **options: Any) -> Iterator[_Sandbox]:
        with self.zygote.open(*words, **options) as sandbox:
            yield _Sandbox(sandbox, self.used)


@dataclass
class _Sandbox:
    sandbox: Any
    used: dict[bool, float]

    def exchange(self, requests: Sequence[Request], *words: Any) -> Iterator[Reply]:
        for request, reply in zip(requests, self.sandbox.exchange(requests, *words), strict=False):
            self.used[request.op in TRAINING] += reply.cpu_seconds
            yield reply


def runs(course: Course, data: Digits, count: int) -> dict[str, list[tuple[float, float]]]:
    """CPU seconds of training and of all else, by run."""
    found: dict[str, list[tuple[float, float]]] = {}
    files: Mapping[str, bytes] = read_tree(course.solutions)
    with Zygote() as zygote:
        zygote.preload(*{library for run in course.sheet.runs for library in run.preload})
        for number in range(count):
            for run in course.sheet.runs:
                counting = Counting(zygote)
                name = run.criterion.partition(".")[0]
                context = TrainingContext(
                    zygote=counting,  # type: ignore[arg-type]  # all that a run asks of it
                    files=files,
                    data=data,
                    settings=course.spec.training[name],
                    failed=frozenset(),
                    seed=f"benchmark {number}".encode(),
                    limits=sandbox_limits(course.spec.limits),
                    progress=lambda *_: None,
                )
                before = time.process_time()
                status = run.run(context).status
                own = time.process_time() - before
                assert status == "passed", (name, status)
                found.setdefault(name, []).append((counting.used[True], own + counting.used[False]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    choices = parser.parse_args()
    # numpy reads it on import, and its waiting threads would be measured.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "OMP_NUM_THREADS": "1"})
    course = Course.find(Path(__file__).parent)
    data = course.data(choices.data)
    print(f"{data.name}; torch {torch.__version__}; {choices.rounds} rounds of {STEPS} steps")
    for name, measured in loops(course, data, choices.rounds).items():
        ratios = [ours / bare for ours, bare, _ in measured]
        ours, bare, batches = (min(column) for column in zip(*measured, strict=True))
        print(
            f"{name} loop   {1e3 * bare / STEPS:6.2f} ms a bare step; ours {ours / bare:.3f} of it, fastest against fastest; "
            f"round by round {statistics.median(ratios):.3f} (from {min(ratios):.3f} to {max(ratios):.3f}; "
            f"aim {AIMS['loop']:.2f}); batches {batches / bare:.1%} of it"
        )
    total = [0.0, 0.0]
    for name, measured in runs(course, data, choices.runs).items():
        train, judge = (statistics.median(column) for column in zip(*measured, strict=True))
        total = [total[0] + train, total[1] + judge]
        print(f"{name:10}  training {train:6.2f} s   all else {judge:5.2f} s")
    print(
        f"{'sum':10}  training {total[0]:6.2f} s   all else {total[1]:5.2f} s   (aims {AIMS['train']:g}, {AIMS['judge']:g})"
    )


if __name__ == "__main__":
    main()
