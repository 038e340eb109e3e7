"""Relations of form: exchanges, reductions, and right values without their gradient, dtype, precision or shape."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from autograder.diagnosis.answers import RTOL, Numbers, Seen, agree, close
from autograder.diagnosis.questions import Question
from autograder.diagnosis.relations import Case, Relation, equal, listed, number
from autograder.diagnosis.scales import constant, factor_between, times

PRECISION = 3e-3  # the largest relative error that is still called a lack of precision

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

    said = f"{listed(these)} and {listed(those)} exchanged"
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
                name = f"{how}_over_{where.removeprefix('the ').replace(' ', '_')}"
                yield Relation(
                    name,
                    f"your values are {{right}} {how} over {where}; they are not to be.",
                    _reduced(axis, mean),
                    Question.unweighted,
                )
                yield Relation(
                    f"{name}_for_everyone",
                    f"your values are {{right}} {how} over {where}, and then given to every entry; each has its own.",
                    _spread(axis, mean),
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
        gradients = times(base.gradients, 1 / count if mean else 1.0)
        return agree(case.own, replace(base, outputs=expected, gradients=gradients))

    return holds


def _spread(axis: int | None, mean: bool) -> Callable[[Case, Seen], bool]:
    """Reduced, and then given to every entry that took part."""
    reduce = np.mean if mean else np.sum

    def holds(case: Case, base: Seen) -> bool:
        reduced = [np.asarray(reduce(array, axis=axis, keepdims=True)) for array in base.outputs]
        count = base.outputs[0].size / max(reduced[0].size, 1)
        expected = tuple(
            np.broadcast_to(one, array.shape) for one, array in zip(reduced, base.outputs, strict=True)
        )
        gradients = times(base.gradients, 1.0 if mean else count)
        return (
            count > 1
            and not case.question.weighted
            and agree(case.own, replace(base, outputs=expected, gradients=gradients))
        )

    return holds


def _unreduced(mean: bool) -> Callable[[Case, Seen], bool]:
    reduce = np.mean if mean else np.sum

    def holds(case: Case, base: Seen) -> bool:
        axes = tuple(range(base.outputs[0].ndim, case.own.outputs[0].ndim))
        own = tuple(np.asarray(reduce(a, axis=axes)) for a in case.own.outputs if a.ndim > axes[-1])
        count = case.own.outputs[0].size / max(base.outputs[0].size, 1)
        gradients = times(base.gradients, count if mean else 1.0)
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

        names = listed([name for name in cases[0].base.gradients if name in lost])
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
        each = [factor_between(_given(case.own, name), _given(case.base, name)) for case in cases]
        numbers = [c for c in each if c is not None]
        if len(numbers) == len(each) and constant(numbers):
            key = next((c for c in found if equal(c, numbers[0])), numbers[0])
            found.setdefault(key, []).append(name)
    if len(found) == 1:
        [(c, names)] = found.items()

        def holds(case: Case, base: Seen) -> bool:
            scaled = {**base.gradients, **times({name: base.gradients[name] for name in names}, c)}
            return agree(case.own, replace(base, gradients=scaled))

        said = "the opposite of" if equal(c, -1) else f"{number(c)} times"
        yield Relation(
            "scaled_gradient",
            f"your values are {{right}}, but the gradient in {listed(names)} is {said} {{one}}.",
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


HALF = {"bfloat16": 5e-2, "float16": 1e-2}  # what is exact in the first is so in the second, too


def imprecise(cases: Sequence[Case]) -> Iterator[Relation]:
    """Right to a few digits only, beside the largest entry: rounded, or with a small number added."""
    error = max(_error(case.own, case.base) for case in cases)
    half = next((d for d in HALF if all(rounded(a, d) for c in cases for a in c.own.outputs)), None)
    if RTOL < error < (PRECISION if half is None else HALF[half]):

        def holds(case: Case, base: Seen) -> bool:
            form = (case.own.form, case.own.dtypes, case.own.changed) == (
                base.form,
                base.dtypes,
                base.changed,
            )
            return form and _error(case.own, base) <= error

        digits = round(-math.log10(error))
        why = (
            "a small number is added somewhere, or rounded away."
            if half is None
            else f"they are rounded to {half}."
        )
        text = f"your values are {{right}} to about {digits} digits only: {why}"
        yield Relation("precision" if half is None else "rounded", text, holds)


def nearly_right(own: Seen, right: Seen) -> bool:
    """Whether an answer is the right one but for an error too small to be told of."""
    form = (own.form, own.dtypes, own.changed) == (right.form, right.dtypes, right.changed)
    return form and len(own.outputs) == len(right.outputs) and _error(own, right) <= RTOL


def rounded(array: Numbers, dtype: str) -> bool:
    """Whether all numbers are exact in a dtype of half precision."""
    with np.errstate(all="ignore"):
        if dtype == "float16":
            return bool((array.astype(np.float16) == array).all())
        single = array.astype(np.float32)
        return bool((single == array).all() and not (single.view(np.uint32) & 0xFFFF).any())


def wrong_gradients(cases: Sequence[Case]) -> Iterator[Relation]:
    """The values are right, the gradient in some arguments is another one, and by more than a few digits."""
    names = {n for case in cases for n, right in case.base.gradients.items() if _another(case.own, n, right)}
    if names and max(_error(case.own, case.base) for case in cases) > PRECISION:

        def holds(case: Case, base: Seen) -> bool:
            return agree(_without(case.own, names), _without(base, names))

        said = listed([name for name in cases[0].base.gradients if name in names])
        yield Relation(
            "gradient", f"your values are {{right}}, but the gradient in {said} is another one.", holds
        )


def _another(own: Seen, name: str, right: Numbers | None) -> bool:
    given = own.gradients.get(name)
    return given is not None and right is not None and not close(given, right)


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
    if own.exception is not None or own.undifferentiable != right.undifferentiable or not pairs:
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


def bounded(cases: Sequence[Case]) -> Iterator[Relation]:
    """The right values, cut off at a number from below or from above."""
    own = np.concatenate([case.own.outputs[0].ravel() for case in cases])
    bounds = ((own.min(), np.maximum, "below"), (own.max(), np.minimum, "above")) if own.size else ()
    for bound, cut, side in bounds:
        if (own == bound).sum() > 1 and not (own == bound).all():

            def holds(case: Case, base: Seen, bound: float = float(bound), cut: np.ufunc = cut) -> bool:
                right = tuple(cut(array, bound) for array in base.outputs)
                return agree(case.own.values, replace(base.values, outputs=right))

            text = (
                f"your values are {{right}}, but never {side} {number(float(bound))}: they are cut off there."
            )
            yield Relation("bounded", text, holds)


def in_place(cases: Sequence[Case]) -> Iterator[Relation]:
    """An argument is overwritten; the answer is right, at least its values where no gradient can be taken."""
    changed = cases[0].own.changed
    lost = any(case.own.undifferentiable for case in cases)
    if changed:

        def holds(case: Case, base: Seen) -> bool:
            expected = replace(base, changed=changed)
            return agree(case.own.values, expected.values) if lost else agree(case.own, expected)

        more = ", and no gradient can be taken" if lost else ""
        text = f"your values are {{right}}, but you change {listed(changed)} in place: the caller's tensor{more}."
        yield Relation("in_place", text, holds)
