"""`python -m autograder.commands.evidence`: measure the banks if docs/ is not fresh, then write the page and the table.

A change of points in grading.yml is only written down: nothing is executed for it.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.assignment.sample import read_tree
from autograder.course import Course
from autograder.errors import AutograderError, CheckFailed
from autograder.evidence import measure as measuring
from autograder.evidence.faults import faults
from autograder.evidence.marks import with_table
from autograder.evidence.page import page
from autograder.evidence.record import Evidence, dumped, read_evidence
from autograder.results.store import write_whole
from autograder.sandbox import Zygote
from autograder.spec.hashes import bank_digest, code_digest, execution_hash

MATRIX = "docs/evidence/kill-matrix.json"
PAGE = "docs/evidence/kill-matrix.html"
TABLE = "docs/marking.md"
EVERY = 50  # texts, to a line of progress


def run(course: Course) -> None:
    """Bring the evidence in docs/ up to date, and raise CheckFailed if it does not prove what it should."""
    clock = time.monotonic()
    evidence = _kept(course)
    if evidence is None:
        evidence = _measured(course)
        write_whole(course.root / MATRIX, dumped(evidence))
    for path, text in made(course, evidence).items():
        write_whole(course.root / path, text)
    texts = len(list(evidence.bugs)), len(list(evidence.equivalents))
    print(
        f"{texts[0]} bugs, {texts[1]} equivalents, {evidence.seeds} seeds: {time.monotonic() - clock:.0f} s"
    )
    if broken := list(faults(evidence)):
        raise CheckFailed("\n".join([*broken, "Mend these and run `make evidence` again."]))


def made(course: Course, evidence: Evidence) -> dict[str, str]:
    """The files that are made from the evidence, by their path below the course's root."""
    return {
        PAGE: page(evidence, course.spec),
        TABLE: with_table(course.root / TABLE, evidence, course.spec),
    }


def hashes(course: Course) -> tuple[str, str]:
    """What evidence is evidence of: the execution hash and the digest of both banks."""
    return execution_hash(course.spec, course.sheet.given, code_digest()), bank_digest()


def _kept(course: Course) -> Evidence | None:
    """The evidence that is there, if it is of today's code."""
    if not (course.root / MATRIX).is_file():
        return None
    evidence = read_evidence(course.root / MATRIX)
    fresh = hashes(course) == (evidence.execution_sha256, evidence.bank_sha256)
    return evidence if fresh and evidence.seeds == measuring.SEEDS else None


def _measured(course: Course) -> Evidence:
    bugs, equivalents = len(known_bugs()), len(known_equivalents())
    with Zygote() as zygote, _watched(2 * (bugs + equivalents)) as progress:
        # A key that everybody knows: whoever repeats this gets the same numbers.
        bench = replace(course.bench(zygote, None), course_key=b"evidence")
        return measuring.measure(bench, read_tree(course.solutions), bank_digest(), measuring.SEEDS, progress)


@contextmanager
def _watched(total: int) -> Iterator[measuring.Progress]:
    """A bar on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        done = itertools.count(1)
        yield lambda name: _line(next(done), total, name)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total)
        yield lambda name: bar.update(task, advance=1, description=name)


def _line(done: int, total: int, name: str) -> None:
    if done % EVERY == 0 or done == total:
        print(f"[{done}/{total}] {name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        run(Course.find(Path()))
    except AutograderError as error:
        print(f"evidence: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
