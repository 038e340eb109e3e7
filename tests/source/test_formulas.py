"""The solved formulas equal independent oracles over the whole graded range.

Oracles: torch.distributions, quadrature, brute-force sums, finite differences, and NumPy in float64.
"""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

DTYPES = [torch.float32, torch.float64]


def tolerance(dtype):
    return {"rtol": 1e-5, "atol": 1e-6} if dtype == torch.float32 else {"rtol": 1e-10, "atol": 1e-10}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def normals(n=2000):
    """Means and standard deviations spread over the graded range, in float64."""
    mu = (torch.rand(2, n, dtype=torch.float64) * 2 - 1) * 2e3
    sigma = 10 ** (torch.rand(2, n, dtype=torch.float64) * 6 - 3)
    return mu[0], sigma[0], mu[1], sigma[1]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_kl_normal_equals_torch_distributions_over_the_graded_range(source, dtype):
    inputs = [x.to(dtype) for x in normals()]
    wide = [x.double() for x in inputs]
    expected = kl_divergence(Normal(*wide[:2]), Normal(*wide[2:]))
    got = source.divergence.kl_normal(*inputs)
    assert got.dtype == dtype
    torch.testing.assert_close(got.double(), expected, **tolerance(dtype))


def test_kl_normal_equals_its_integral(source):
    x = torch.linspace(-30, 30, 20001, dtype=torch.float64)
    q, p = Normal(0.7, 1.3), Normal(-0.4, 2.1)
    integral = torch.trapezoid(q.log_prob(x).exp() * (q.log_prob(x) - p.log_prob(x)), x)
    got = source.divergence.kl_normal(*torch.tensor([0.7, 1.3, -0.4, 2.1], dtype=torch.float64))
    torch.testing.assert_close(got, integral, rtol=1e-6, atol=0)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_kl_normal_has_the_right_gradients_over_the_graded_range(source, dtype):
    mu1, s1, mu2, s2 = (x.to(dtype).requires_grad_() for x in normals())
    source.divergence.kl_normal(mu1, s1, mu2, s2).sum().backward()
    a, s, b, t = (x.detach().double() for x in (mu1, s1, mu2, s2))
    expected = [(a - b) / t**2, -1 / s + s / t**2, (b - a) / t**2, 1 / t - (s**2 + (a - b) ** 2) / t**3]
    for variable, gradient in zip((mu1, s1, mu2, s2), expected, strict=True):
        scale = 1 / s + 1 / t if dtype == torch.float32 else 1  # σ gradients cancel where σ1 = σ2
        torch.testing.assert_close(variable.grad.double() / scale, gradient / scale, **tolerance(dtype))


def test_kl_normal_broadcasts(source):
    got = source.divergence.kl_normal(torch.zeros(4, 1), torch.ones(4, 1), torch.zeros(3), torch.ones(3))
    assert got.shape == (4, 3)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_kl_standard_normal_equals_numpy_over_the_graded_range(source, dtype):
    mu = torch.linspace(-2e3, 2e3, 41).to(dtype)[:, None].expand(41, 91).contiguous().requires_grad_()
    logvar = torch.linspace(-60, 30, 91).to(dtype).expand(41, 91).contiguous().requires_grad_()
    got = source.divergence.kl_standard_normal(mu, logvar)
    got.sum().backward()
    m, v = mu.detach().double().numpy(), logvar.detach().double().numpy()
    for value, expected in [
        (got.detach(), (m**2 + np.expm1(v) - v) / 2),
        (mu.grad, m),
        (logvar.grad, np.expm1(v) / 2),
    ]:
        torch.testing.assert_close(value.double(), torch.from_numpy(expected), **tolerance(dtype))


def test_kl_standard_normal_equals_kl_normal(source):
    mu, logvar = torch.randn(2, 50, dtype=torch.float64)
    one = torch.ones_like(mu)
    expected = source.divergence.kl_normal(mu, torch.exp(logvar / 2), 0 * one, one)
    torch.testing.assert_close(source.divergence.kl_standard_normal(mu, logvar), expected)


def tables(shape=(6, 5), dtype=torch.float64):
    """log p(x|z), log p(z), log q(z) of a finite latent."""
    likelihood = -5 * torch.rand(shape, dtype=dtype)
    prior, q = (torch.randn(shape, dtype=dtype).log_softmax(-1) for _ in range(2))
    return likelihood, prior, q


def test_elbo_definition_equals_the_evidence_minus_the_divergence_from_the_posterior(source):
    likelihood, prior, q = tables()
    joint = likelihood + prior
    gap = kl_divergence(Categorical(logits=q), Categorical(logits=joint))
    got = source.elbo.elbo_definition(joint, q)
    torch.testing.assert_close(got, joint.logsumexp(-1) - gap)
    torch.testing.assert_close(source.elbo.elbo_definition(joint, joint.log_softmax(-1)), joint.logsumexp(-1))


def test_elbo_decomposition_equals_torch_distributions_and_the_definition(source):
    likelihood, prior, q = tables((2, 3, 4))
    reconstruction, kl = source.elbo.elbo_decomposition(likelihood, prior, q)
    torch.testing.assert_close(reconstruction, (q.exp() * likelihood).sum(-1))
    torch.testing.assert_close(kl, kl_divergence(Categorical(logits=q), Categorical(logits=prior)))
    torch.testing.assert_close(reconstruction - kl, source.elbo.elbo_definition(likelihood + prior, q))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_latent_value_of_probability_zero_contributes_nothing(source, dtype):
    likelihood, prior, q = (x.to(dtype) for x in tables((4,)))
    zero = torch.tensor([-math.inf], dtype=dtype)
    extreme = torch.tensor([-1000.0], dtype=dtype)
    wide_likelihood = torch.cat([likelihood, extreme]).requires_grad_()
    wide_prior, wide_q = torch.cat([prior, extreme]), torch.cat([q, zero])

    bound = source.elbo.elbo_definition(wide_likelihood + wide_prior, wide_q)
    reconstruction, kl = source.elbo.elbo_decomposition(wide_likelihood, wide_prior, wide_q)
    torch.testing.assert_close(bound, source.elbo.elbo_definition(likelihood + prior, q))
    torch.testing.assert_close((reconstruction, kl), source.elbo.elbo_decomposition(likelihood, prior, q))
    for value in (bound, reconstruction):
        (gradient,) = torch.autograd.grad(value, wide_likelihood)
        torch.testing.assert_close(gradient, wide_q.exp())


def test_finite_latent_functions_have_the_gradients_of_finite_differences(source):
    likelihood, prior, q = (x.requires_grad_() for x in tables((2, 3)))
    assert torch.autograd.gradcheck(source.elbo.elbo_definition, (likelihood, q))
    assert torch.autograd.gradcheck(source.elbo.elbo_decomposition, (likelihood, prior, q))


def test_bernoulli_log_likelihood_equals_torch_distributions_on_grey_images(source):
    x, logits = (
        torch.rand(3, 1, 28, 28, dtype=torch.float64),
        5 * torch.randn(3, 1, 28, 28, dtype=torch.float64),
    )
    expected = Bernoulli(logits=logits, validate_args=False).log_prob(x).sum((1, 2, 3))
    torch.testing.assert_close(source.elbo.bernoulli_log_likelihood(x, logits), expected)
    flat = source.elbo.bernoulli_log_likelihood(x.flatten(1), logits.flatten(1))
    torch.testing.assert_close(flat, expected)


def test_bernoulli_probabilities_of_all_images_sum_to_one(source):
    images = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * 4)
    logits = torch.randn(4, dtype=torch.float64).expand_as(images)
    total = source.elbo.bernoulli_log_likelihood(images, logits).exp().sum()
    assert total.item() == pytest.approx(1)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_bernoulli_log_likelihood_is_exact_at_extreme_logits(source, dtype):
    size = torch.tensor([17.0, 30, 50, 200, 1000])
    logits = torch.cat([size, -size]).to(dtype)[:, None].requires_grad_()
    for grey in (0.0, 0.3, 1.0):
        x = torch.full_like(logits, grey)
        got = source.elbo.bernoulli_log_likelihood(x, logits)
        (gradient,) = torch.autograd.grad(got.sum(), logits)
        a = logits.detach().double().numpy()
        softplus = np.logaddexp(0, a)
        expected = torch.from_numpy((grey * a - softplus)[:, 0])
        torch.testing.assert_close(got.double(), expected, **tolerance(dtype))
        torch.testing.assert_close(
            gradient.double(), grey - torch.from_numpy(a).sigmoid(), **tolerance(dtype)
        )


def test_elbo_equals_the_evidence_of_a_linear_gaussian_model(source):
    """p(z) = N(0, 1), p(x|z) = N(wz + b, s²): with q the true posterior, the ELBO is log N(x; b, w² + s²)."""
    w, b, s = 1.7, -0.3, 0.6
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    variance = 1 / (1 + w**2 / s**2)
    mean = variance * w * (x - b) / s**2
    log_px = Normal(w * mean + b, s).log_prob(x) - w**2 * variance / (2 * s**2)
    got = source.elbo.elbo(log_px, mean[:, None], torch.full_like(mean, math.log(variance))[:, None])
    torch.testing.assert_close(got, Normal(b, math.hypot(w, s)).log_prob(x))


def test_elbo_sums_the_divergence_over_latent_components(source):
    log_px, mu, logvar = torch.randn(3), torch.randn(3, 4), torch.randn(3, 4)
    kl = kl_divergence(Normal(mu, torch.exp(logvar / 2)), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(source.elbo.elbo(log_px, mu, logvar), log_px - kl)


def softplus(a):
    return np.logaddexp(0, a)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("size", [1.0, 20.0, 1000.0])
def test_gan_losses_equal_numpy_with_their_gradients(source, dtype, size):
    real = ((torch.rand(7, 1) * 2 - 1) * size).to(dtype).requires_grad_()
    fake = ((torch.rand(5) * 2 - 1) * size).to(dtype).requires_grad_()
    r, f = real.detach().double().numpy(), fake.detach().double().numpy()
    sigmoid = torch.sigmoid(fake.detach().double())
    j_d = (softplus(-r).mean() + softplus(f).mean()) / 2
    for loss, value, slope in [
        (source.gan.discriminator_loss(real, fake), j_d, sigmoid / 10),
        (source.gan.generator_loss_minimax(real, fake), -j_d, -sigmoid / 10),
        (source.gan.generator_loss_nonsaturating(fake), softplus(-f).mean() / 2, (sigmoid - 1) / 10),
    ]:
        assert loss.shape == ()
        assert loss.dtype == dtype
        (gradient,) = torch.autograd.grad(loss, fake)
        torch.testing.assert_close(loss.double().item(), value, **tolerance(dtype))
        torch.testing.assert_close(gradient.double(), slope, **tolerance(dtype))
    (gradient,) = torch.autograd.grad(source.gan.discriminator_loss(real, fake), real)
    torch.testing.assert_close(
        gradient.double(), -torch.sigmoid(-real.detach().double()) / 14, **tolerance(dtype)
    )


def test_the_minimax_gradient_keeps_its_digits_where_it_saturates(source):
    a = torch.linspace(-20, 0, 21, dtype=torch.float64, requires_grad=True)
    source.gan.generator_loss_minimax(torch.zeros(3, dtype=torch.float64), a).backward()
    torch.testing.assert_close(a.grad, -torch.sigmoid(a.detach()) / 42, rtol=1e-7, atol=0)
