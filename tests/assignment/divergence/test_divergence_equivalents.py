"""The right forms of 9-1 (a) and (b) are right over the whole graded range, in values and gradients."""

import numpy as np
import pytest
import torch

from autograder.assignment.equivalents import divergence, equivalents_of
from autograder.assignment.reference import divergence as reference

TOLERANCE = {torch.float64: 1e-4, torch.float32: 1e-3}
"""Relative to the largest term. σ + 1e-8 and float32 inside are legitimate styles."""


def forms_of(name):
    return [form for form in equivalents_of(divergence) if form.about.name == name]


def answer(form, arguments, dtype):
    """Value and gradients of a form, and the arguments as it received them."""
    given = [torch.from_numpy(a).to(dtype).requires_grad_() for a in arguments]
    value = form(*given)
    value.sum().backward()
    received = [a.detach().double().numpy() for a in given]
    return value.detach().double().numpy(), [a.grad.double().numpy() for a in given], received


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("form", forms_of("kl_normal"), ids=lambda form: form.name)
def test_kl_normal_over_the_graded_range(form, dtype):
    rng = np.random.default_rng(9)
    mu1, mu2 = rng.uniform(-2e3, 2e3, (2, 200))
    sigma1, sigma2 = np.exp(rng.uniform(np.log(1e-3), np.log(1e3), (2, 200)))
    value, gradients, (m1, s1, m2, s2) = answer(form, (mu1, sigma1, mu2, sigma2), dtype)
    expected = reference.kl_normal(m1, s1, m2, s2)
    terms = np.abs(np.log(s2 / s1)) + (s1 / s2) ** 2 + ((m1 - m2) / s2) ** 2 + 0.5
    assert (np.abs(value - expected) <= TOLERANCE[dtype] * terms).all()
    in_mu = np.abs((m1 - m2) / s2**2)
    scales = (in_mu, s1 / s2**2 + 1 / s1, in_mu, (1 + (s1 / s2) ** 2 + ((m1 - m2) / s2) ** 2) / s2)
    for got, right, scale in zip(
        gradients, reference.kl_normal_gradient(m1, s1, m2, s2), scales, strict=True
    ):
        assert (np.abs(got - right) <= TOLERANCE[dtype] * scale).all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("form", forms_of("kl_standard_normal"), ids=lambda form: form.name)
def test_kl_standard_normal_over_the_graded_range(form, dtype):
    rng = np.random.default_rng(9)
    mu, logvar = rng.uniform(-2e3, 2e3, 200), rng.uniform(-60, 30, 200)
    mu[:100] /= 1e3
    value, (in_mu, in_logvar), (m, v) = answer(form, (mu, logvar), dtype)
    expected = reference.kl_standard_normal(m, v)
    assert (np.abs(value - expected) <= TOLERANCE[dtype] * (expected + 1)).all()
    assert (np.abs(in_mu - m) <= TOLERANCE[dtype] * np.abs(m)).all()
    assert (np.abs(in_logvar - np.expm1(v) / 2) <= TOLERANCE[dtype] * (np.exp(v) + 1)).all()
