"""The reference losses of 9-2 against torch's own losses, its autograd and its distributions."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.distributions import Categorical, kl_divergence

from autograder.assignment.reference import gan

logits = arrays(np.float64, st.integers(1, 6), elements=st.floats(-1000, 1000))
tables = arrays(np.float64, 4, elements=st.floats(0.01, 1)).map(lambda t: t / t.sum())


def torch_discriminator_loss(real, fake):
    real_term = F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return (real_term + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))) / 2


@given(logits, logits)
def test_the_discriminator_loss_is_half_the_sum_of_two_cross_entropies(real, fake):
    expected = torch_discriminator_loss(torch.tensor(real), torch.tensor(fake))
    assert gan.discriminator_loss(real, fake) == pytest.approx(expected.item(), rel=1e-9, abs=1e-12)


@given(logits, logits)
def test_the_discriminator_gradients_are_those_of_autograd(real, fake):
    a, b = torch.tensor(real, requires_grad=True), torch.tensor(fake, requires_grad=True)
    torch_discriminator_loss(a, b).backward()
    by_real, by_fake = gan.discriminator_gradients(real, fake)
    np.testing.assert_allclose(by_real, a.grad.numpy(), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(by_fake, b.grad.numpy(), rtol=1e-9, atol=1e-15)


@given(logits, logits)
def test_the_minimax_loss_is_minus_that_of_the_discriminator(real, fake):
    assert gan.generator_loss_minimax(real, fake) == -gan.discriminator_loss(real, fake)
    np.testing.assert_array_equal(gan.minimax_gradient(fake), -gan.discriminator_gradients(real, fake)[1])


@given(logits)
def test_the_nonsaturating_loss_and_its_gradient_are_those_of_torch(fake):
    f = torch.tensor(fake, requires_grad=True)
    expected = F.binary_cross_entropy_with_logits(f, torch.ones_like(f)) / 2
    expected.backward()
    assert gan.generator_loss_nonsaturating(fake) == pytest.approx(expected.item(), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(gan.nonsaturating_gradient(fake), f.grad.numpy(), rtol=1e-9, atol=1e-15)


@given(st.floats(-700, -40))
def test_a_tiny_sigmoid_is_relatively_exact(a):
    assert float(gan.sigmoid(a)) == pytest.approx(math.exp(a), rel=1e-12)


@given(tables, tables)
def test_the_jensen_shannon_divergence_is_that_of_torch_and_between_0_and_log_2(p, q):
    middle = Categorical(torch.tensor((p + q) / 2))
    halves = [kl_divergence(Categorical(torch.tensor(t)), middle) for t in (p, q)]
    found = gan.jensen_shannon(p, q)
    assert found == pytest.approx(float(sum(halves)) / 2, abs=1e-12)
    assert -1e-15 <= found <= math.log(2)
