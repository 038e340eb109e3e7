"""`python -m autograder.commands.evidence`: measure what docs/ does not know of the banks, then write the page and the table.

Facts are asked again where the function's own have changed, or the text, or the engine. Submissions are graded again
after any change of the code that decides about marks. A change of points in grading.yml is only written down: nothing is
executed for it.
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
    before = _earlier(course)
    if before is not None and hashes(course) == (before.execution_sha256, before.bank_sha256):
        evidence = before
    else:
        evidence = _measured(course, before)
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


def _earlier(course: Course) -> Evidence | None:
    """The evidence that is there, if it is over as many seeds."""
    if not (course.root / MATRIX).is_file():
        return None
    evidence = read_evidence(course.root / MATRIX)
    return evidence if evidence.seeds == measuring.SEEDS else None


def _measured(course: Course, before: Evidence | None) -> Evidence:
    """All that `before` does not say, in as many processes as there are processors: the grader's side of a fact keeps one
    of them busy.
    """
    jobs = len(os.sched_getaffinity(0))
    with Zygote() as zygote:
        bench = _bench(course, zygote)
        found = measuring.found_before(before, bench) if before is not None else measuring.Found()
        with ProcessPoolExecutor(
            jobs,
            mp_context=get_context("spawn"),
            initializer=libc.prctl,  # who is killed takes them along
            initargs=(libc.PR_SET_PDEATHSIG, signal.SIGKILL),
        ) as pool:
            known = frozenset(found.tallies), frozenset(found.graded)
            for share in pool.map(partial(_share, course.root, *known, jobs), range(jobs)):
                found.update(share)
        return measuring.put_together(found, bench, bank_digest(), measuring.SEEDS)


def _share(
    root: Path, asked: frozenset[str], graded: frozenset[str], jobs: int, number: int
) -> measuring.Found:
    course = Course(root)
    texts = (*known_bugs(), *known_equivalents())
    to_ask = [text for text in texts if text.name not in asked][number::jobs]
    to_grade = [text for text in texts if text.name not in graded][number::jobs]
    done, of = itertools.count(1), len(to_ask) + len(to_grade)

    def progress(name: str) -> None:
        if (count := next(done)) % EVERY == 0 or count == of:
            print(f"{number + 1}/{jobs}: [{count}/{of}] {name}", file=sys.stderr, flush=True)

    with Zygote() as zygote:
        bench = _bench(course, zygote)
        return measuring.Found(
            measuring.tally_all(to_ask, bench.sheet.facts, zygote, measuring.SEEDS, progress),
            measuring.grade_all(to_grade, read_tree(course.solutions), bench, progress),
        )


def _bench(course: Course, zygote: Zygote) -> Bench:
    # A key that everybody knows: whoever repeats this gets the same numbers.
    return replace(course.bench(zygote, None), course_key=b"evidence")


if __name__ == "__main__":
    try:
        run(Course.find(Path()))
    except AutograderError as error:
        print(f"evidence: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
