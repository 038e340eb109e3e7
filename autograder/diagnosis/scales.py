"""Relations between numbers: a factor or a difference, constant or made of the sizes of the arguments."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.diagnosis.answers import Numbers, Seen, agree, close
from autograder.diagnosis.questions import Question
from autograder.diagnosis.relations import Case, Relation, equal, number

# --- a factor


def factors(cases: Sequence[Case]) -> Iterator[Relation]:
    """All values, or all of one result, times a number or times a size."""
    for part in _parts(cases):
        if all(part.others_agree(case) for case in cases):
            found = [factor_between(part.of(case.own), part.of(case.base)) for case in cases]
            for factor, c, size in _explained(found, cases, (1, -1), (0.5, 1, 2, -0.5, -1, -2)):
                yield _scaled(part, factor, *_by_factor(c, size))


def _scaled(part: _Part, factor: Callable[[Question], float], name: str, words: str) -> Relation:
    def base(question: Question) -> Question:
        if not question.weighted:
            return question
        weights = {k: question.tensors[k] * factor(question) for k in part.weights if k in question.tensors}
        return question.with_tensors(weights, f"weighted {factor(question)} {part.weights}")

    def holds(case: Case, base: Seen) -> bool:
        c = factor(case.question)
        gradients = base.gradients if case.question.weighted else times(base.gradients, c)
        outputs = part.replaced(base, [c * array for array in part.of(base)])
        return agree(case.own, replace(base, outputs=outputs, gradients=gradients))

    return Relation(name, f"at every point {part.words} {words}.", holds, base)


def factor_between(own: Sequence[Numbers], base: Sequence[Numbers]) -> float | None:
    """The number c with own = c · base, if there is one that is neither 0 nor 1."""
    one, other = _flat(own), _flat(base)
    if one is None or other is None or one.shape != other.shape or not other.any():
        return None
    largest = int(np.abs(other).argmax())
    c = float(one[largest] / other[largest])
    return c if c and abs(c - 1) > 1e-6 and math.isfinite(c) and close(one, c * other) else None


FACTORS = (
    (2.0, "twice", "exactly twice {right}"),
    (0.5, "half", "exactly half of {right}"),
    (-1.0, "opposite_sign", "{right} with the opposite sign"),
    (1 / math.log(2), "base_2", "{right} divided by log 2, as if the logarithm had base 2"),
    (1 / math.log(10), "base_10", "{right} divided by log 10, as if the logarithm had base 10"),
)


def _by_factor(c: float, size: str | None) -> tuple[str, str]:
    """The name of a factor, and what the values are."""
    if size is not None:
        return size.replace(" ", "_"), f"{'' if equal(c, 1) else f'{number(c)} times '}{{right}} {size}"
    named = (entry[1:] for entry in FACTORS if equal(c, entry[0]))
    return next(named, ("factor", f"{number(c)} times {{right}}"))


# --- a difference


PLAIN = (0.5, 1.0, 2.0, math.log(2), math.log(2) / 2, 2 * math.log(2), math.log(2 * math.pi) / 2)
"""The numbers that a second slip may add or leave out; any other would explain too much."""


def differences(cases: Sequence[Case]) -> Iterator[Relation]:
    """All values, or all of one result, plus a number, or plus a number times a size."""
    return _differences(cases, lambda d, size: True)


def plain_differences(cases: Sequence[Case]) -> Iterator[Relation]:
    """The same for numbers that a formula may contain."""
    return _differences(cases, lambda d, size: size is None and any(equal(abs(d), c) for c in PLAIN))


def _differences(cases: Sequence[Case], believed: Callable[[float, str | None], bool]) -> Iterator[Relation]:
    for part in _parts(cases):
        if all(part.others_agree(case) for case in cases):
            found = [_difference(part.of(case.own), part.of(case.base)) for case in cases]
            for shift, d, size in _explained(found, cases, (1,)):
                if not believed(d, size):
                    continue
                more = f"{'plus' if d > 0 else 'minus'} {number(abs(d))}{f' {size}' if size else ''}"
                yield _shifted(part, shift, "difference", f"{{right}} {more}")


def _shifted(part: _Part, shift: Callable[[Question], float], name: str, words: str) -> Relation:
    def holds(case: Case, base: Seen) -> bool:
        d = shift(case.question)
        return agree(case.own, replace(base, outputs=part.replaced(base, [a + d for a in part.of(base)])))

    return Relation(name, f"at every point {part.words} {words}.", holds)


def _difference(own: Sequence[Numbers], base: Sequence[Numbers]) -> float | None:
    """The number d with own = base + d, if there is one that is not 0."""
    one, other = _flat(own), _flat(base)
    if one is None or other is None or one.shape != other.shape or other.size == 0:
        return None
    d = float(np.median(one - other))
    return d if abs(d) > 1e-6 and math.isfinite(d) and close(one, other + d) else None


# --- what factors and differences share


@dataclass(frozen=True)
class _Part:
    """All results of a function, or one of several."""

    indices: tuple[int, ...]
    words: str

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(f"cotangent.{i}" for i in self.indices)

    def of(self, seen: Seen) -> list[Numbers]:
        return [seen.outputs[i] for i in self.indices]

    def others_agree(self, case: Case) -> bool:
        return all(
            i in self.indices or close(one, other)
            for i, (one, other) in enumerate(zip(case.own.outputs, case.base.outputs, strict=True))
        )

    def replaced(self, seen: Seen, arrays: Sequence[Numbers]) -> tuple[Numbers, ...]:
        outputs = list(seen.outputs)
        for i, array in zip(self.indices, arrays, strict=True):
            outputs[i] = array
        return tuple(outputs)


def _parts(cases: Sequence[Case]) -> list[_Part]:
    n = len(cases[0].base.outputs)
    whole = _Part(tuple(range(n)), "your values are")
    order = ("first", "second", "third")
    one_by_one = [_Part((i,), f"only your {order[i]} result is wrong: its values are") for i in range(n)]
    return [whole, *(one_by_one if 1 < n <= len(order) else [])]


def _explained(
    found: Sequence[float | None],
    cases: Sequence[Case],
    powers: Collection[int],
    multiples: Collection[float] | None = None,
) -> Iterator[tuple[Callable[[Question], float], float, str | None]]:
    """The number of each case as one constant, or as a constant times a power of a size, in words.

    `multiples` are the only constants with which a size is believed.
    """
    numbers = [value for value in found if value is not None]
    if len(numbers) < len(found):
        return
    if constant(numbers):
        yield lambda question: numbers[0], numbers[0], None
        return
    sizes = [_sizes(case.question) for case in cases]
    for size, power in itertools.product(sizes[0], powers):
        each = [value / named[size] ** power for value, named in zip(numbers, sizes, strict=True)]
        c = each[0]
        if constant(each) and (multiples is None or any(equal(c, simple) for simple in multiples)):

            def value(question: Question, c: float = c, size: str = size, power: int = power) -> float:
                return c * float(_sizes(question)[size]) ** power

            yield value, c, f"{'times' if power == 1 else 'divided by'} {size}"


def constant(values: Sequence[float]) -> bool:
    return all(equal(value, values[0]) for value in values)


def _sizes(question: Question) -> dict[str, int]:
    """The sizes of a question that a formula may be wrong by. Two names of one size are one."""
    arrays = {name: array for name, array in question.inputs.items() if array.ndim}
    largest = max(arrays.values(), key=lambda array: array.ndim, default=np.zeros(1))
    if len({array.shape[0] for array in arrays.values()}) > 1:
        each = {f"the number of {name}": array.size for name, array in arrays.items()}
        return {**each, "the number of all arguments": sum(each.values())}
    sizes = {"the size of the batch": largest.shape[0]}
    if largest.ndim > 1:
        sizes |= {"the length of the last axis": largest.shape[-1], "the number of entries": largest.size}
    return sizes


def _flat(arrays: Sequence[Numbers]) -> Numbers | None:
    flat = np.concatenate([array.ravel() for array in arrays]) if arrays else np.zeros(0)
    return flat if flat.size and np.isfinite(flat).all() else None


def times(gradients: Mapping[str, Numbers | None], c: float) -> dict[str, Numbers | None]:
    return {name: None if array is None else c * array for name, array in gradients.items()}
