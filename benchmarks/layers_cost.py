"""What confinement costs: one submission graded with every layer and without any, in turn.

    python benchmarks/layers_cost.py [--rounds 12]

Each round grades the model solution (without training) once in each of two running graders, in changing order, so that
a machine that slows down slows both alike: a warm zygote with all layers, and one with none but resource limits. Prints
the medians of the pairs' differences and ratios, for CPU seconds (grader, zygote and sandboxes) and for the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from grading_cost import ONE_THREAD, tree

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.grade import Bench
from autograder.sandbox import Zygote

LAYERS = ("namespaces", "users", "landlock", "seccomp")
REPEATS = 5
Cost = tuple[float, float]


def graded(bench: Bench, submission: Path, out: Path) -> Cost:
    """CPU and clock seconds per submission."""
    pid = int(bench.zygote.facts()["pid"])
    cpu, clock = time.process_time() + tree(pid), time.monotonic()
    for repeat in range(REPEATS):
        grade_class({submission: f"again-{repeat}"}, bench, out)
    spent = time.process_time() + tree(pid) - cpu, time.monotonic() - clock
    return spent[0] / REPEATS, spent[1] / REPEATS


def measure(course: Course, rounds: int) -> tuple[list[tuple[Cost, Cost]], tuple[str, ...]]:
    """(with layers, without) of every round, and the layers that were active."""
    pairs = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Zygote() as confined,
        Zygote(without=LAYERS, allow_weak=True) as bare,
    ):
        benches = course.bench(confined, None), course.bench(bare, None)
        for bench in benches:
            graded(bench, course.solutions, Path(folder))
        for number in range(rounds):
            order = (0, 1) if number % 2 == 0 else (1, 0)
            costs = {which: graded(benches[which], course.solutions, Path(folder)) for which in order}
            pairs.append((costs[0], costs[1]))
        return pairs, confined.layers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    # numpy reads it on import, and its waiting threads would be measured.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], ONE_THREAD)
    pairs, layers = measure(Course.find(Path(__file__).parent), rounds)
    print(f"layers: {', '.join(layers)}; {rounds} rounds of {REPEATS}, medians (quartiles)")
    for index, name in enumerate(("CPU", "clock")):
        with_layers, without = ([pair[side][index] for pair in pairs] for side in (0, 1))
        more = [1000 * (a - b) for a, b in zip(with_layers, without, strict=True)]
        ratios = [a / b for a, b in zip(with_layers, without, strict=True)]
        print(
            f"{name:6} {1000 * statistics.median(with_layers):6.1f} ms with, {1000 * statistics.median(without):6.1f} ms "
            f"without: {_spread(more, '{:+.1f}')} ms, ratio {_spread(ratios, '{:.3f}')}"
        )


def _spread(values: list[float], form: str) -> str:
    low, middle, high = (form.format(q) for q in statistics.quantiles(values, n=4))
    return f"{middle} ({low} to {high})"


if __name__ == "__main__":
    main()
