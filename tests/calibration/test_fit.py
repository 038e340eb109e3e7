"""Margins and the estimate of a false fail; scipy is the oracle for Student's t."""

import math

import pytest
import scipy.stats

from autograder.calibration.fit import fit, t_quantile, t_tail


@pytest.mark.parametrize("freedom", [2, 5, 29])
@pytest.mark.parametrize("t", [-3.0, 0.0, 0.5, 2.0, 8.0, 40.0])
def test_the_tail_is_that_of_students_t(t, freedom):
    assert t_tail(t, freedom) == pytest.approx(scipy.stats.t.sf(t, freedom), rel=1e-3)


@pytest.mark.parametrize("freedom", [2, 11, 29])
@pytest.mark.parametrize("tail", [0.1, 1e-3, 1e-6])
def test_the_quantile_is_that_of_students_t(tail, freedom):
    assert t_quantile(tail, freedom) == pytest.approx(scipy.stats.t.isf(tail, freedom), rel=1e-3)


def test_nothing_lies_beyond_infinity():
    assert t_tail(math.inf, 5) == 0


def test_the_margin_counts_standard_deviations_of_the_logarithm():
    values = [math.exp(v) for v in (1.0, 2.0, 3.0)]  # mean 2, standard deviation 1
    below = fit(values, math.exp(5), above=False)
    assert below.margin == pytest.approx(3)
    assert below.false_fail == pytest.approx(scipy.stats.t.sf(3 / math.sqrt(4 / 3), 2), rel=1e-3)
    assert fit(values, math.exp(-1), above=True).margin == pytest.approx(3)


def test_values_on_the_wrong_side_of_a_bound_have_a_negative_margin():
    found = fit([4.0, 5.0, 6.0], 1.0, above=False)
    assert found.margin < 0
    assert found.false_fail > 0.9
