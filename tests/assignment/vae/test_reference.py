"""The reference of the reparameterisation against torch's normal distribution and autograd."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograder.assignment.reference import vae

three = arrays(np.float64, 3, elements=st.floats(-5, 5))


@given(three, three, three)
def test_z_is_as_many_standard_deviations_from_mu_as_its_noise(mu, logvar, noise):
    z = vae.reparameterize(mu, logvar, noise)
    normal = torch.distributions.Normal(torch.tensor(mu), torch.tensor(logvar).exp().sqrt())
    standard = torch.distributions.Normal(0.0, 1.0)
    np.testing.assert_allclose(normal.cdf(torch.tensor(z)), standard.cdf(torch.tensor(noise)), atol=1e-9)
    np.testing.assert_allclose(vae.noise_of(mu, logvar, z), noise, atol=1e-9)


@given(three, three, three, three)
def test_the_gradients_are_those_of_autograd(mu, logvar, noise, weights):
    m, v = torch.tensor(mu, requires_grad=True), torch.tensor(logvar, requires_grad=True)
    z = m + torch.exp(v / 2) * torch.tensor(noise)
    (torch.tensor(weights) * z).sum().backward()
    by_mu, by_logvar = vae.reparameterize_gradients(mu, z.detach().numpy(), weights)
    np.testing.assert_allclose(by_mu, m.grad, atol=1e-9)
    np.testing.assert_allclose(by_logvar, v.grad, atol=1e-9)


def test_sigma_is_exact_at_both_ends_of_the_graded_range():
    np.testing.assert_allclose(vae.sigma([-60.0, 30.0]), [np.exp(-30), np.exp(15)], rtol=1e-14)
