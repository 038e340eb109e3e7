"""The formulas that judge 9-1 (c) and (d), against enumeration, torch.distributions, other integrals and differences."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Categorical, kl_divergence

from autograder.assignment.reference import divergence as normal
from autograder.assignment.reference import elbo as reference

seeds = st.integers(0, 2**32 - 1)


def tables(seed, shape=(3, 5)):
    rng = np.random.default_rng(seed)
    return rng, *(np.log(rng.dirichlet(np.ones(shape[-1]), shape[:-1])) for _ in range(2))


@given(seeds)
def test_the_decomposition_is_that_of_torch_distributions_and_gives_the_definition(seed):
    rng, prior, log_q = tables(seed)
    likelihood = rng.normal(-3, 2, prior.shape)
    reconstruction, kl = reference.elbo_decomposition(likelihood, prior, log_q)
    q, p = (Categorical(logits=torch.from_numpy(t)) for t in (log_q, prior))
    np.testing.assert_allclose(kl, kl_divergence(q, p).numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        reconstruction - kl, reference.elbo_definition(likelihood + prior, log_q), rtol=1e-9
    )


@given(seeds)
def test_the_definition_is_log_evidence_at_the_posterior_and_less_elsewhere(seed):
    rng, prior, log_q = tables(seed)
    joint = prior + rng.normal(-3, 2, prior.shape)
    evidence = reference.log_evidence(joint)
    np.testing.assert_allclose(evidence, np.log(np.exp(joint).sum(-1)), rtol=1e-12)
    np.testing.assert_allclose(
        reference.elbo_definition(joint, joint - evidence[:, None]), evidence, rtol=1e-10
    )
    assert (reference.elbo_definition(joint, log_q) <= evidence + 1e-12).all()


def test_an_impossible_latent_contributes_nothing():
    joint, log_q = np.log([0.1, 0.2, 0.3]), np.array([np.log(0.5), np.log(0.5), -np.inf])
    expected = 0.5 * np.log(0.1 / 0.5) + 0.5 * np.log(0.2 / 0.5)
    assert reference.elbo_definition(joint, log_q) == pytest.approx(expected)


@given(seeds)
def test_the_bernoulli_likelihood_is_that_of_torch_distributions(seed):
    rng = np.random.default_rng(seed)
    x, logits = rng.uniform(0, 1, (3, 2, 4)), rng.normal(0, 20, (3, 2, 4))
    pixels = Bernoulli(logits=torch.from_numpy(logits), validate_args=False)
    expected = pixels.log_prob(torch.from_numpy(x)).sum((1, 2)).numpy()
    np.testing.assert_allclose(reference.bernoulli_log_likelihood(x, logits), expected, rtol=1e-9)


@pytest.mark.parametrize("size", [30.0, 50.0, 200.0, 1000.0])
def test_saturated_pixels_cost_their_logit(size):
    x = np.array([[0.0], [1.0], [0.0], [1.0]])
    logits = np.array([[size], [-size], [-size], [size]])
    np.testing.assert_allclose(
        reference.bernoulli_log_likelihood(x, logits), [-size, -size, 0, 0], rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(
        reference.bernoulli_gradient(x, logits), [[-1.0], [1.0], [0.0], [0.0]], rtol=1e-12, atol=1e-12
    )


def test_the_bernoulli_gradient_is_that_of_finite_differences():
    x, logits, h = np.array([[0.3, 1.0, 0.0]]), np.array([[0.7, -1.2, 2.0]]), 1e-6
    for pixel in range(3):
        step = np.eye(3)[[pixel]] * h
        up, down = (reference.bernoulli_log_likelihood(x, logits + s) for s in (step, -step))
        assert reference.bernoulli_gradient(x, logits)[0, pixel] == pytest.approx(
            (up - down).item() / (2 * h), rel=1e-6
        )


@given(seeds)
def test_the_linear_gaussian_model_is_solved_by_bayes_rule(seed):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(0, 2, (3, 4))
    s = rng.uniform(0.5, 2, 4)
    mean, variance = reference.linear_gaussian_posterior(x, w, b, s)
    evidence = reference.linear_gaussian_evidence(x, w, b, s)
    for z in (-1.3, 0.0, 2.1):  # log p(z) + log p(x|z) − log p(z|x) is log p(x) for every z
        joint = normal.log_normal(z, 0, 1) + normal.log_normal(x, w * z + b, s)
        np.testing.assert_allclose(joint - normal.log_normal(z, mean, np.sqrt(variance)), evidence, rtol=1e-9)
    likelihood = reference.linear_gaussian_expected_log_likelihood(x, w, b, s, mean, variance)
    bound = reference.elbo(likelihood[:, None].sum(1), mean[:, None], np.log(variance)[:, None])
    np.testing.assert_allclose(bound, evidence, rtol=1e-9)


@given(seeds)
def test_the_bernoulli_toy_agrees_with_gauss_hermite_quadrature(seed):
    rng = np.random.default_rng(seed)
    x, slope, offset = rng.integers(0, 2, 4).astype(float), rng.uniform(-1, 1, 4), rng.normal(0, 1, 4)
    mean, variance = rng.normal(0, 1, 4), rng.uniform(0.3, 2, 4)
    evidence, likelihood, gap = reference.bernoulli_toy(x, slope, offset, mean, variance)
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    weights = weights / weights.sum()

    def expectation(of, m, sigma):
        return (weights * of(m[:, None] + sigma[:, None] * nodes)).sum(-1)

    def log_p(z):
        a = slope[:, None] * z + offset[:, None]
        return -np.logaddexp(0, np.where(x[:, None] == 1, -a, a))

    zero, one = np.zeros(4), np.ones(4)
    np.testing.assert_allclose(
        evidence, np.log(expectation(lambda z: np.exp(log_p(z)), zero, one)), rtol=1e-6
    )
    np.testing.assert_allclose(likelihood, expectation(log_p, mean, np.sqrt(variance)), rtol=1e-5)
    bound = likelihood - normal.kl_standard_normal(mean, np.log(variance))
    np.testing.assert_allclose(evidence - gap, bound, rtol=1e-9)
