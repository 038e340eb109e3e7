"""What a wrong answer is told: the first of none, type, shape, dtype, finite, value, gradient that is wrong."""

import pytest

from autograder.engine.draw import Draw
from autograder.engine.expect import close
from autograder.engine.facts import Stage, Steps, fact
from autograder.engine.judge import Outcome, judge
from autograder.engine.student import Student
from autograder.sandbox import Limits, Zygote
from tests.engine.test_judge import with_double
from tests.engine.toy import double


@fact(double, "value")
def twice(draw: Draw) -> Steps:
    """double(x) = 2x"""
    x = draw.normal(5)
    answer = yield double(x, wrt=("x",))
    close(answer.value, 2 * x)
    close(answer.gradient("x"), 2 + 0 * x, what="the gradient")


@fact(double, "gradient")
def slope(draw: Draw) -> Steps:
    """d double/dx = 2"""
    x = draw.normal(5)
    answer = yield double(x, wrt=("x",))
    close(answer.gradient("x"), 2 + 0 * x, what="the gradient")


@pytest.fixture(scope="module")
def told(zygote: Zygote) -> dict[str, Outcome]:
    """What `twice` and `slope` say of functions with two faults each, the earlier one by its stage's name."""
    bodies = {
        "NONE": "(2 * x).sum()",
        "TYPE": "return (2 * x).sum().item()",
        "SHAPE": "return (3 * x).sum().half() / 0",
        "DTYPE": "return (3 * x).long()",
        "FINITE": "return 3 * x.detach() / 0",
        "VALUE": "return 3 * x.detach()",
        "GRADIENT": "return 2 * x.detach()",
    }
    return {
        name: judge([twice], Student(zygote, with_double(body), Limits(), b""), b"")["double.twice"]
        for name, body in bodies.items()
    }


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (Stage.NONE, "double returned None: is a `return` missing?"),
        (Stage.TYPE, "double should return a torch.Tensor, got float"),
        (Stage.SHAPE, "the result should have shape (5,), got ()"),
        (Stage.DTYPE, "double should return floating-point numbers, got int64"),
        (Stage.FINITE, "the result is not finite: 5 of 5 entries are inf"),
        (Stage.VALUE, "the result differs in 5 of 5 entries"),
        (Stage.GRADIENT, "double gives no gradient with respect to x"),
    ],
)
def test_of_two_faults_the_earlier_is_told(told: dict[str, Outcome], stage: Stage, says: str) -> None:
    outcome = told[stage.name]
    assert says in outcome.message
    assert outcome.stage is stage


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
def test_a_result_that_is_right_but_rounded_is_told_its_dtype(zygote: Zygote, dtype: str) -> None:
    student = Student(zygote, with_double(f"return (2 * x).to(torch.{dtype})"), Limits(), b"")
    outcome = judge([twice], student, b"")["double.twice"]
    if dtype == "float32":  # right to the precision that is asked
        assert outcome.status == "passed"
    else:
        assert outcome.stage is Stage.DTYPE
        assert outcome.message.endswith(f"as if rounded to {dtype}: the arguments are more precise")


def test_a_wrong_formula_in_low_precision_is_wrong_before_it_is_rounded(zygote: Zygote) -> None:
    student = Student(zygote, with_double("return (3 * x).half()"), Limits(), b"")
    outcome = judge([twice], student, b"")["double.twice"]
    assert outcome.stage is Stage.VALUE
    assert "rounded" not in outcome.message


def test_a_wrong_slope_is_a_fault_of_the_gradient(zygote: Zygote) -> None:
    student = Student(zygote, with_double("return 3 * x"), Limits(), b"")
    outcome = judge([slope], student, b"")["double.slope"]
    assert outcome.stage is Stage.GRADIENT
    assert outcome.message.startswith("the gradient differs in 5 of 5 entries, by up to 1")
