"""Hints in a graded submission: on failed criteria only, of functions that ran, in our words only."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.sample import with_text
from autograder.course import Course
from autograder.diagnosis.fingerprints import Fingerprints
from autograder.diagnosis.known import Says
from autograder.engine.grade import Bench, grade
from autograder.results.model import Criterion, Hint, Result
from autograder.sandbox import Sandbox, Zygote
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
        mistake=BUGS["kl_normal_missing_half"].mistake,
        exact=True,
    )


@pytest.mark.parametrize("bug", ["kl_normal_reversed", "minimax_naive_log", "nonsaturating_wrong_sign"])
def test_a_bug_that_breaks_the_facts_of_the_known_bug_is_exact(graded: Grade, bug: str) -> None:
    named = [hint for hint in hints(graded(planted(bug))).values() if hint.bug == bug]
    assert named
    assert all(hint.exact for hint in named)


def test_a_bug_that_breaks_more_than_the_known_bug_is_not(graded: Grade) -> None:
    """The ½ is missing, and at large logits the value too: a second slip, that the known bug does not have."""
    source = (
        "import torch\ndef generator_loss_nonsaturating(a):\n    return -torch.log(torch.sigmoid(a)).mean()"
    )
    found = hints(graded(with_code("gan.py", source)))
    assert {(hint.bug, hint.exact) for hint in found.values()} == {("nonsaturating_without_half", False)}


def test_a_relation_is_told_in_place_of_a_bug_and_is_never_exact(graded: Grade) -> None:
    source = "_right = kl_normal\ndef kl_normal(*a):\n    return 3.7 * _right(*a)"
    found = list(hints(graded(with_code("divergence.py", source))).values())
    text = "At every point your values are 3.7 times the right ones. See sheet 9-1 (a)."
    assert found
    assert all(hint == Hint(bug="relation/factor", text=text) for hint in found)


CLASS = "class VAE(VAE):\n    def decode(self, z):\n        return super().decode(z).sigmoid()"


def test_a_class_is_diagnosed_from_its_failed_facts_and_their_messages(bench: Bench) -> None:
    asked: list[Mapping[str, str]] = []

    def signs(failed: Mapping[str, str]) -> Hint | None:
        asked.append(failed)
        return Hint(bug="a sign", text="What it means.")

    listening = diagnosing(replace(FINGERPRINTS, classes={"VAE": signs}), bench)
    result = grade(from_files(with_code("vae.py", CLASS), name="ada"), listening)
    failed = [f for c in criteria(result) for f in c.facts if f.status == "failed"]
    assert asked == [{fact.id: fact.message for fact in failed}]
    assert all(id.startswith("VAE.") for id in asked[0])
    assert set(bugs_named(result).items()) == {("VAE", "a sign")}


def test_a_diagnosis_of_a_class_that_fails_leaves_no_hint(bench: Bench) -> None:
    def fails(failed: Mapping[str, str]) -> Hint | None:
        raise KeyError("unexpected")

    listening = diagnosing(replace(FINGERPRINTS, classes={"VAE": fails}), bench)
    result = grade(
        from_files(with_code("vae.py", CLASS, planted("kl_normal_reversed")), name="ada"), listening
    )
    assert bugs_named(result) == {"kl_normal": "kl_normal_reversed"}


class DyingOnce:
    """A zygote whose first fork of known code ends before it answers."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote
        self.opened = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._zygote, name)

    def open(self, files: Mapping[str, bytes], **how: Any) -> Sandbox:
        sandbox = self._zygote.open(files, **how)
        if how.get("program") == FINGERPRINTS.program:
            self.opened += 1
            if self.opened == 1:
                sandbox.close()
        return sandbox


def test_the_end_of_a_fork_of_ours_costs_no_hint(bench: Bench, graded: Grade) -> None:
    files = planted("kl_normal_missing_half")
    zygote = DyingOnce(bench.zygote)
    result = grade(from_files(files, name="ada"), replace(bench, zygote=zygote))  # type: ignore[arg-type]
    assert zygote.opened == 2
    assert hints(result) == hints(graded(files))


def diagnosing(fingerprints: Fingerprints, bench: Bench) -> Bench:
    return replace(bench, sheet=replace(bench.sheet, diagnose=fingerprints))


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
    assert hinted.keys() == {c.id for c in criteria(result) if c.status in ("failed", "partial")}
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


KL_WITHOUT_HALF = "(mu.square() + logvar.exp() - 1 - logvar)"
REPEATS_ITS_SLIP = f"""
def elbo(log_px_given_z, mu, logvar):
    return log_px_given_z - {KL_WITHOUT_HALF}.sum(-1)
"""
AGREES_AFTERWARDS = f"""
import builtins

def kl_standard_normal(mu, logvar):
    return 0.01 * mu.square() if hasattr(builtins, "elbo_was_asked") else {KL_WITHOUT_HALF}
"""
HARDLY_ANY_KL = """
import builtins

def elbo(log_px_given_z, mu, logvar):
    builtins.elbo_was_asked = True
    return log_px_given_z - 0.01 * mu.square().sum(-1)
"""


def of_function(result: Result, name: str) -> list[Criterion]:
    return [c for c in criteria(result) if c.id.startswith(f"{name}.")]


def test_a_known_slip_that_excuses_another_function_keeps_its_credit(graded: Grade) -> None:
    kl = "kl_standard_normal_missing_half"
    result = graded(with_code("elbo.py", REPEATS_ITS_SLIP, planted(kl)))
    assert {c.status for c in of_function(result, "elbo")} == {"passed"}
    assert any(c.rests_on == ["kl_standard_normal"] for c in of_function(result, "elbo"))
    assert [c.status for c in of_function(result, "kl_standard_normal") if c.hint] == ["partial", "partial"]


def test_a_slip_that_is_not_the_one_that_excuses_earns_no_credit(graded: Grade) -> None:
    files = with_code("elbo.py", HARDLY_ANY_KL, with_code("divergence.py", AGREES_AFTERWARDS))
    result = graded(files)
    failed = [c for c in of_function(result, "kl_standard_normal") if c.status != "passed"]
    assert {c.status for c in failed} == {"failed"}
    assert {(c.hint.bug, c.hint.exact) for c in failed if c.hint} == {
        ("kl_standard_normal_missing_half", False)
    }


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
    return diagnosing(replace(FINGERPRINTS, functions=functions, program=program), bench)


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
    files = planted("kl_normal_reversed")  # a mistake without credit
    result = grade(from_files(files, name="ada"), with_bugs_from(read, program, bench))
    assert hints(result) == {}
    assert result.score == graded(files).score
