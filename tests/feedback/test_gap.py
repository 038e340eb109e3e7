"""The gap table: inputs beside results, as pytest shows approximate comparisons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import BroadcastableShapes, mutually_broadcastable_shapes

from autograder.feedback.gap import gap
from autograder.feedback.policy import Detail
from autograder.feedback.text import number
from autograder.results.model import Evidence
from autograder.results.numbers import as_json


def evidence(got: object, expected: object = None, **inputs: object) -> Evidence:
    return Evidence(inputs=as_json(inputs), got=as_json(got), expected=as_json(expected))


def test_rows_go_by_index_with_broadcast_inputs_beside_the_result() -> None:
    table = gap(
        evidence(
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            np.array([[1.0, 2.5], [3.0, 4.0]]),
            mu=np.array([10.0, 20.0]),
            sigma=np.array([[5.0], [6.0]]),
        ),
        Detail.EXPECTED,
    )
    assert table.header == ("index", "mu", "sigma", "yours", "expected", "difference")
    assert table.rows == (
        ("0, 0", "10", "5", "1", "1", "0"),
        ("0, 1", "20", "5", "2", "2.5", "-0.5"),
        ("1, 0", "10", "6", "3", "3", "0"),
        ("1, 1", "20", "6", "4", "4", "0"),
    )


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=2), st.integers(0, 2**32 - 1))
def test_every_entry_stands_beside_the_input_that_numpy_broadcasting_gives_it(
    shapes: BroadcastableShapes, seed: int
) -> None:
    a, b = (np.random.default_rng(seed).integers(0, 100, s).astype(float) for s in shapes.input_shapes)
    got = a + 1000 * b
    table = gap(evidence(got, a=a, b=b), Detail.INPUTS)
    first = 1 if got.shape else 0  # no index for a single number
    assert [row[first:] for row in table.rows] == [
        tuple(map(number, entries))
        for entries in zip(*(x.flat for x in np.broadcast_arrays(a, b, got)), strict=True)
    ]


def test_expected_numbers_are_withheld_before_their_time() -> None:
    table = gap(evidence(np.array([1.0]), np.array([2.0])), Detail.INPUTS)
    assert table.header == ("index", "yours")
    assert table.withheld
    assert gap(evidence(np.array([1.0]), np.array([2.0])), Detail.OUTCOME) is None


def test_inputs_that_do_not_go_row_by_row_are_listed_below() -> None:
    table = gap(evidence(np.array([1.0, 2.0]), x=np.zeros((2, 3))), Detail.INPUTS)
    assert table.header == ("index", "yours")
    assert table.others == (("x", "[0, 0, 0, 0, 0, 0], shape (2, 3)"),)


def test_a_result_of_another_shape_is_set_against_the_expected_one() -> None:
    table = gap(evidence(np.array(3.0), np.array([1.0, 2.0])), Detail.EXPECTED)
    assert table.rows == ()
    assert table.others == (("yours", "3"), ("expected", "[1, 2], shape (2,)"))


def test_shapes_read_as_shapes() -> None:
    table = gap(evidence([3, 1], [3]), Detail.EXPECTED)
    assert table.header == ("yours", "expected")
    assert table.rows == (("(3, 1)", "(3,)"),)


def test_beside_a_wrong_shape_stand_the_shapes_of_the_inputs() -> None:
    table = gap(evidence([], [6], mu=np.zeros(6), axis=1), Detail.EXPECTED)
    assert table.header == ("mu", "axis", "yours", "expected")
    assert table.rows == (("(6,)", "1", "()", "(6,)"),)


def test_numbers_that_are_not_finite_have_no_difference() -> None:
    table = gap(evidence(np.array([np.inf, np.nan]), np.array([1.0, 2.0])), Detail.EXPECTED)
    assert table.rows == (("0", "inf", "1"), ("1", "nan", "2"))


def test_long_results_say_how_much_is_left_out() -> None:
    table = gap(evidence(np.arange(100.0), np.arange(100.0), x=np.arange(100.0)), Detail.EXPECTED)
    assert len(table.rows) == 16
    assert table.left_out == 84


@pytest.mark.parametrize(
    "got", [None, "a string", True, 3, {"a": 1}, {"shape": "x", "entries": []}, [], [[1]]]
)
def test_whatever_came_back_can_be_shown(got: object) -> None:
    assert gap(Evidence(inputs={"x": 1.0}, got=got), Detail.EXPECTED) is not None


def test_nothing_to_show_is_no_table() -> None:
    assert gap(Evidence(relation="finite"), Detail.EXPECTED) is None
