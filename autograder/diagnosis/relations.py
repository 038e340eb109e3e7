"""What holds between a function's answers and those of known code at every typical question.

A relation is proposed from the values and then checked at every question, in shapes, values and gradients, so what
its sentence says is true. Only the one relation that holds is told; where several do, none is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.diagnosis.answers import RTOL, Numbers, Seen, agree, close
from autograder.diagnosis.questions import Question

PRECISION = 3e-3  # the largest relative error that is still called a lack of precision


@dataclass(frozen=True)
class Case:
    """One question, the student's answer to it, and that of the known code that it is compared with."""

    question: Question
    own: Seen
    base: Seen


@dataclass(frozen=True)
class Relation:
    """The answer follows from the one that known code gives to a question which `base` makes of the asked one.

    `says` is the sentence, with {right} where the values of the known code are meant.
    """

    name: str
    says: str
    holds: Callable[[Case, Seen], bool]
    base: Callable[[Question], Question] = lambda question: question

    def text(self, right: str = "the right ones") -> str:
        """The sentence to the student."""
        said = self.says.replace("{right}", right)
        return said[0].upper() + said[1:]


Propose = Callable[[Sequence[Case]], Iterator[Relation]]
Known = Callable[[Question], Seen]


def relation_of(cases: Sequence[Case], known: Known, proposals: Sequence[Propose]) -> Relation | None:
    """The one relation that holds in all cases; None if there is none, or more than one.

    Several of one name are one: where two exchanges of arguments come to the same, the larger is told.
    """
    found = relations(cases, known, proposals)
    return found[-1] if len({relation.name for relation in found}) == 1 else None


def relations(cases: Sequence[Case], known: Known, proposals: Sequence[Propose]) -> list[Relation]:
    """All relations that hold in every case."""
    if not all(_comparable(case) for case in cases):
        return []
    proposed = (relation for propose in proposals for relation in propose(cases))
    return [r for r in proposed if all(r.holds(case, known(r.base(case.question))) for case in cases)]


def _comparable(case: Case) -> bool:
    """Whether both are tensors, and the known ones are numbers of which not all are 0: 0 is any multiple of 0."""
    return (
        len(case.own.outputs) == len(case.base.outputs)
        and case.own.form == case.base.form
        and case.base.finite
        and any(array.any() for array in case.base.outputs)
    )


# --- a factor


def factors(cases: Sequence[Case]) -> Iterator[Relation]:
    """All values, or all of one result, times a number or times a size."""
    for part in _parts(cases):
        if all(part.others_agree(case) for case in cases):
            found = [_factor(part.of(case.own), part.of(case.base)) for case in cases]
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
        gradients = base.gradients if case.question.weighted else _times(base.gradients, c)
        outputs = part.replaced(base, [c * array for array in part.of(base)])
        return agree(case.own, replace(base, outputs=outputs, gradients=gradients))

    return Relation(name, f"at every point {part.words} {words}.", holds, base)


def _factor(own: Sequence[Numbers], base: Sequence[Numbers]) -> float | None:
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
        return size.replace(" ", "_"), f"{'' if _equal(c, 1) else f'{number(c)} times '}{{right}} {size}"
    named = (entry[1:] for entry in FACTORS if _equal(c, entry[0]))
    return next(named, ("factor", f"{number(c)} times {{right}}"))


# --- a difference


def differences(cases: Sequence[Case]) -> Iterator[Relation]:
    """All values, or all of one result, plus a number, or plus a number times a size."""
    for part in _parts(cases):
        if all(part.others_agree(case) for case in cases):
            found = [_difference(part.of(case.own), part.of(case.base)) for case in cases]
            for shift, d, size in _explained(found, cases, (1,)):
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
    if _constant(numbers):
        yield lambda question: numbers[0], numbers[0], None
        return
    sizes = [_sizes(case.question) for case in cases]
    for size, power in itertools.product(sizes[0], powers):
        each = [value / named[size] ** power for value, named in zip(numbers, sizes, strict=True)]
        c = each[0]
        if _constant(each) and (multiples is None or any(_equal(c, simple) for simple in multiples)):

            def value(question: Question, c: float = c, size: str = size, power: int = power) -> float:
                return c * float(_sizes(question)[size]) ** power

            yield value, c, f"{'times' if power == 1 else 'divided by'} {size}"


def _constant(values: Sequence[float]) -> bool:
    return all(_equal(value, values[0]) for value in values)


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6)


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


def _times(gradients: Mapping[str, Numbers | None], c: float) -> dict[str, Numbers | None]:
    return {name: None if array is None else c * array for name, array in gradients.items()}


# --- exchanges


def exchanged_results(cases: Sequence[Case]) -> Iterator[Relation]:
    """Two results in the wrong order."""
    if len(cases[0].base.outputs) == 2:

        def base(question: Question) -> Question:
            weights = {f"cotangent.{i}": question.tensors.get(f"cotangent.{1 - i}") for i in (0, 1)}
            given = {name: array for name, array in weights.items() if array is not None}
            return question.with_tensors(given, "weights exchanged")

        def holds(case: Case, base: Seen) -> bool:
            return agree(case.own, replace(base, outputs=base.outputs[::-1]))

        yield Relation("results_exchanged", "your two results stand in the wrong order.", holds, base)


def exchanged_arguments(cases: Sequence[Case]) -> Iterator[Relation]:
    """Two arguments in each other's place, or the first half of them in that of the second."""
    arrays = cases[0].question.inputs
    names = list(arrays)
    half = len(names) // 2
    pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]
    pairs = [((a,), (b,)) for a, b in itertools.combinations(names, 2)]
    if len(names) == 4:
        pairs.append((tuple(names[:half]), tuple(names[half:])))
    for these, those in pairs:
        if all(arrays[a].ndim == arrays[b].ndim for a, b in zip(these, those, strict=True)):
            yield _exchanged(these, those)


def _exchanged(these: tuple[str, ...], those: tuple[str, ...]) -> Relation:
    partner = {**dict(zip(these, those, strict=True)), **dict(zip(those, these, strict=True))}

    def base(question: Question) -> Question:
        return question.with_tensors({a: question.tensors[b] for a, b in partner.items()}, f"for {partner}")

    def holds(case: Case, base: Seen) -> bool:
        gradients = {name: base.gradients.get(partner.get(name, name)) for name in case.own.gradients}
        known = {name for name in gradients if partner.get(name, name) in base.gradients}
        own = {name: array for name, array in case.own.gradients.items() if name in known}
        expected = {name: array for name, array in gradients.items() if name in known}
        return agree(replace(case.own, gradients=own), replace(base, gradients=expected))

    said = f"{_list(these)} and {_list(those)} exchanged"
    return Relation("arguments_exchanged", f"your values are {{right}} with {said}.", holds, base)


# --- reductions


def reductions(cases: Sequence[Case]) -> Iterator[Relation]:
    """Sums and means of what should not be reduced, and the other way round."""
    ndim = max(array.ndim for array in cases[0].base.outputs)
    own = max(array.ndim for array in cases[0].own.outputs)
    more = all(case.own.outputs[0].size > case.base.outputs[0].size for case in cases)
    axes: dict[int | None, str] = {None: "all entries"}
    if ndim > 1:
        axes |= {-1: "the last axis", 0: "the first axis"}
    for mean in (False, True):
        how = "averaged" if mean else "summed"
        if ndim:
            for axis, where in axes.items():
                yield Relation(
                    f"{how}_over_{where.removeprefix('the ').replace(' ', '_')}",
                    f"your values are {{right}} {how} over {where}; they are not to be.",
                    _reduced(axis, mean),
                    Question.unweighted,
                )
        if own > ndim and more:
            where = "all axes" if ndim == 0 else "the last axes" if own - ndim > 1 else "the last axis"
            yield Relation(
                f"not_{how}",
                f"{how} over {where}, your values are {{right}}: this reduction is missing.",
                _unreduced(mean),
                Question.unweighted,
            )


def _reduced(axis: int | None, mean: bool) -> Callable[[Case, Seen], bool]:
    reduce = np.mean if mean else np.sum

    def holds(case: Case, base: Seen) -> bool:
        expected = tuple(np.asarray(reduce(array, axis=axis)) for array in base.outputs)
        if all(
            a.size == b.size and a.ndim != b.ndim for a, b in zip(case.own.outputs, expected, strict=True)
        ):
            expected = tuple(np.asarray(reduce(array, axis=axis, keepdims=True)) for array in base.outputs)
        count = base.outputs[0].size / max(expected[0].size, 1)
        gradients = _times(base.gradients, 1 / count if mean else 1.0)
        return agree(case.own, replace(base, outputs=expected, gradients=gradients))

    return holds


def _unreduced(mean: bool) -> Callable[[Case, Seen], bool]:
    reduce = np.mean if mean else np.sum

    def holds(case: Case, base: Seen) -> bool:
        axes = tuple(range(base.outputs[0].ndim, case.own.outputs[0].ndim))
        own = tuple(np.asarray(reduce(a, axis=axes)) for a in case.own.outputs if a.ndim > axes[-1])
        count = case.own.outputs[0].size / max(base.outputs[0].size, 1)
        gradients = _times(base.gradients, count if mean else 1.0)
        return len(own) == len(base.outputs) and agree(
            replace(case.own, outputs=own), replace(base, gradients=gradients)
        )

    return holds


# --- right values


def detached(cases: Sequence[Case]) -> Iterator[Relation]:
    """The gradient in some arguments is missing, or zero where it should not be; all else is right."""
    lost = {name for name in cases[0].base.gradients if all(_lost(case, name) for case in cases)}
    if lost:

        def holds(case: Case, base: Seen) -> bool:
            return agree(_without(case.own, lost), _without(base, lost))

        names = _list([name for name in cases[0].base.gradients if name in lost])
        yield Relation("detached", f"your values are {{right}}, but no gradient flows to {names}.", holds)


def _lost(case: Case, name: str) -> bool:
    own, base = case.own.gradients.get(name), case.base.gradients[name]
    return base is not None and bool(np.abs(base).max(initial=0) > 1e-9) and (own is None or not own.any())


def _without(seen: Seen, names: Collection[str]) -> Seen:
    return replace(seen, gradients={k: v for k, v in seen.gradients.items() if k not in names})


def scaled_gradients(cases: Sequence[Case]) -> Iterator[Relation]:
    """The gradient in some arguments is a multiple of the right one; all else is right."""
    found: dict[float, list[str]] = {}
    for name in cases[0].base.gradients:
        each = [_factor(_given(case.own, name), _given(case.base, name)) for case in cases]
        numbers = [c for c in each if c is not None]
        if len(numbers) == len(each) and _constant(numbers):
            key = next((c for c in found if _equal(c, numbers[0])), numbers[0])
            found.setdefault(key, []).append(name)
    if len(found) == 1:
        [(c, names)] = found.items()

        def holds(case: Case, base: Seen) -> bool:
            scaled = {**base.gradients, **_times({name: base.gradients[name] for name in names}, c)}
            return agree(case.own, replace(base, gradients=scaled))

        said = "the opposite of" if _equal(c, -1) else f"{number(c)} times"
        yield Relation(
            "scaled_gradient",
            f"your values are {{right}}, but the gradient in {_list(names)} is {said} the right one.",
            holds,
        )


def _given(seen: Seen, name: str) -> list[Numbers]:
    array = seen.gradients.get(name)
    return [] if array is None else [array]


def other_dtype(cases: Sequence[Case]) -> Iterator[Relation]:
    """Right within half precision. (A result in float32 has passed every check of values, so it explains none.)"""
    own, right = cases[0].own.dtypes, cases[0].base.dtypes
    if len(set(own)) == 1 and own[0] in HALF:

        def holds(case: Case, base: Seen) -> bool:
            return agree(case.own, replace(base, dtypes=case.own.dtypes), HALF[own[0]])

        text = f"your values are {{right}}, but of dtype {own[0]} where the arguments have {right[0]}."
        yield Relation("dtype", text, holds)


HALF = {"float16": 1e-2, "bfloat16": 5e-2}


def imprecise(cases: Sequence[Case]) -> Iterator[Relation]:
    """Right to a few digits only, beside the largest entry."""
    error = max(_error(case.own, case.base) for case in cases)
    if RTOL < error < PRECISION:

        def holds(case: Case, base: Seen) -> bool:
            form = (case.own.form, case.own.dtypes, case.own.changed) == (
                base.form,
                base.dtypes,
                base.changed,
            )
            return form and _error(case.own, base) <= error

        digits = round(-math.log10(error))
        text = f"your values are {{right}} to about {digits} digits only: their precision is too low."
        yield Relation("precision", text, holds)


def _error(own: Seen, right: Seen) -> float:
    """The largest error, relative to the largest entry of each array."""
    pairs = [*zip(own.outputs, right.outputs, strict=True)]
    for name, array in right.gradients.items():
        given = own.gradients.get(name)
        if (given is None) != (array is None):
            return math.inf
        if given is not None and array is not None:
            pairs.append((given, array))
    if any(one.shape != other.shape or not np.isfinite(one).all() for one, other in pairs):
        return math.inf
    return max(
        (float(np.abs(one - other).max(initial=0)) / float(np.abs(other).max(initial=1e-9)))
        for one, other in pairs
    )


def other_shape(cases: Sequence[Case]) -> Iterator[Relation]:
    """The right numbers in another shape."""
    own, right = cases[0].own.outputs[0], cases[0].base.outputs[0]
    if own.shape == right.shape or own.size != right.size:
        return
    if own.shape == right.T.shape and not close(own, right.reshape(own.shape)):
        change, words = "transposed", "transposed"
    elif _long(own) == _long(right):
        more = own.ndim > right.ndim
        change, words = "axis", f"with axes of length 1 too {'many' if more else 'few'}"
    else:
        change, words = "flat", f"in shape {own.shape} where {right.shape} is asked"

    def holds(case: Case, base: Seen) -> bool:
        turned = [np.asarray(b.T) if change == "transposed" else b for b in base.outputs]
        same_size = all(a.size == b.size for a, b in zip(case.own.outputs, turned, strict=True))
        shaped = same_size and tuple(
            b.reshape(a.shape) for a, b in zip(case.own.outputs, turned, strict=True)
        )
        return bool(shaped) and agree(case.own, replace(base, outputs=shaped))  # type: ignore[arg-type]

    yield Relation("shape", f"your values are {{right}}, but {words}.", holds)


def _long(array: Numbers) -> list[int]:
    return [n for n in array.shape if n != 1]


def in_place(cases: Sequence[Case]) -> Iterator[Relation]:
    """An argument is overwritten; the answer is right."""
    changed = cases[0].own.changed
    if changed:

        def holds(case: Case, base: Seen) -> bool:
            return agree(case.own, replace(base, changed=changed))

        text = f"your values are {{right}}, but you change {_list(changed)} in place: the caller's tensor."
        yield Relation("in_place", text, holds)


WITH_RIGHT_FORMULAS: Sequence[Propose] = (
    *(factors, differences, exchanged_results, exchanged_arguments, reductions),
    *(detached, scaled_gradients, other_dtype, other_shape, in_place),
)
"""What is proposed between a function and the right formula. A lack of precision only if none of these holds."""


# --- words

NAMED = (
    *((1 / 4, "¼"), (1 / 3, "⅓"), (1 / 2, "½"), (2 / 3, "⅔"), (3 / 4, "¾")),
    *((math.log(2), "log 2"), (math.log(2) / 2, "½ log 2"), (2 * math.log(2), "2 log 2")),
    *((math.log(2 * math.pi), "log 2π"), (math.log(2 * math.pi) / 2, "½ log 2π")),
    *((math.pi, "π"), (math.sqrt(2), "√2"), (math.sqrt(math.pi), "√π"), (math.e, "e")),
)


def number(value: float) -> str:
    """A number as a person writes it: ½, log 2, 784, 3.14286."""
    sign, size = "−" if value < 0 else "", abs(value)
    known = next((name for c, name in NAMED if _equal(size, c)), None)
    return sign + (known or f"{size:.6g}".replace("e-", "e−"))


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
