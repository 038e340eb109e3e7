"""`python -m autograder.commands.evidence`: measure what docs/ does not know of the banks, then write the page and the table.

Where facts, engine and known bugs are the same, only equivalents with another text are measured. A change of points in
grading.yml is only written down: nothing is executed for it.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.assignment.sample import read_tree
from autograder.course import Course
from autograder.engine.grade import Bench
from autograder.errors import AutograderError, CheckFailed
from autograder.evidence import measure as measuring
from autograder.evidence.faults import faults
from autograder.evidence.marks import with_table
from autograder.evidence.page import page
from autograder.evidence.record import Evidence, dumped, read_evidence
from autograder.results.store import write_whole
from autograder.sandbox import Zygote
from autograder.sandbox.layers import libc
from autograder.spec.hashes import bank_digest, code_digest, execution_hash

MATRIX = "docs/evidence/kill-matrix.json"
PAGE = "docs/evidence/kill-matrix.html"
TABLE = "docs/marking.md"
EVERY = 50  # texts, to a line of progress


def run(course: Course) -> None:
    """Bring the evidence in docs/ up to date, and raise CheckFailed if it does not prove what it should."""
    clock = time.monotonic()
    before = _of_the_same_code(course)
    if before is not None and hashes(course) == (before.execution_sha256, before.bank_sha256):
        evidence = before
    else:
        evidence = _measured(course, measuring.measured_before(before) if before is not None else {})
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


def _of_the_same_code(course: Course) -> Evidence | None:
    """The evidence that is there, if it is of today's facts, engine and known bugs."""
    if not (course.root / MATRIX).is_file():
        return None
    evidence = read_evidence(course.root / MATRIX)
    fresh = hashes(course)[0] == evidence.execution_sha256
    return evidence if fresh and evidence.seeds == measuring.SEEDS else None


def _measured(course: Course, found: dict[str, measuring.Measured]) -> Evidence:
    """Everything, in as many processes as there are processors: the grader's side of a fact keeps one of them busy.

    found: what is known already.
    """
    jobs = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(
        jobs,
        mp_context=get_context("spawn"),
        initializer=libc.prctl,  # who is killed takes them along
        initargs=(libc.PR_SET_PDEATHSIG, signal.SIGKILL),
    ) as pool:
        for share in pool.map(partial(_share, course.root, frozenset(found), jobs), range(jobs)):
            found |= share
    with Zygote() as zygote:
        return measuring.put_together(found, _bench(course, zygote), bank_digest(), measuring.SEEDS)


def _share(root: Path, found: frozenset[str], jobs: int, number: int) -> dict[str, measuring.Measured]:
    course = Course(root)
    texts = [text for text in (*known_bugs(), *known_equivalents()) if text.name not in found][number::jobs]
    done = itertools.count(1)

    def progress(name: str) -> None:
        if (count := next(done)) % EVERY == 0 or count == 2 * len(texts):
            print(f"{number + 1}/{jobs}: [{count}/{2 * len(texts)}] {name}", file=sys.stderr, flush=True)

    with Zygote() as zygote:
        solved = read_tree(course.solutions)
        return measuring.measure(texts, _bench(course, zygote), solved, measuring.SEEDS, progress)


def _bench(course: Course, zygote: Zygote) -> Bench:
    # A key that everybody knows: whoever repeats this gets the same numbers.
    return replace(course.bench(zygote, None), course_key=b"evidence")


if __name__ == "__main__":
    try:
        run(Course.find(Path()))
    except AutograderError as error:
        print(f"evidence: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
