"""The gradient that reaches the generator. Oracle: torch's autograd through the players that are trained."""

import math

import numpy as np
import pytest
import torch

from autograder.assignment.torch_models.gan import ReferenceDiscriminator, ReferenceGenerator
from autograder.assignment.training.gan_gradients import gradient_norm, images_of, logits_of
from autograder.assignment.training.gan_shapes import NOISE, discriminator_form, generator_form


@pytest.fixture(scope="module")
def players():
    """Both players in float64, every parameter moved from its start, G in train mode."""
    torch.manual_seed(1)
    made = ReferenceGenerator(14).double(), ReferenceDiscriminator(14).double()
    with torch.no_grad():
        for player in made:
            for parameter in player.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
    return made


@pytest.fixture(scope="module")
def states(players):
    return [{name: tensor.numpy() for name, tensor in player.state_dict().items()} for player in players]


@pytest.fixture(scope="module")
def z():
    return np.random.default_rng(2).standard_normal((20, NOISE))


def test_images_and_logits_are_those_of_torch_in_train_mode(players, states, z):
    generator, discriminator = players
    images = generator(torch.tensor(z))
    np.testing.assert_allclose(images_of(states[0], z), images.detach(), rtol=1e-10)
    expected = discriminator(images).detach()
    np.testing.assert_allclose(logits_of(states[1], images.detach().numpy()), expected, rtol=1e-9)


@pytest.mark.parametrize("loss", ["minimax", "nonsaturating"])
def test_the_norm_is_that_of_the_gradient_that_autograd_takes(players, states, z, loss):
    generator, discriminator = players
    generator.zero_grad()
    logits = discriminator(generator(torch.tensor(z)))
    logits.retain_grad()
    signed = -logits if loss == "nonsaturating" else logits
    value = torch.nn.functional.softplus(signed).mean() / (2 if loss == "nonsaturating" else -2)
    value.backward()
    expected = math.sqrt(sum(float(p.grad.square().sum()) for p in generator.parameters()))
    assert gradient_norm(*states, z, logits.grad.numpy()) == pytest.approx(expected, rel=1e-9)


def test_the_forms_are_those_of_the_players(players):
    generator, discriminator = players
    shapes = {name: tuple(p.shape) for name, p in discriminator.named_parameters()}
    assert discriminator_form(14) == shapes
    assert generator_form(14).items() >= {n: tuple(p.shape) for n, p in generator.named_parameters()}.items()
