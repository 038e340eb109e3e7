"""What is said first of a failed function, and what is left for later: the earliest fault explains the rest."""

from typing import Any

import pytest

from autograder.feedback.explain import headline, set_aside
from autograder.feedback.words import LIKEWISE, ONCE, SAME_MISTAKE
from autograder.results.model import Criterion, FactRecord, Hint

NONE, TYPE, SHAPE, DTYPE, FINITE, VALUE, GRADIENT = range(7)
SAYS = {
    NONE: "it raised ValueError",
    TYPE: "a tensor is asked for, got float",
    SHAPE: "the result should have shape (4,), got ()",
    DTYPE: "as if rounded to float16",
    FINITE: "the result is not finite",
    VALUE: "the result differs in 4 of 4 entries",
    GRADIENT: "the gradient in mu differs in 4 of 4 entries",
}


def criterion(id: str, *stages: int | None, **fields: Any) -> Criterion:
    """A criterion with a fact for each stage at which one fails; one without facts has passed."""
    facts = [
        FactRecord(
            id=f"{id}.{i}",
            title=f"identity {id} {i}",
            status="failed",
            stage=stage,
            message="" if stage is None else SAYS[stage],
        )
        for i, stage in enumerate(stages)
    ]
    first = min(facts, key=lambda fact: fact.stage or 0, default=None)
    return Criterion(
        **{
            "id": id,
            "title": "",
            "kind": id.partition(".")[2],
            "score": 0.0,
            "max_score": 1.0,
            "status": "failed" if facts else "passed",
            "visibility": "visible",
            "message": f"{first.title}: {first.message}" if first else "",
            "facts": facts,
            **fields,
        }
    )


def named(exact: bool) -> Hint:
    return Hint(bug="b", text="A factor ½ is missing.", mistake="missing_half", exact=exact)


def left_for_later(*criteria: Criterion) -> dict[str, str]:
    return {id: reason for c in criteria for id, reason in set_aside(c, criteria)}


@pytest.mark.parametrize("first", [NONE, TYPE, SHAPE, DTYPE, FINITE, VALUE])
def test_the_headline_is_the_message_of_the_earliest_stage(first: int) -> None:
    said = headline([criterion("kl.value", VALUE), criterion("kl.gradient", GRADIENT, first)])
    assert (said.text, said.style, said.function) == (SAYS[first], "headline", "kl")


def test_extreme_inputs_make_the_headline_only_where_nothing_else_fails() -> None:
    extremes = criterion("kl.stability", FINITE)
    assert headline([criterion("kl.value", VALUE), extremes]).text == SAYS[VALUE]
    assert headline([criterion("kl.value"), extremes]).text == SAYS[FINITE]


def test_a_recognised_mistake_comes_before_every_stage() -> None:
    criteria = [criterion("kl.shape", SHAPE), criterion("elbo.value", VALUE, hint=named(exact=False))]
    said = headline(criteria)
    assert (said.text, said.style, said.function) == ("A factor ½ is missing.", "hint", "elbo")


def test_a_headline_names_its_function_once() -> None:
    message = "elbo did not answer within 5 seconds"
    slow = criterion("elbo.value", status="timeout", message=message)
    assert headline([slow]).function == ""
    assert headline([criterion("kl.value", VALUE, hint=named(exact=True))]).function == ""


def test_results_without_stages_keep_the_first_failures_message() -> None:
    first = criterion("kl.value", None, message="differs")
    second = criterion("kl.gradient", None, message="differs, too")
    assert headline([first, second]).text == "differs"
    assert left_for_later(first, second) == {}


def test_in_a_wrong_shape_values_and_gradients_are_left_for_later() -> None:
    later = left_for_later(criterion("kl.value", SHAPE, VALUE), criterion("kl.gradient", GRADIENT))
    assert later == {"kl.value.1": ONCE[SHAPE], "kl.gradient.0": ONCE[SHAPE]}
    assert ONCE[SHAPE] == "Not met either; look again once the shape is right"


def test_of_wrong_shapes_one_example_is_told() -> None:
    later = left_for_later(criterion("kl.value", SHAPE, SHAPE), criterion("kl.shape", SHAPE))
    assert later == {"kl.value.1": LIKEWISE, "kl.shape.0": LIKEWISE}


def test_of_wrong_values_every_identity_is_told_since_each_looks_elsewhere() -> None:
    assert left_for_later(criterion("kl.value", VALUE, VALUE)) == {}


def test_with_wrong_values_gradients_and_extremes_are_left_for_later() -> None:
    later = left_for_later(
        criterion("kl.value", VALUE), criterion("kl.gradient", GRADIENT), criterion("kl.stability", VALUE)
    )
    assert later == {"kl.gradient.0": ONCE[VALUE], "kl.stability.0": ONCE[VALUE]}


def test_what_is_not_finite_at_extremes_explains_no_wrong_value_and_is_told_beside_it() -> None:
    assert left_for_later(criterion("kl.value", VALUE), criterion("kl.stability", FINITE)) == {}


def test_a_shape_that_is_wrong_for_unusual_batches_explains_no_wrong_value() -> None:
    assert left_for_later(criterion("kl.value", VALUE), criterion("kl.shape", SHAPE)) == {}


def test_a_mistake_that_explains_everything_needs_one_example() -> None:
    hint = named(exact=True)
    later = left_for_later(
        criterion("kl.value", VALUE, VALUE, hint=hint),
        criterion("kl.gradient", GRADIENT, hint=hint),
        criterion("kl.stability", FINITE, hint=hint),
    )
    assert later == dict.fromkeys(["kl.value.1", "kl.gradient.0", "kl.stability.0"], SAME_MISTAKE)


def test_a_mistake_that_may_not_be_all_leaves_the_other_faults_told() -> None:
    hint = named(exact=False)
    assert left_for_later(criterion("kl.value", VALUE, hint=hint), criterion("kl.stability", FINITE)) == {}
