"""The formulas that judge 9-1 (a) and (b), against torch.distributions, integration and finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence

from autograder.assignment.reference import divergence as reference

means = st.floats(-50, 50)
sigmas = st.floats(1e-2, 1e2)


def central(function, arguments, index, step=1e-6):
    """∂ function/∂ arguments[index] by central differences, with a step relative to the argument."""
    h = step * max(1.0, abs(arguments[index]))
    up, down = list(arguments), list(arguments)
    up[index] += h
    down[index] -= h
    return (function(*up) - function(*down)) / (2 * h)


@given(means, sigmas, means, sigmas)
def test_kl_normal_is_that_of_torch_distributions(mu1, sigma1, mu2, sigma2):
    m1, s1, m2, s2 = (torch.tensor(a, dtype=torch.float64) for a in (mu1, sigma1, mu2, sigma2))
    expected = kl_divergence(Normal(m1, s1), Normal(m2, s2)).item()
    assert reference.kl_normal(mu1, sigma1, mu2, sigma2) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.floats(-5, 5), st.floats(0.2, 5), st.floats(-5, 5), st.floats(0.2, 5))
def test_integrating_the_definition_gives_the_closed_form(mu1, sigma1, mu2, sigma2):
    arguments = [np.array([a]) for a in (mu1, sigma1, mu2, sigma2)]
    expected = reference.kl_normal(*arguments)
    np.testing.assert_allclose(reference.kl_by_integration(*arguments), expected, rtol=1e-10, atol=1e-10)


@given(st.tuples(st.floats(-3, 3), st.floats(0.5, 3), st.floats(-3, 3), st.floats(0.5, 3)))
def test_gradient_of_kl_normal_is_that_of_finite_differences(arguments):
    for index, derivative in enumerate(reference.kl_normal_gradient(*arguments)):
        assert derivative == pytest.approx(central(reference.kl_normal, arguments, index), rel=1e-5, abs=1e-6)


@given(means, st.floats(-60, 30))
def test_kl_standard_normal_is_kl_normal_against_the_standard_normal(mu, logvar):
    expected = reference.kl_normal(mu, np.exp(logvar / 2), 0, 1)
    assert reference.kl_standard_normal(mu, logvar) == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_numbers_worked_by_hand():
    assert reference.kl_normal(1, 1, 0, 1) == 0.5
    assert reference.kl_normal(2, 2, -1, 2) == pytest.approx(9 / 8)
    assert reference.kl_standard_normal(3, 0) == 4.5
    assert reference.kl_standard_normal(0, np.log(4)) == pytest.approx(1.5 - np.log(2))


def test_log_normal_is_that_of_torch_distributions():
    x = np.linspace(-3, 3, 7)
    expected = Normal(torch.tensor(0.5).double(), torch.tensor(2.0).double()).log_prob(torch.from_numpy(x))
    np.testing.assert_allclose(reference.log_normal(x, 0.5, 2.0), expected.numpy(), rtol=1e-12)
