"""`autograder selftest` keeps its promises on a sample of the banks, and says so when one is broken.

The whole banks are judged in tests/evidence.
"""

from pathlib import Path

import pytest

from autograder.assignment.bank import KnownBug, KnownEquivalent, known_bugs, known_equivalents
from autograder.commands import selftest
from autograder.commands.selftest import Promise
from autograder.course import Course
from autograder.engine.grade import Bench
from autograder.errors import CheckFailed
from autograder.results.model import Criterion, Hint, Result
from autograder.sandbox import Zygote
from tests.commands.course import ROOT

COURSE = Course.find(ROOT)
EVERY = 30


@pytest.fixture
def bench(zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("AUTOGRADER_COURSE_KEY", str(tmp_path / "key"))
    return COURSE.bench(zygote, None)


def test_every_promise_is_kept_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bugs, equivalents = known_bugs()[::EVERY], known_equivalents()[::EVERY]
    monkeypatch.setattr(selftest, "known_bugs", lambda: bugs)
    monkeypatch.setattr(selftest, "known_equivalents", lambda: equivalents)
    selftest.run(COURSE)
    *said, hints, right = capsys.readouterr().out.splitlines()
    assert said == [
        "ok      release/ and solutions/ are what source/ gives, and nothing leaks",
        "ok      the model solutions get 65 of 65 automatic marks, training included",
        "ok      the untouched stubs get no marks, and every message names its exercise",
        f"ok      each of {len(bugs)} known bugs loses marks on its own question only",
    ]
    assert hints.startswith("ok      ")
    assert hints.endswith(f" of {len(bugs)} known bugs are named, none by a false name")
    assert (
        right
        == f"ok      each of {len(equivalents)} correct implementations of another form keeps full marks"
    )


def test_a_broken_promise_is_listed_and_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    promises = [Promise("this holds", ()), Promise("this does not", ("because of that",))]
    monkeypatch.setattr(selftest, "_promises", lambda course: iter(promises))
    with pytest.raises(CheckFailed, match=r"^1 promises are broken\. .* run `autograder selftest` again\.$"):
        selftest.run(COURSE)
    assert capsys.readouterr().out.splitlines() == [
        "ok      this holds",
        "broken  this does not",
        "        because of that",
    ]


HALF = "generator_loss_nonsaturating"
RIGHT = f"def {HALF}(logits_fake):\n    return F.softplus(-logits_fake).mean() / 2\n"
WRONG = RIGHT.replace(" / 2", "")


def bug(source: str) -> KnownBug:
    return KnownBug(HALF, HALF, source, says="The ½ is missing.", sheet="9-2 (d)", mistake=None)


def planted(bench: Bench, source: str) -> tuple[KnownBug, Result]:
    (result,) = selftest._with_each([bug(source)], COURSE, bench)
    return bug(source), result


def test_a_bug_that_loses_no_marks_breaks_the_promise(bench: Bench) -> None:
    assert selftest.known_bugs_lose_marks(COURSE, [planted(bench, RIGHT)], bench).broken == (
        f"{HALF} loses no marks",
    )
    assert selftest.known_bugs_lose_marks(COURSE, [planted(bench, WRONG)], bench).broken == ()


def test_a_bug_that_loses_marks_elsewhere_breaks_the_promise(bench: Bench) -> None:
    known, result = planted(bench, WRONG)
    elsewhere = [q.model_copy(update={"score": 0.0}) if q.id == "9-1a" else q for q in result.questions]
    both = known, result.model_copy(update={"questions": elsewhere})
    assert selftest.known_bugs_lose_marks(COURSE, [both], bench).broken == (f"{HALF} also changes 9-1a",)


def hinted(result: Result, said: str) -> Result:
    """The result with a hint on every failed criterion."""

    def with_hint(criterion: Criterion) -> Criterion:
        hint = Hint(bug=said, text="So it is.") if criterion.status in ("failed", "partial") else None
        return criterion.model_copy(update={"hint": hint})

    questions = [
        q.model_copy(update={"criteria": [with_hint(c) for c in q.criteria]}) for q in result.questions
    ]
    return result.model_copy(update={"questions": questions})


def test_a_false_name_breaks_the_promise_once_for_all_criteria(bench: Bench) -> None:
    known, result = planted(bench, WRONG)
    assert selftest.hints_are_true([(known, hinted(result, "another_bug"))]).broken == (
        f"{HALF} is called another_bug: So it is.",
    )
    named = selftest.hints_are_true([(known, hinted(result, HALF))])
    assert named == Promise("1 of 1 known bugs are named, none by a false name", ())


def test_right_code_that_loses_marks_breaks_the_promise(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = KnownEquivalent(HALF, HALF, WRONG)
    monkeypatch.setattr(selftest, "known_equivalents", lambda: (wrong,))
    broken = selftest.equivalents_keep_full_marks(COURSE, bench).broken
    assert broken
    assert all(line.startswith(f"{HALF}: {HALF}.") for line in broken)
