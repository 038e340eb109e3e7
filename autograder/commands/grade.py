"""`autograder grade`: names, data, sandbox, class run, pages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.commands.stop import Stopping
from autograder.course import Course
from autograder.engine.classrun import Done, Listener, grade_class
from autograder.engine.grade import Bench
from autograder.errors import AutograderError, SandboxError
from autograder.feedback import write_class_pages, write_pages
from autograder.results.changes import CHANGES, recorded, write_changes
from autograder.results.model import Result
from autograder.roster import read_roster
from autograder.sandbox import Zygote, gpu_nodes
from autograder.submission import name_submissions
from autograder.terminal import print_summary, watching


@dataclass(frozen=True)
class Choices:
    """The options of the command."""

    jobs: int = 1
    device: str = "auto"
    data: str | None = None
    training: bool = True
    only: tuple[str, ...] = ()
    resume: bool = False
    roster: Path | None = None
    allow_weak: bool = False
    quiet: bool = False


def run(submissions: Sequence[Path], out: Path, root: Path, choices: Choices) -> list[Result]:
    """Grade, write results and pages, print the table; the results in the order of the names."""
    course = Course.find(root)
    missing = [path for path in submissions if not path.exists()]
    if missing:
        raise AutograderError(f"no such file or folder: {', '.join(map(str, missing))}. Check the path.")
    course.check_questions(choices.only)
    names = name_submissions(submissions, _roster_ids(choices.roster))
    digits = course.data(choices.data) if choices.training else None
    device = _device(choices)
    before = recorded(out)
    with Stopping() as stopping, Zygote(allow_weak=choices.allow_weak, device=device) as zygote:
        stopping.zygote = zygote
        if device == "cuda":
            _expect_gpu(zygote)
        bench = course.bench(zygote, digits, device=device, only=choices.only)
        with watching(len(names), quiet=choices.quiet) as listener:
            paged = replace(listener, finished=_pages_then(listener, bench, out))
            done = grade_class(names, bench, out, jobs=choices.jobs, resume=choices.resume, listener=paged)
    write_class_pages(out, course.spec, datetime.now(UTC))
    changed = write_changes(out, before)
    results = [d.result for d in done]
    if not choices.quiet:
        print_summary(results, out)
        if changed:
            print(f"Changes     {out / CHANGES}: {changed} since the last run")
    return results


def _pages_then(listener: Listener, bench: Bench, out: Path) -> Callable[[Done], None]:
    """Write a submission's pages as soon as it is graded, then tell the terminal."""

    def finished(done: Done) -> None:
        try:
            write_pages(out / done.name, done.result, bench.spec, datetime.now(UTC))
        except OSError:
            raise  # a full disk is full for the next page too
        except Exception as error:  # the result stands; one page of ours must not end a class run
            print(f"pages of {done.name}: {error!r}. `autograder report {out}` tries again.", file=sys.stderr)
        listener.finished(done)

    return finished


def _device(choices: Choices) -> str:
    """cuda only where it is asked for: on networks of this size a GPU gains nothing (benchmarks/README.md)."""
    wanted = choices.device
    if wanted not in ("auto", "cpu", "cuda"):
        raise AutograderError(f"--device {wanted}: unknown. Choose auto, cpu or cuda.")
    if wanted == "cuda" and not gpu_nodes():
        raise AutograderError("--device cuda: this machine shows no NVIDIA device. Grade with --device cpu.")
    return "cuda" if wanted == "cuda" else "cpu"


def _expect_gpu(zygote: Zygote) -> None:
    """AutograderError if no confined process can use the GPU: better now than in every submission."""
    try:
        zygote.try_gpu()
    except SandboxError as error:
        raise AutograderError(f"--device cuda: {error}") from error


def _roster_ids(roster: Path | None) -> list[str]:
    """Everybody's id, and the groups: a submission may be one's own or a group's."""
    if roster is None:
        return []
    people = read_roster(roster)
    return [*(p.id for p in people), *dict.fromkeys(p.group for p in people if p.group)]
