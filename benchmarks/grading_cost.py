"""What grading one submission without training costs, in units of `python -c "import torch"`.

    python benchmarks/grading_cost.py [--rounds 7]

Every round measures in turn, so that a machine that slows down slows all three alike:

    U     CPU seconds of `python -c "import torch"`, a whole process
    grade CPU seconds of one more submission in a grader that is already running (mean of 5): grader, zygote, sandboxes
    whole CPU seconds of the command `autograder grade SOLUTION --no-training`, all its processes

and prints the medians and the ratios round by round. CPU seconds of the children are those that the kernel
reports to the waiting parent. The model solution is graded.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.grade import Bench
from autograder.sandbox import Zygote

ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}
REPEATS = 5


def children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def command(*words: str) -> float:
    """CPU seconds of a command with all the children that it waited for."""
    before = children()
    subprocess.run(words, check=True, env=ONE_THREAD, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return children() - before


def tree(pid: int) -> float:
    """CPU seconds of a running process and of the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def grade_more(bench: Bench, zygote: Zygote, solution: Path, out: Path) -> float:
    """CPU seconds per submission in the running grader, results on disk included."""
    pid = int(zygote.facts()["pid"])
    before = time.process_time() + tree(pid)
    for repeat in range(REPEATS):
        grade_class({solution: f"again-{repeat}"}, bench, out)
    return (time.process_time() + tree(pid) - before) / REPEATS


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    course = Course.find(Path(__file__).parent)
    autograder = str(Path(sys.executable).parent / "autograder")
    rows = []
    with tempfile.TemporaryDirectory() as folder, Zygote() as zygote:
        out = Path(folder)
        bench = course.bench(zygote, None)
        grade_more(bench, zygote, course.solutions, out / "warm")
        for _ in range(rounds):
            unit = command(sys.executable, "-c", "import torch")
            more = grade_more(bench, zygote, course.solutions, out / "more")
            whole = command(
                autograder, "grade", str(course.solutions), "--no-training", "--out", str(out / "whole")
            )
            rows.append((unit, more, whole))
        layers = ", ".join(zygote.layers)
    print(f"layers: {layers}; torch {zygote.versions['torch']}; {rounds} rounds, medians")
    print(f"U      import torch          {statistics.median(r[0] for r in rows):7.3f} s")
    for index, name, bound in ((1, "grade  one more submission", 0.10), (2, "whole  the command", 1.50)):
        ratios = [row[index] / row[0] for row in rows]
        seconds = statistics.median(row[index] for row in rows)
        print(
            f"{name:28} {seconds:7.3f} s   {statistics.median(ratios):.3f} U  (from {min(ratios):.3f} to {max(ratios):.3f}; aim {bound:.2f})"
        )


if __name__ == "__main__":
    main()
