"""What is said of a function that equals no known bug: what holds between it and the right formula, or a bug."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from autograder.diagnosis import RIGHT
from autograder.diagnosis.answers import RTOL_COARSE, agree, same
from autograder.diagnosis.comparison import Comparison
from autograder.diagnosis.forms import (
    bounded,
    detached,
    exchanged_arguments,
    exchanged_results,
    imprecise,
    in_place,
    nearly_right,
    other_dtype,
    other_shape,
    reductions,
    scaled_gradients,
    wrong_gradients,
)
from autograder.diagnosis.known import Known
from autograder.diagnosis.noise import wrong_noise
from autograder.diagnosis.pairs import pairs, same_values
from autograder.diagnosis.places import Place, where_wrong
from autograder.diagnosis.relations import Case, relation_of
from autograder.diagnosis.scales import differences, factors

WITH_THE_RIGHT_FORMULA = (
    *(factors, differences, exchanged_results, exchanged_arguments, reductions),
    *(detached, scaled_gradients, other_dtype, other_shape, in_place),
)
"""What may hold."""
ELSE = ((bounded,), (imprecise,), (wrong_gradients,))
"""What is said, in this order, only if none of these does."""
BESIDE = "those of this mistake alone", "that of this mistake"
RANDOM = (
    "Your function draws random numbers: called again with the same arguments it gives other values. "
    "The result is determined by the arguments."
)
OTHER_NOISE = 2**30  # above the seeds of all questions

Told = tuple[str, str]
"""The name of an explanation and its sentence."""


def explanation(compared: Comparison, known: Known, broken: Collection[str]) -> Told | None:
    """The first of these that holds; broken: the facts that are."""
    # Facts about values ask at moderate arguments, and where there is noise, about that.
    right_there = not any(fact.kind == "value" and fact.id in broken for fact in known.facts)
    if known.random:
        return (
            _relation(compared)
            or _noise(compared)
            or (_place(compared) if right_there else None)
            or _bug_with_another_gradient(compared)
        )
    return (
        _randomness(compared)
        or _relation(compared)
        or _place(compared, right_there)
        or _pair(compared)
        or _bug_with_another_gradient(compared)
    )


def _relation(compared: Comparison) -> Told | None:
    """What holds between the function and the right formula."""
    if RIGHT in compared.usually_alike:
        return None
    tried = (relation_of(_cases(compared), compared.right, some) for some in (WITH_THE_RIGHT_FORMULA, *ELSE))
    found = next((relation for relation in tried if relation is not None), None)
    return None if found is None else (f"relation/{found.name}", found.text())


def _place(compared: Comparison, at_moderate: bool = True) -> Told | None:
    """Where the function is wrong, if it is right at typical arguments.

    at_moderate: whether it may be called right at all moderate arguments.
    """
    if RIGHT not in compared.usually_alike and not all(
        nearly_right(case.own, case.base) for case in _cases(compared)
    ):
        return None
    own = [seen for _, seen in compared.unusual]
    questions = compared.questions
    right = compared.known.of(RIGHT, questions.unusual)
    found = where_wrong([Place(*each) for each in zip(questions.places, own, right, strict=True)])
    if found is None or (found[0] == "extremes" and not at_moderate):
        return None
    return f"relation/{found[0]}", found[1]


def _randomness(compared: Comparison) -> Told | None:
    """Whether a function that has no business with random numbers draws some."""
    if not compared.runs or RIGHT in compared.usually_alike:
        return None
    question = compared.questions.typical[0].values()
    others = [
        replace(question, noise=noise, number=f"{question.number}/noise {i}")
        for i, noise in enumerate((OTHER_NOISE, OTHER_NOISE, OTHER_NOISE + 1))
    ]
    once, again, other = compared.ask(others)
    answered = once.exception is None and other.exception is None
    return ("relation/random", RANDOM) if answered and agree(once, again) and not agree(once, other) else None


def _noise(compared: Comparison) -> Told | None:
    """What is wrong with the noise of a random function, by the statistics of many draws."""
    drawn = [seen.outputs[0] for seen in compared.ask(compared.questions.noise) if len(seen.outputs) == 1]
    found = wrong_noise(*drawn) if len(drawn) == 2 else None
    return None if found is None else (f"relation/{found[0]}", found[1])


def _pair(compared: Comparison) -> Told | None:
    """The one known bug and the one relation to it that together explain the function."""
    if compared.usually_alike or not compared.runs:
        return None
    first = compared.questions.typical[0].values()
    right = compared.right(first)
    answers = compared.known(first, compared.says)
    # A bug of another shape is no formula to which something could be added.
    shapes = [array.shape for array in right.outputs]
    wrong = [
        bug
        for bug, seen in zip(compared.says, answers, strict=True)
        if [array.shape for array in seen.outputs] == shapes and not agree(seen, right)
    ]
    alone = [bug for bug in _formulas(compared) if bug in wrong]
    found = pairs(compared.usual, wrong, compared.known, alone)
    texts = compared.texts([pair.bug for pair in found])
    names = {pair.relation.name for pair in found}
    if len(texts) != 1:
        return None
    [says], bug, relation = texts, found[0].bug, found[0].relation
    if len(names) == 1:
        return f"{bug}+{relation.name}", f"{says} Besides: {relation.text(*BESIDE)}"
    return f"{bug}+other", f"{says} That is not all that differs."


def _bug_with_another_gradient(compared: Comparison) -> Told | None:
    """The known bugs whose values the function has at typical questions, if they say one and the same."""
    if compared.usually_alike or not compared.runs:
        return None
    alike = _formulas(compared)
    texts = compared.texts(alike)
    if len(texts) != 1 or _right_numbers(compared):
        return None
    return f"{alike[0]}+gradient", f"{texts.pop()} Besides: your gradient is not that of this mistake alone."


def _cases(compared: Comparison) -> list[Case]:
    """The typical questions with the function's answers and the right ones."""
    return [Case(question, own, compared.right(question)) for question, own in compared.usual]


def _formulas(compared: Comparison) -> list[str]:
    """The known entries whose values the function has at typical questions; of those alike everywhere the first."""
    alike = same_values(compared.usual, [RIGHT, *compared.says], compared.known)
    everywhere = [q.values() for q in (*compared.questions.typical, *compared.questions.unusual)]
    answers = {name: compared.known.of(name, everywhere) for name in alike}
    return [
        name
        for i, name in enumerate(alike)
        if not any(all(map(agree, answers[name], answers[earlier])) for earlier in alike[:i])
    ]


def _right_numbers(compared: Comparison) -> bool:
    """Whether the values are right at typical questions, be it in single precision: no wrong formula is at work."""
    return all(same(case.own.outputs, case.base.outputs, RTOL_COARSE) for case in _cases(compared))
