"""What the training runs cost: the loops against bare PyTorch, and the runs of a correct submission.

    python benchmarks/training_cost.py [--data DIR|embedded] [--rounds 60] [--runs 3]

Loops, on one thread, in CPU time: our loop and a bare one train the same model with the same losses, optimiser and batches,
in blocks of STEPS steps. A round is four blocks, ours, bare, bare, ours (the next one begins with the bare one), so that a
machine that slows down slows both alike. What counts is the median of the rounds' ratios; how far the two bare blocks of a
round are apart says how much of their spread is the machine. The bare loop is what one would write in a notebook: forward,
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
from itertools import islice
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

STEPS = 20  # of each loop in one block
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
    g: nn.Module,
    d: nn.Module,
    generator_loss: gan_loop.GeneratorLoss,
    batches: Iterator[tuple[Tensor, Tensor]],
    rate: float,
) -> None:
    optimizer_g, optimizer_d = (
        torch.optim.Adam(p.parameters(), lr=rate, betas=gan_loop.BETAS, fused=True) for p in (g, d)
    )
    for x, z in batches:
        fake = g(z)
        loss_d = losses.discriminator_loss(d(x), d(fake.detach()))
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        loss_g = generator_loss(d, x, fake)
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()


def minimax(d: nn.Module, x: Tensor, fake: Tensor) -> Tensor:
    return losses.generator_loss_minimax(d(x), d(fake))


def nonsaturating(d: nn.Module, x: Tensor, fake: Tensor) -> Tensor:
    return losses.generator_loss_nonsaturating(d(fake))


@dataclass(frozen=True)
class Case:
    """Our loop, the bare one, and their batches alone: STEPS steps of each."""

    ours: Callable[[], object]
    bare: Callable[[], object]
    batches: Callable[[], object]


@dataclass(frozen=True)
class Round:
    """CPU seconds of the blocks of one round."""

    ours: tuple[float, float]
    bare: tuple[float, float]
    batches: float

    @property
    def ratio(self) -> float:
        return sum(self.ours) / sum(self.bare)


def cases(course: Course, data: Digits) -> dict[str, Case]:
    sys.path.insert(0, str(course.solutions))
    elbo, vae = (importlib.import_module(f"generative.{name}") for name in ("elbo", "vae"))
    images, small_images = torch.tensor(data.train_images), torch.tensor(small(data.train_images))
    v, g = VaeSettings.of(course.spec.training["vae"]), GanSettings.of(course.spec.training["gan"])
    budget = vae_loop.Budget(STEPS, v.batch, v.learning_rate, v.shift, seed=1)
    game = gan_loop.GameBudget(STEPS, g.batch, g.learning_rate, seed=1)

    def shifted() -> Iterator[Tensor]:
        return vae_loop.shifted_batches(images, budget)

    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        return islice(gan_loop._batches(small_images, game), STEPS)

    def game_case(loss: gan_loop.GeneratorLoss) -> Case:
        def players() -> tuple[nn.Module, nn.Module]:
            return ReferenceGenerator(), ReferenceDiscriminator()

        return Case(
            ours=lambda: gan_loop.play(*players(), losses.discriminator_loss, loss, small_images, game),
            bare=lambda: bare_game(*players(), loss, pairs(), g.learning_rate),
            batches=lambda: list(pairs()),
        )

    return {
        "VAE": Case(
            ours=lambda: vae_loop.train(vae.VAE(), elbo.bernoulli_log_likelihood, elbo.elbo, images, budget),
            bare=lambda: bare_vae(vae.VAE(), elbo, shifted(), v.learning_rate),
            batches=lambda: list(shifted()),
        ),
        "GAN, non-saturating": game_case(nonsaturating),
        "GAN, minimax": game_case(minimax),
    }


def seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def one_round(case: Case, ours_first: bool) -> Round:
    outer, inner = (case.ours, case.bare) if ours_first else (case.bare, case.ours)
    first, second, third, fourth = (seconds(block) for block in (outer, inner, inner, outer))
    ours, bare = ((first, fourth), (second, third)) if ours_first else ((second, third), (first, fourth))
    return Round(ours, bare, seconds(case.batches))


def loops(course: Course, data: Digits, count: int) -> dict[str, list[Round]]:
    """The rounds of every case."""
    torch.set_num_threads(1)
    found: dict[str, list[Round]] = {}
    for name, case in cases(course, data).items():
        one_round(case, True)  # warms up
        found[name] = [one_round(case, number % 2 == 0) for number in range(count)]
    return found


def quartiles(values: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


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
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=3)
    choices = parser.parse_args()
    # numpy reads it on import, and its waiting threads would be measured.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "OMP_NUM_THREADS": "1"})
    course = Course.find(Path(__file__).parent)
    data = course.data(choices.data)
    print(f"{data.name}; torch {torch.__version__}; {choices.rounds} rounds of four blocks of {STEPS} steps")
    print(f"ratios of CPU time: median (quartiles); aim {AIMS['loop']:.2f}")
    for name, rounds in loops(course, data, choices.rounds).items():
        bare = statistics.median(sum(r.bare) / 2 for r in rounds)
        batches = statistics.median(r.batches for r in rounds)
        print(
            f"{name:20} bare {1e3 * bare / STEPS:5.2f} ms a step, of it batches {batches / bare:.0%}; "
            f"ours to bare {quartiles([r.ratio for r in rounds])}; "
            f"bare to itself {quartiles([r.bare[1] / r.bare[0] for r in rounds])}"
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
