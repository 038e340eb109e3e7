"""A class with training on one GPU, and what our loop costs over a bare one.

    python benchmarks/gpu_class.py [--data DIR|embedded] [--size 12] [--jobs 1 2 4 8] [--rounds 5]

Grades the make-believe class of `autograder sample` with every number of jobs, on the GPU and (with the largest number)
on the CPU, and trains the model solution by our loop and by a bare PyTorch loop of the same steps (same batches, shifts,
losses and optimiser; no checks, no reports), in turn, in one process without a sandbox. Prints Markdown for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.assignment.sample import make_class
from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.training import Digits
from autograder.sandbox import Zygote
from autograder.submission import name_submissions

ROOT = Path(__file__).parents[1]
STEPS, BATCH, RATE = 300, 128, 1e-3


def class_run(course: Course, digits: Digits, folder: Path, size: int, jobs: int, device: str) -> float:
    """Wall seconds of grading the class, with a warm zygote."""
    made = make_class(course.solutions, course.release, folder / "class", size, seed=1)
    names = name_submissions([m.path for m in made])
    with Zygote(device=device) as zygote, tempfile.TemporaryDirectory() as out:
        zygote.preload("torch._dynamo")
        bench = course.bench(zygote, digits, device=device)
        clock = time.monotonic()
        done = grade_class(names, bench, Path(out), jobs=jobs)
        seconds = time.monotonic() - clock
    ungraded = [d.name for d in done if d.result.status == "ungraded"]
    if ungraded:
        print(f"ungraded with {jobs} jobs on {device}: {', '.join(ungraded)}", file=sys.stderr)
    return seconds


def loops(device: str, rounds: int) -> None:
    """Print milliseconds per step of both loops and the ratio, round by round. Runs in a process of its own."""
    import torch

    from autograder.assignment.torch_models.losses import bernoulli_log_likelihood, elbo
    from autograder.assignment.torch_models.vae import ReferenceVAE
    from autograder.assignment.torch_models.vae_loop import Budget, shifted_batches, train

    torch.set_num_threads(1)
    budget = Budget(STEPS, BATCH, RATE, shift=1, seed=0, device=device)
    images = (torch.rand(60000, 28, 28) * 255).to(torch.uint8)

    def ours() -> None:
        train(ReferenceVAE(), bernoulli_log_likelihood, elbo, images, budget)

    def bare() -> None:
        model = ReferenceVAE().to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)
        for x in shifted_batches(images.to(device), budget):
            logits, mu, logvar = model(x)
            loss = -elbo(bernoulli_log_likelihood(x.flatten(1), logits), mu, logvar).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def timed(loop: Callable[[], None]) -> float:
        clock = time.perf_counter()
        loop()
        if device == "cuda":
            torch.cuda.synchronize()
        return 1000 * (time.perf_counter() - clock) / STEPS

    for loop in (bare, ours):
        loop()
    times = [(timed(bare), timed(ours)) for _ in range(rounds)]
    ratios = [o / b for b, o in times]
    bare_ms, ours_ms = (statistics.median(column) for column in zip(*times, strict=True))
    print(
        f"| {device} | {bare_ms:.2f} | {ours_ms:.2f} | {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}) |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--size", type=int, default=12)
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2, 4, 8])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loop", choices=["cpu", "cuda"], help=argparse.SUPPRESS)
    choices = parser.parse_args()
    if choices.loop:
        loops(choices.loop, choices.rounds)
        return
    course = Course.find(ROOT)
    digits = course.data(choices.data)
    with Zygote(device="cuda") as zygote:
        print(
            f"{zygote.try_gpu()}, torch {zygote.versions['torch']}, {os.cpu_count()} processors, {digits.name}\n"
        )
    print(
        "| device | bare loop, ms a step | ours | ratio: median (smallest to largest) |\n|---|---|---|---|",
        flush=True,
    )
    for device in ("cuda", "cpu"):
        subprocess.run(
            [sys.executable, __file__, "--loop", device, "--rounds", str(choices.rounds)], check=True
        )
    print(
        "\n| class of | device | jobs | wall seconds | seconds per submission |\n|---|---|---|---|---|",
        flush=True,
    )
    runs = [("cuda", jobs) for jobs in choices.jobs] + [("cpu", max(choices.jobs, default=1))]
    for device, jobs in runs:
        with tempfile.TemporaryDirectory() as folder:
            seconds = class_run(course, digits, Path(folder), choices.size, jobs, device)
        print(
            f"| {choices.size} | {device} | {jobs} | {seconds:.0f} | {seconds / choices.size:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
