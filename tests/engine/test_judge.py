"""One bad function costs its own facts and nothing else, whatever it does, and the message says what it did."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from autograder.engine.account import Account, Bounds
from autograder.engine.calls import Function, ModuleClass
from autograder.engine.draw import Draw
from autograder.engine.expect import close, holds
from autograder.engine.facts import Broken, Evidence, Excuse, Steps, fact
from autograder.engine.judge import Outcome, judge
from autograder.engine.student import Student
from autograder.sandbox import Limits, Zygote
from tests.engine.toy import FACTS, SOLUTION, TOY, double, halve, squared_twice

LIMITS = Limits(call_seconds=1.0, start_seconds=1.0, output_total_bytes=4 << 20)


def outcomes(zygote: Zygote, files: Mapping[str, bytes], seed: bytes = b"seed") -> dict[str, Outcome]:
    return judge(FACTS, Student(zygote, files, LIMITS, seed), seed)


def with_double(body: str) -> dict[str, bytes]:
    """The solution with another body of `double`."""
    return {**SOLUTION, "generative/toy.py": TOY.replace(b"    return 2 * x", f"    {body}".encode())}


def test_a_right_submission_passes_everything(zygote: Zygote) -> None:
    assert {o.status for o in outcomes(zygote, SOLUTION).values()} == {"passed"}


@pytest.mark.parametrize(
    ("body", "status", "cause", "says"),
    [
        ("return 3 * x", "failed", None, "the result differs in 5 of 5 entries"),
        ("return None", "failed", None, "double returned None: is a `return` missing?"),
        ("return 'two'", "failed", None, "double should return a torch.Tensor, got str"),
        ("return (2 * x, x)", "failed", None, "double should return one tensor, got a tuple of 2"),
        ("return {}", "failed", None, "double should return a torch.Tensor, got dict"),
        ("return (2 * x).sum()", "failed", None, "the result should have shape (5,), got ()"),
        ("return 2 * x / (x - x)", "failed", None, "the result is not finite"),
        ("return x.nothing()", "failed", "exception", "AttributeError"),
        (
            "raise NotImplementedError('double: exercise 1 (a)')",
            "failed",
            "exception",
            "not written yet (double: exercise 1 (a))",
        ),
        ("import sys; sys.exit(0)", "failed", "exception", "SystemExit"),
        ("while True: pass", "timeout", "timeout", "no result within 1 seconds of computing time"),
        ("import os; os._exit(0)", "crashed", "crash", "the code ended Python"),
        ("return torch.ones(10 * 2**30 // 4)", "crashed", "memory", "out of memory"),
        ("print('x' * 100_000_000); return 2 * x", "crashed", "output", "the code printed more than"),
    ],
)
def test_a_bad_function_costs_its_own_facts_only(
    zygote: Zygote, body: str, status: str, cause: str | None, says: str
) -> None:
    found = outcomes(zygote, with_double(body))
    bad = found["double.twice"]
    assert (bad.status, bad.cause) == (status, cause)
    assert says in bad.message
    assert found["double.slope_two"].status != "passed"
    assert found["square.squared_twice"].status == "passed"
    assert found["halve.half"].status == "passed"


def test_a_gradient_that_is_cut_fails_the_gradient_only(zygote: Zygote) -> None:
    found = outcomes(zygote, with_double("return 2 * x.detach()"))
    assert found["double.twice"].status == "passed"
    assert "gives no gradient with respect to x" in found["double.slope_two"].message


@pytest.mark.parametrize(
    ("file", "content", "cause", "says"),
    [
        (
            "generative/toy.py",
            b"def broken(:\n",
            "import",
            "generative/toy.py cannot be imported: SyntaxError",
        ),
        ("generative/toy.py", b"import no_such_library\n", "import", "No module named 'no_such_library'"),
        (
            "generative/toy.py",
            b"def square(x):\n    return x * x\n",
            "missing",
            "generative/toy.py does not define double",
        ),
        ("generative/toy.py", b"while True: pass\n", "timeout", "importing generative/toy.py"),
        ("generative/toy.py", b"import os; os._exit(1)\n", "crash", "importing generative/toy.py"),
    ],
)
def test_a_file_that_cannot_be_imported_costs_its_own_functions_only(
    zygote: Zygote, file: str, content: bytes, cause: str, says: str
) -> None:
    found = outcomes(zygote, {**SOLUTION, file: content})
    assert found["double.twice"].cause == cause
    assert says in found["double.twice"].message
    assert found["halve.half"].status == "passed"


def test_a_missing_file_is_named(zygote: Zygote) -> None:
    found = outcomes(zygote, {"generative/other.py": SOLUTION["generative/other.py"]})
    assert found["double.twice"].cause == "missing"
    assert found["double.twice"].message == "generative/toy.py is missing from the submission"
    assert found["halve.half"].status == "passed"


def test_a_failing_package_file_costs_nothing(zygote: Zygote) -> None:
    found = outcomes(zygote, {**SOLUTION, "generative/__init__.py": b"raise RuntimeError('broken')"})
    assert {o.status for o in found.values()} == {"passed"}


@pytest.mark.parametrize(
    "body",
    [
        "torch.Tensor.__mul__ = lambda *a: None; return x + x",
        "torch.set_default_dtype(torch.float16); return 2 * x",
        "import threading, os, time; threading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start(); return 2 * x",
    ],
)
def test_what_one_function_leaves_behind_costs_no_other(zygote: Zygote, body: str) -> None:
    found = outcomes(zygote, with_double(body))
    assert found["halve.half"].status == "passed"
    if "threading" not in body:
        return
    assert found["square.squared_twice"].status == "passed"


def test_the_same_seed_asks_the_same_questions_and_another_seed_others(zygote: Zygote) -> None:
    wrong = with_double("return 3 * x")
    first, again, other = (
        outcomes(zygote, wrong, seed)["double.twice"].inputs for seed in (b"a", b"a", b"b")
    )
    assert first is not None
    assert again is not None
    assert other is not None
    assert (first["x"] == again["x"]).all()
    assert (first["x"] != other["x"]).all()


def test_one_wrong_entry_of_many_is_shown_with_its_own_arguments(zygote: Zygote) -> None:
    @fact(double, "value")
    def last_of_many(draw: Draw) -> Steps:
        """double(x) = 2x, for the last of 100 numbers"""
        x = draw.normal(100)
        answer = yield double(x)
        raise Broken("the last is wrong", Evidence(answer.value[-1], 2 * x[-1], inputs={"x": x[-1]}))

    (outcome,) = judge((last_of_many,), Student(zygote, SOLUTION, LIMITS, b"seed"), b"seed").values()
    assert outcome.evidence is not None
    assert outcome.inputs == {"x": outcome.evidence.got / 2}


def test_a_check_of_ours_that_stumbles_is_our_fault(zygote: Zygote) -> None:
    @fact(double, "value")
    def clumsy(draw: Draw) -> Steps:
        """A check with a mistake of ours in it."""
        yield double(draw.normal(3))
        raise ZeroDivisionError

    found = judge([clumsy], Student(zygote, SOLUTION, LIMITS, b"s"), b"s")["double.clumsy"]
    assert found.status == "grader_error"
    assert found.cause is None


toy_module = ModuleClass("generative.toy", "Pair")


@fact(toy_module, "value")
def later_rows(draw: Draw) -> Steps:
    """The first call's two axes, looked at after a second call"""
    x = draw.normal((3, 2))
    _, first = yield toy_module.new(), toy_module.method("double", x=x)
    _, second = yield toy_module.new(), toy_module.method("double", x=x)
    holds(bool((first.value[:2, :2] == second.value[:2, :2]).all()), "the calls differ")


@pytest.mark.parametrize("result", ["(2 * x).sum(1)", "(2 * x)[0]", "(2 * x)[:0]"])
def test_a_result_of_an_odd_shape_over_which_a_check_stumbles_is_the_codes_fault(
    zygote: Zygote, result: str
) -> None:
    """Also where it came with the first of several questions, and the last one is answered well."""
    pair = f"""
import torch

class Pair(torch.nn.Module):
    calls = 0

    def double(self, x):
        Pair.calls += 1
        return {result} if Pair.calls == 1 else 2 * x
"""
    files = {"generative/toy.py": pair.encode()}
    found = judge([later_rows], Student(zygote, files, LIMITS, b"s"), b"s")["Pair.later_rows"]
    assert found.status == "failed"
    assert found.message.startswith("Pair.double gives a result of shape [")


def test_a_fact_must_say_what_it_is_about() -> None:
    with pytest.raises(TypeError, match="has no docstring"):
        fact(double, "value")(lambda draw: iter(()))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("content", [b"import os\nos._exit(1)\n", b"while True: pass\n"])
def test_a_package_file_that_ends_python_costs_nothing(zygote: Zygote, content: bytes) -> None:
    found = outcomes(zygote, {**SOLUTION, "generative/__init__.py": content})
    assert {o.status for o in found.values()} == {"passed"}


def test_a_file_that_ends_python_is_blamed_also_beside_a_package_file(zygote: Zygote) -> None:
    files = {**SOLUTION, "generative/__init__.py": b"", "generative/toy.py": b"import os\nos._exit(1)\n"}
    found = outcomes(zygote, files)
    assert found["double.twice"].message.startswith("importing generative/toy.py: the code ended Python")
    assert found["halve.half"].status == "passed"


@fact(halve, "value")
def half_of_what_double_says(draw: Draw) -> Steps:
    """halve(x) = x/2, excused by double whatever it answers"""
    x = draw.normal(5)
    answer = yield halve(x)
    try:
        close(answer.value, x / 2)
    except Broken as broken:
        return Excuse("double", broken)
    return None


def test_only_a_function_that_failed_its_own_facts_excuses_another(zygote: Zygote) -> None:
    facts = (*(f for f in FACTS if f.about is not halve), half_of_what_double_says)
    wrong = {"generative/other.py": b"def halve(x):\n    return x / 3\n"}
    for files, status, rests_on in (
        (SOLUTION, "failed", ()),
        (with_double("return 3 * x"), "passed", ("double",)),
    ):
        found = judge(facts, Student(zygote, {**files, **wrong}, LIMITS, b"seed"), b"seed")
        leaning = found["halve.half_of_what_double_says"]
        assert (leaning.status, leaning.rests_on) == (status, rests_on)
        assert ("the result differs" in leaning.message) is (status == "failed")


def test_a_function_that_is_right_in_its_values_excuses_no_wrong_value(zygote: Zygote) -> None:
    facts = (*(f for f in FACTS if f.about is not halve), half_of_what_double_says)
    files = {
        **with_double("return 2 * x.detach()"),
        "generative/other.py": b"def halve(x):\n    return x / 3\n",
    }
    found = judge(facts, Student(zygote, files, LIMITS, b"seed"), b"seed")
    assert [o.fact.id for o in found.values() if o.status != "passed"] == [
        "double.slope_two",
        "halve.half_of_what_double_says",
    ]


def test_a_function_that_another_file_makes_a_stub_of_is_asked_alone(zygote: Zygote) -> None:
    patch = b"""
import generative.toy

def stub(x):
    raise NotImplementedError("double: exercise 1 (a)")

generative.toy.double = stub
"""
    files = {**SOLUTION, "generative/other.py": SOLUTION["generative/other.py"] + patch}
    found = outcomes(zygote, files)
    assert {o.status for o in found.values()} == {"passed"}
    assert {o.fact.about.name for o in found.values() if o.only_alone} == {"double"}


def test_a_file_that_makes_every_result_large_costs_its_own_functions_only(zygote: Zygote) -> None:
    """Nor where all results together are too large: every function has a part that nobody can take."""
    patch = b"""
from autograder.sandbox.inside import serve

pack = serve.codec.pack
serve.codec.pack = lambda tensors, limit: pack({**tensors, "more": torch.zeros(2**18)}, limit)
"""
    files = with_double("return 2 * x")
    files["generative/toy.py"] += patch
    account = Account(Bounds(function_bytes=1 << 20, submission_bytes=1 << 20))
    found = judge(FACTS, Student(zygote, files, LIMITS, b"seed", account), b"seed")
    assert {id: o.status for id, o in found.items()} == {
        "double.twice": "crashed",
        "double.slope_two": "crashed",
        "square.squared_twice": "crashed",
        "halve.half": "passed",
    }
    assert "hold more than 1 MiB" in found["double.twice"].message


def test_what_polluted_a_function_and_its_excuse_alike_costs_neither(zygote: Zygote) -> None:
    """double passes when asked alone, so that it excuses nothing; then halve is asked alone too."""
    patched = b"torch.Tensor.__rmul__ = torch.Tensor.__truediv__ = lambda x, n: x.clone()"
    square_in_its_own_file = Function("generative.patches", "square", ("x",))
    files = {
        **SOLUTION,
        "generative/patches.py": b"import torch\ndef square(x):\n    return x * x\n" + patched,
    }
    facts = (
        replace(squared_twice, about=square_in_its_own_file),
        *(f for f in FACTS if f.about is double),
        half_of_what_double_says,
    )
    found = judge(facts, Student(zygote, files, LIMITS, b"seed"), b"seed")
    leaning = found["halve.half_of_what_double_says"]
    assert found["double.twice"].status == "passed"
    assert (leaning.status, leaning.rests_on) == ("passed", ())


def test_a_function_that_used_up_the_time_keeps_what_it_answered_and_the_others_theirs(
    zygote: Zygote,
) -> None:
    """Asked again alone it would have nothing at all: a slow import is paid in every fork."""
    slow = b"import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.4:\n    pass\n"
    files = with_double("return 2 * x.detach()")
    files["generative/toy.py"] += slow
    account = Account(Bounds(function_seconds=0.5, submission_seconds=0.6))
    found = judge(FACTS, Student(zygote, files, LIMITS, b"seed", account), b"seed")
    assert {id: o.status for id, o in found.items()} == {
        "double.twice": "passed",
        "double.slope_two": "failed",
        "square.squared_twice": "passed",
        "halve.half": "passed",
    }


def test_a_file_that_takes_all_the_time_costs_its_own_functions_only(zygote: Zygote) -> None:
    """Not even where the submission is over its time in all: every function has a part that nobody can take."""
    slow = b"\nimport time\nstart = time.process_time()\nwhile time.process_time() < start + 0.4:\n    pass\n"
    files = {**SOLUTION, "generative/toy.py": TOY + slow}
    account = Account(Bounds(function_seconds=0.3, submission_seconds=0.3))
    found = judge(FACTS, Student(zygote, files, LIMITS, b"seed", account), b"seed")
    assert {id: o.status for id, o in found.items()} == {
        "double.twice": "timeout",
        "double.slope_two": "timeout",
        "square.squared_twice": "timeout",
        "halve.half": "passed",
    }
    assert "all its calls together took more than 0.3 seconds" in found["square.squared_twice"].message


def test_threads_that_an_import_leaves_busy_cost_no_function_of_another_file(zygote: Zygote) -> None:
    """They compute in every call of the process that all files share; alone, the others are charged from fresh."""
    busy = b"""
import threading

def burn():
    while True:
        pass

threading.Thread(target=burn, daemon=True).start()
"""
    takes_as_long_as_they_compute = (
        "import threading, time; start = time.process_time()\n"
        "    while threading.active_count() > 1 and time.process_time() < start + 0.4: time.sleep(0.01)\n"
        "    return 2 * x"
    )
    files = with_double(takes_as_long_as_they_compute)
    files["generative/other.py"] += busy
    account = Account(Bounds(function_seconds=0.6, submission_seconds=1.0))
    found = judge(FACTS, Student(zygote, files, LIMITS, b"seed", account), b"seed")
    del found["halve.half"]
    assert {o.status for o in found.values()} == {"passed"}
