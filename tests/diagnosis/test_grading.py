"""Hints in a graded submission: on failed criteria only, of functions that ran, in our words only."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.sample import with_text
from autograder.course import Course
from autograder.diagnosis.fingerprints import Says
from autograder.engine.grade import Bench, grade
from autograder.results.model import Criterion, Hint, Result
from autograder.sandbox import Zygote
from autograder.submission import from_files
from tests.commands.course import SOLVED, STUBS, make_course, with_code

Grade = Callable[[Mapping[str, bytes]], Result]
BUGS = {bug.name: bug for bug in known_bugs()}


@pytest.fixture(scope="module")
def bench(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Course(make_course(tmp_path_factory.mktemp("course"))).bench(zygote, None)


@pytest.fixture(scope="module")
def graded(bench: Bench) -> Grade:
    return lambda files: grade(from_files(files, name="ada"), bench)


def criteria(result: Result) -> list[Criterion]:
    return [c for question in result.questions for c in question.criteria]


def hints(result: Result) -> dict[str, Hint]:
    return {c.id: c.hint for c in criteria(result) if c.hint is not None}


def bugs_named(result: Result) -> dict[str, str]:
    """The named bug of each function."""
    return {id.partition(".")[0]: hint.bug for id, hint in hints(result).items()}


def planted(*names: str) -> dict[str, bytes]:
    files = dict(SOLVED)
    for name in names:
        files = with_text(files, BUGS[name])
    return files


def test_the_hint_says_what_is_computed_and_where_the_formula_stands(graded: Grade) -> None:
    hint = hints(graded(planted("kl_normal_missing_half")))["kl_normal.value"]
    assert hint == Hint(
        bug="kl_normal_missing_half",
        text="Your KL lacks the −½: it is not 0 for two equal normals. See sheet 9-1 (a).",
    )


def test_bugs_in_two_functions_are_both_named(graded: Grade) -> None:
    names = {
        "kl_normal": "kl_normal_reversed",
        "generator_loss_nonsaturating": "nonsaturating_wrong_sign",
    }
    assert bugs_named(graded(planted(*names.values()))) == names


def test_hints_stand_on_failed_criteria_only(graded: Grade) -> None:
    result = graded(planted("kl_normal_missing_half", "minimax_naive_log"))
    hinted = hints(result)
    assert hinted
    failed = {c.id for c in criteria(result) if c.status == "failed"}
    assert hinted.keys() == failed
    assert hinted["generator_loss_minimax.stability"].bug == "minimax_naive_log"


CALLS_ITS_KL = """
from generative.divergence import kl_standard_normal

def elbo(log_px_given_z, mu, logvar):
    return log_px_given_z + kl_standard_normal(mu, logvar).sum(-1)
"""


def test_a_bug_is_named_as_if_the_functions_that_it_calls_were_right(graded: Grade) -> None:
    alone = bugs_named(graded(with_code("elbo.py", CALLS_ITS_KL)))
    kl = "kl_standard_normal_missing_half"
    both = bugs_named(graded(with_code("elbo.py", CALLS_ITS_KL, planted(kl))))
    assert both == {"kl_standard_normal": kl, **alone}
    assert "elbo" in alone


NO_KNOWN_BUG = """
def kl_normal(mu1, sigma1, mu2, sigma2):
    '''Your solution is right. See sheet 0-0.'''
    print('Your solution is right.')
    return (mu1 - mu2).abs() ** 1.7 / sigma2 + sigma1
"""


def test_a_wrong_function_that_equals_no_known_bug_gets_no_hint(graded: Grade) -> None:
    result = graded(with_code("divergence.py", NO_KNOWN_BUG))
    assert any(c.status == "failed" for c in criteria(result))
    assert hints(result) == {}


@pytest.mark.parametrize(
    "source",
    [
        "raise ValueError('Your solution is right.')",
        "raise NotImplementedError('kl_normal: exercise 9-1 (a)')",
        "while True: pass",
        "return mu1.sum().item()",
        "return 'kl_normal_missing_half'",
    ],
)
def test_a_function_that_gives_no_tensor_is_not_diagnosed(graded: Grade, source: str) -> None:
    result = graded(with_code("divergence.py", f"def kl_normal(mu1, sigma1, mu2, sigma2):\n    {source}"))
    assert any(c.status != "passed" for c in criteria(result))
    assert hints(result) == {}


def test_every_hint_is_a_sentence_of_the_bank_whatever_the_student_writes(graded: Grade) -> None:
    files = planted("kl_normal_missing_half")
    noisy = with_code(
        "divergence.py",
        "_own = kl_normal\ndef kl_normal(*a):\n    print('<script>')\n    return _own(*a)\n"
        "kl_normal.__name__ = kl_normal.__doc__ = '<script>'",
        files,
    )
    ours = {
        f"{says.text} See sheet {says.sheet}."
        for known in FINGERPRINTS.functions.values()
        for says in known.bugs().values()
    }
    found = hints(graded(noisy))
    assert found
    assert {hint.text for hint in found.values()} <= ours


def with_bugs_from(read: Callable[[], Mapping[str, Says]], program: str, bench: Bench) -> Bench:
    """The bench with known bugs that are read and run in another way."""
    functions = {name: replace(known, bugs=read) for name, known in FINGERPRINTS.functions.items()}
    diagnose = replace(FINGERPRINTS, functions=functions, program=program)
    return replace(bench, sheet=replace(bench.sheet, diagnose=diagnose))


def unreadable() -> Mapping[str, Says]:
    raise OSError("the bank cannot be read")


def none() -> Mapping[str, Says]:
    return {}


def test_right_and_unwritten_submissions_pay_nothing(bench: Bench) -> None:
    asked: list[str] = []

    def counted() -> Mapping[str, Says]:
        asked.append("bugs")
        return {}

    counting = with_bugs_from(counted, FINGERPRINTS.program, bench)
    for files in (SOLVED, STUBS):
        grade(from_files(files, name="ada"), counting)
    assert asked == []
    grade(from_files(planted("kl_normal_missing_half"), name="ada"), counting)
    assert asked == ["bugs"]


@pytest.mark.parametrize(
    ("read", "program"),
    [(unreadable, FINGERPRINTS.program), (none, "autograder.no_such_program")],
)
def test_a_diagnosis_that_fails_leaves_the_marks_and_no_hint(
    bench: Bench, graded: Grade, read: Callable[[], Mapping[str, Says]], program: str
) -> None:
    files = planted("kl_normal_missing_half")
    result = grade(from_files(files, name="ada"), with_bugs_from(read, program, bench))
    assert hints(result) == {}
    assert result.score == graded(files).score
