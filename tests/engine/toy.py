"""A toy exercise: two files, three functions. The engine is tested on it, since it knows nothing of any sheet."""

from autograder.engine.calls import Answer, Function
from autograder.engine.draw import Draw
from autograder.engine.expect import close
from autograder.engine.facts import Fact, Steps, fact

double = Function("generative.toy", "double", ("x",))
square = Function("generative.toy", "square", ("x",))
halve = Function("generative.other", "halve", ("x",))

TOY = b"""
import torch

def double(x):
    return 2 * x

def square(x):
    return x * x
"""
OTHER = b"""
def halve(x):
    return x / 2
"""
SOLUTION = {"generative/toy.py": TOY, "generative/other.py": OTHER}


@fact(double, "value")
def twice(draw: Draw) -> Steps:
    """double(x) = 2x"""
    x = draw.normal(5)
    answer: Answer = yield double(x)
    close(answer.value, 2 * x)


@fact(double, "gradient")
def slope_two(draw: Draw) -> Steps:
    """∂ double(x) / ∂x = 2"""
    x, c = draw.normal(5), draw.weights(5)
    answer: Answer = yield double(x, wrt=("x",), weights=c)
    close(answer.gradient("x"), 2 * c)


@fact(square, "value")
def squared_twice(draw: Draw) -> Steps:
    """square(square(x)) = x⁴, asked in two steps"""
    x = draw.normal(5)
    once: Answer = yield square(x)
    twice: Answer = yield square(once.value)
    close(twice.value, x**4)


@fact(halve, "value")
def half(draw: Draw) -> Steps:
    """halve(double(x)) = x, asked in one step"""
    x = draw.normal(5)
    first, second = yield halve(x), halve(2 * x)
    close(first.value, x / 2)
    close(second.value, x)


FACTS: tuple[Fact, ...] = (twice, slope_two, squared_twice, half)
