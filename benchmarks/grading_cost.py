"""What grading one submission without training costs, in units of `python -c "import torch"`.

    python benchmarks/grading_cost.py [--rounds 7]

Every round measures in turn, so that a machine that slows down slows all alike:

    U         CPU seconds of `python -c "import torch"`, a whole process
    right     CPU seconds of one more submission in a grader that is already running (mean of 5), the model solution:
              grader, zygote, sandboxes
    one bug   the same with one known bug in it, which is asked again alone and named
    three     the same with known bugs in three functions of three files
    whole     CPU seconds of the command `autograder grade SOLUTION --no-training`, all its processes

and prints the medians and the ratios round by round. CPU seconds of the children are those that the kernel
reports to the waiting parent.
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

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import read_tree, with_text
from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.grade import Bench
from autograder.sandbox import Zygote

ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}
REPEATS = 5
WITH_BUGS = {
    "one bug": ("kl_normal_missing_half",),
    "three": ("kl_normal_missing_half", "definition_wrong_sign", "discriminator_without_half"),
}
AIMS = {"right": 0.10, "whole": 1.50}


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


def with_bugs(solution: Path, names: tuple[str, ...], folder: Path) -> Path:
    """The model solution with these known bugs, written to a folder."""
    files = read_tree(solution)
    for bug in known_bugs():
        if bug.name in names:
            files = with_text(files, bug)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def grade_more(bench: Bench, zygote: Zygote, submission: Path, out: Path) -> float:
    """CPU seconds per submission in the running grader, results on disk included."""
    pid = int(zygote.facts()["pid"])
    before = time.process_time() + tree(pid)
    for repeat in range(REPEATS):
        grade_class({submission: f"again-{repeat}"}, bench, out)
    return (time.process_time() + tree(pid) - before) / REPEATS


def measure(course: Course, rounds: int) -> tuple[list[float], dict[str, list[float]], str]:
    """CPU seconds of U and of every case, round by round, and what they were measured with."""
    autograder = str(Path(sys.executable).parent / "autograder")
    units: list[float] = []
    with tempfile.TemporaryDirectory() as folder, Zygote() as zygote:
        out = Path(folder)
        bench = course.bench(zygote, None)
        submissions = {"right": course.solutions}
        for name, bugs in WITH_BUGS.items():
            submissions[name] = with_bugs(course.solutions, bugs, out / "submissions" / name)
        seconds: dict[str, list[float]] = {name: [] for name in (*submissions, "whole")}
        for submission in submissions.values():
            grade_more(bench, zygote, submission, out / "warm")
        whole = (autograder, "grade", str(course.solutions), "--no-training", "--out", str(out / "whole"))
        for _ in range(rounds):
            units.append(command(sys.executable, "-c", "import torch"))
            for name, submission in submissions.items():
                seconds[name].append(grade_more(bench, zygote, submission, out / "more"))
            seconds["whole"].append(command(*whole))
        used = f"layers: {', '.join(zygote.layers)}; torch {zygote.versions['torch']}"
    return units, seconds, used


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    # numpy reads it on import, and its waiting threads would be measured.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], ONE_THREAD)
    units, seconds, used = measure(Course.find(Path(__file__).parent), rounds)
    print(f"{used}; {rounds} rounds, medians")
    print(f"{'U':8} {statistics.median(units):7.3f} s")
    for name, measured in seconds.items():
        ratios = [one / unit for one, unit in zip(measured, units, strict=True)]
        aim = f"; aim {AIMS[name]:.2f}" if name in AIMS else ""
        print(
            f"{name:8} {statistics.median(measured):7.3f} s   {statistics.median(ratios):.3f} U  "
            f"(from {min(ratios):.3f} to {max(ratios):.3f}{aim})"
        )


if __name__ == "__main__":
    main()
