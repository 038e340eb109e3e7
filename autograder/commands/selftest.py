"""`autograder selftest`: the package proves its own promises on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder import authoring
from autograder.assignment.bank import KnownBug, Text, known_bugs, known_equivalents
from autograder.assignment.sample import read_tree, with_text
from autograder.course import Course
from autograder.engine.grade import Bench, grade
from autograder.errors import AuthoringError, CheckFailed
from autograder.evidence.marks import told
from autograder.results.model import Criterion, Result
from autograder.sandbox import Zygote
from autograder.submission import from_files


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
        planted = list(zip(known_bugs(), _with_each(known_bugs(), course, facts_only), strict=True))
        yield known_bugs_lose_marks(course, planted, facts_only)
        yield hints_are_true(planted)
        yield equivalents_keep_full_marks(course, facts_only)


def in_step(course: Course) -> Promise:
    """Two builds from one source agree, and the leak check has nothing to refuse."""
    text = "release/ and solutions/ are what source/ gives, and nothing leaks"
    try:
        return Promise(text, tuple(map(str, authoring.check(course.root, course.spec))))
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


Planted = Sequence[tuple[KnownBug, Result]]
"""Each known bug and the result of the model solution with it."""


def known_bugs_lose_marks(course: Course, planted: Planted, bench: Bench) -> Promise:
    """Every bug of the bank costs marks on its own question and on no other."""
    expected = {q.id: q.score for q in _grade_folder(course.solutions, bench).questions}
    broken = []
    for bug, result in planted:
        own = {q.id for q in course.spec.questions for c in q.criteria if c.function == bug.function}
        lost = {q.id for q in result.questions if q.score != expected[q.id]}
        if not lost & own:
            broken.append(f"{bug.name} loses no marks")
        elif lost - own:
            broken.append(f"{bug.name} also changes {', '.join(sorted(lost - own))}")
    return Promise(f"each of {len(planted)} known bugs loses marks on its own question only", tuple(broken))


def hints_are_true(planted: Planted) -> Promise:
    """A hint names the mistake that was planted, says less, or is not given."""
    hints = [
        (bug, c.hint, told(c.hint, name=bug.name, says=bug.says, mistake=bug.mistake))
        for bug, result in planted
        for c in _criteria(result)
        if c.hint is not None
    ]
    broken = dict.fromkeys(
        f"{bug.name} is called {hint.bug}: {hint.text}" for bug, hint, truth in hints if truth == "false"
    )
    named = {bug.name for bug, _, truth in hints if truth == "named"}
    return Promise(
        f"{len(named)} of {len(planted)} known bugs are named, none by a false name", tuple(broken)
    )


def equivalents_keep_full_marks(course: Course, bench: Bench) -> Promise:
    """Right code of another form loses nothing."""
    broken = [
        f"{equivalent.name}: {c.id}: {c.status}: {c.message}"
        for equivalent, result in zip(
            known_equivalents(), _with_each(known_equivalents(), course, bench), strict=True
        )
        for c in _criteria(result)
        if c.status not in ("passed", "pending")
    ]
    text = f"each of {len(known_equivalents())} correct implementations of another form keeps full marks"
    return Promise(text, tuple(broken))


def _with_each(texts: Sequence[Text], course: Course, bench: Bench) -> list[Result]:
    """The model solution with each text in its function's place, graded two at a time."""
    solved = read_tree(course.solutions)

    def graded(text: Text) -> Result:
        return grade(from_files(with_text(solved, text), name=text.name), bench)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(graded, texts))


def _criteria(result: Result) -> list[Criterion]:
    return [c for q in result.questions for c in q.criteria]


def _grade_folder(folder: Path, bench: Bench) -> Result:
    return grade(bench.sheet.open(folder, folder.parent.name), bench)
