"""`autograder selftest`: the package proves its own promises on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder import authoring
from autograder.assignment.bank import KnownBug, known_bugs
from autograder.assignment.sample import read_tree, with_text
from autograder.course import Course
from autograder.engine.grade import Bench, grade
from autograder.errors import AuthoringError, CheckFailed
from autograder.results.model import Criterion, Result
from autograder.sandbox import Zygote
from autograder.submission import from_files, open_submission


@dataclass(frozen=True)
class Promise:
    """One promise and what breaks it; nothing means kept."""

    text: str
    broken: tuple[str, ...]


def run(course: Course) -> None:
    """Check every promise, say so, and raise CheckFailed if one is broken."""
    broken = 0
    for promise in _promises(course):
        print(f"{'broken' if promise.broken else 'ok':7} {promise.text}", flush=True)
        for line in promise.broken:
            print(f"        {line}")
        broken += bool(promise.broken)
    if broken:
        raise CheckFailed(
            f"{broken} promises are broken. Mend what is listed above and run `autograder selftest` again."
        )


def _promises(course: Course) -> Iterator[Promise]:
    yield in_step(course)
    with Zygote() as zygote:
        embedded = course.data("embedded")
        yield solutions_get_full_marks(course, course.bench(zygote, embedded))
        facts_only = course.bench(zygote, None)
        yield stubs_get_nothing(course, facts_only)
        yield known_bugs_lose_marks(course, facts_only)


def in_step(course: Course) -> Promise:
    """Two builds from one source agree, and the leak check has nothing to refuse."""
    text = "release/ and solutions/ are what source/ gives, and nothing leaks"
    try:
        return Promise(text, tuple(map(str, authoring.check(course.root, course.spec.sheet_version))))
    except (CheckFailed, AuthoringError) as error:
        return Promise(text, tuple(str(error).splitlines()))


def solutions_get_full_marks(course: Course, bench: Bench) -> Promise:
    result = _grade_folder(course.solutions, bench)
    broken = tuple(f"{c.id}: {c.status}: {c.message}" for c in _criteria(result) if c.score != c.max_score)
    return Promise(
        f"the model solutions get {result.score:g} of {result.graded_max:g} automatic marks, training included",
        broken,
    )


def stubs_get_nothing(course: Course, bench: Bench) -> Promise:
    result = _grade_folder(course.release, bench)
    broken = []
    for question in result.questions:
        letter = f"{question.id[:3]} ({question.id[3:4]})"
        for criterion in (c for c in question.criteria if c.status != "pending"):
            if criterion.score:
                broken.append(f"{criterion.id}: {criterion.score:g} marks for a stub")
            if f"exercise {letter}" not in criterion.message:
                broken.append(f"{criterion.id}: does not name exercise {letter}: {criterion.message}")
    return Promise("the untouched stubs get no marks, and every message names its exercise", tuple(broken))


def known_bugs_lose_marks(course: Course, bench: Bench) -> Promise:
    """Every bug of the bank costs marks on its own question and on no other."""
    solved = read_tree(course.solutions)
    solution = _grade_files(solved, "solution", bench)
    expected = {q.id: q.score for q in solution.questions}

    def check(bug: KnownBug) -> list[str]:
        result = _grade_files(with_text(solved, bug), bug.name, bench)
        own = {q.id for q in course.spec.questions for c in q.criteria if c.function == bug.function}
        lost = {q.id for q in result.questions if q.score != expected[q.id]}
        if not lost & own:
            return [f"{bug.name} loses no marks"]
        return [f"{bug.name} also changes {', '.join(sorted(lost - own))}"] if lost - own else []

    with ThreadPoolExecutor(max_workers=2) as pool:
        broken = tuple(line for lines in pool.map(check, known_bugs()) for line in lines)
    return Promise(f"each of {len(known_bugs())} known bugs loses marks on its own question only", broken)


def _criteria(result: Result) -> list[Criterion]:
    return [c for q in result.questions for c in q.criteria]


def _grade_folder(folder: Path, bench: Bench) -> Result:
    return grade(
        open_submission(
            folder, name=folder.parent.name, given=bench.sheet.given, required=bench.sheet.required
        ),
        bench,
    )


def _grade_files(files: Mapping[str, bytes], name: str, bench: Bench) -> Result:
    return grade(from_files(files, name=name), bench)
