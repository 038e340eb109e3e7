"""Noise and gradients are there in every shape, at every spread, and ε is standard normal to the last: else it is found out."""

import math

import pytest
import torch

from autograder.assignment.facts import reparameterize as facts
from autograder.assignment.facts import whole_range
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, kinds_broken

FACTS = [fact for fact in facts_of(facts, whole_range) if fact.about.name == "reparameterize"]


def found(function, seed):
    """The facts that a function breaks, by their names, with their messages."""
    messages = broken(FACTS, {"reparameterize": function}, seed)
    return {name.rpartition(".")[2]: message for name, message in messages.items()}


def of_noise(make):
    """z with the noise that `make` makes of mu and logvar."""

    def sample(mu, logvar):
        return mu + torch.exp(logvar / 2) * make(mu, logvar)

    sample.__name__ = make.__name__
    return sample


def fresh(mu):
    return torch.randn_like(mu)


@of_noise
def shared_by_a_column_alone(mu, logvar):
    return fresh(mu[:1] if mu.ndim == 2 and mu.shape[1] == 1 else mu).expand(mu.shape)


@of_noise
def shared_by_a_vector(mu, logvar):
    return fresh(mu[:1] if mu.ndim == 1 else mu).expand(mu.shape)


@of_noise
def shared_by_the_last_axis_of_three(mu, logvar):
    return fresh(mu[..., :1] if mu.ndim == 3 else mu).expand(mu.shape)


@of_noise
def shared_by_the_first_axis_of_five(mu, logvar):
    return fresh(mu[:1] if mu.ndim == 5 else mu).expand(mu.shape)


@of_noise
def none_for_a_single_number(mu, logvar):
    return fresh(mu) * (mu.numel() > 1)


def detached_unless_a_matrix(mu, logvar):
    z = mu + torch.exp(logvar / 2) * fresh(mu)
    return z if mu.ndim == 2 else z.detach()


def column_squeezed(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(mu.squeeze(-1).shape, dtype=mu.dtype)


def one_axis_at_least(mu, logvar):
    return torch.atleast_1d(mu + torch.exp(logvar / 2) * fresh(mu))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "wrong",
    [
        shared_by_a_column_alone,
        shared_by_a_vector,
        shared_by_the_last_axis_of_three,
        shared_by_the_first_axis_of_five,
        none_for_a_single_number,
        detached_unless_a_matrix,
        one_axis_at_least,
    ],
    ids=lambda wrong: wrong.__name__,
)
def test_a_shape_without_noise_or_gradients_of_its_own_costs_the_shape_only(wrong, seed):
    assert set(found(wrong, seed)) == {"sample_has_the_shape_of_mu"}


@pytest.mark.parametrize("seed", range(4))
def test_a_column_keeps_its_shape(seed):
    assert "sample_has_the_shape_of_mu" in found(column_squeezed, seed)


def by_row(mu):
    return fresh(mu[..., :1]).expand(mu.shape) if mu.ndim > 1 else fresh(mu)


@of_noise
def by_row_where_mu_is_not_0(mu, logvar):
    return torch.where(mu != 0, by_row(mu), fresh(mu))


@of_noise
def by_row_where_logvar_is_not_0(mu, logvar):
    return torch.where(logvar != 0, by_row(mu), fresh(mu))


def one_radius_for_two(mu, logvar):
    """Each is normal and no two are correlated, but where one is large the other may be, too."""
    radius = (-2 * torch.rand_like(mu[::2]).log()).sqrt()
    angles = 2 * math.pi * torch.rand_like(mu)
    return mu + (logvar / 2).exp() * radius.repeat_interleave(2, 0)[: len(mu)] * angles.cos()


def mixed(axis, shift):
    def make(mu, logvar):
        noise = fresh(mu)
        return 0.8 * noise + 0.6 * noise.roll(shift, axis) if mu.ndim == 2 and len(mu) > 9 else noise

    make.__name__ = f"mixed_{axis}_{shift}"
    return of_noise(make)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "wrong",
    [
        by_row_where_mu_is_not_0,
        by_row_where_logvar_is_not_0,
        one_radius_for_two,
        mixed(0, 2),
        mixed(0, 77),
        mixed(1, 3),
        mixed((0, 1), (3, 2)),
    ],
    ids=lambda wrong: wrong.__name__,
)
def test_no_two_elements_share_noise_however_far_apart_and_wherever_z_is(wrong, seed):
    assert "noise_is_fresh" in found(wrong, seed)


@of_noise
def clamped(mu, logvar):
    return fresh(mu).clamp(-3.2, 3.2)


@of_noise
def rounded(mu, logvar):
    return fresh(mu).round(decimals=2)


@of_noise
def in_bfloat16(mu, logvar):
    return fresh(mu).bfloat16().to(mu.dtype)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wrong", [clamped, rounded, in_bfloat16], ids=lambda wrong: wrong.__name__)
def test_noise_has_neither_bounds_nor_steps(wrong, seed):
    assert "noise_is_standard_normal" in found(wrong, seed)


def elsewhere(noise, low, high):
    """The noise where logvar is from `low` to `high`, and normal at others."""

    def make(mu, logvar):
        return torch.where((low < logvar) & (logvar < high), noise(mu), fresh(mu))

    make.__name__ = f"{noise.__name__}_from_{low}_to_{high}"
    return of_noise(make)


def signs(mu):
    return fresh(mu).sign()


def one_sided(mu):
    return fresh(mu).abs()


def uniform(mu):
    return (2 * torch.rand_like(mu) - 1) * math.sqrt(3)


def shifted(mu):
    return fresh(mu) + 0.5


def none(mu):
    return torch.zeros_like(mu)


def thousandfold(mu):
    return 1000 * fresh(mu)


@of_noise
def more_where_mu_is_large(mu, logvar):
    return fresh(mu) * (1 + 1e-7 * mu.abs() / torch.exp(logvar / 2))


@of_noise
def with_a_floor(mu, logvar):
    """σ is 1e-6 at least, but at the very end."""
    sigma = torch.exp(logvar / 2)
    return fresh(mu) * torch.where((logvar > -58) & (sigma < 1e-6), 1e-6 / sigma, 1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "wrong",
    [
        *(elsewhere(noise, 6, 14) for noise in (signs, one_sided, uniform)),
        elsewhere(shifted, 3, 17),
        *(elsewhere(noise, -19, -9) for noise in (signs, one_sided, uniform, shifted)),
        elsewhere(none, -29, -21),
        elsewhere(none, -59, -31),
        elsewhere(thousandfold, -40, -33),
        more_where_mu_is_large,
        with_a_floor,
    ],
    ids=lambda wrong: wrong.__name__,
)
def test_noise_is_standard_normal_at_every_spread(wrong, seed):
    assert "any_spread" in found(wrong, seed)


@pytest.mark.parametrize("noise", [signs, one_sided, uniform, shifted], ids=lambda noise: noise.__name__)
def test_noise_that_is_never_normal_costs_its_value_only(noise):
    functions = {"reparameterize": elsewhere(noise, -math.inf, math.inf)}
    for seed in range(4):
        assert kinds_broken(FACTS, functions, seed) == {"value"}
