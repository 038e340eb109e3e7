"""The comparison of latents behind a decoder, against samples of known distributions and a count of pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.facts.vae_latents import ERRORS, Lens, distinct, errors_apart

RNG = np.random.default_rng(9)
N, LATENT = 200, 6


def decode(z):
    """A decoder that bends: 112 pixels from two layers."""
    rng = np.random.default_rng(1)
    hidden = np.tanh(z @ rng.normal(size=(LATENT, 32)) / LATENT**0.5)
    return hidden @ rng.normal(size=(32, 112))


def apart(noise):
    """How far decoded `noise` seems from decoded standard normal noise."""
    learned = RNG.normal(size=(N, LATENT))
    lens = Lens.learn(decode(learned), learned, np.linspace(-1, 1, LATENT))
    return lens.apart(decode(noise), decode(RNG.normal(size=(N, LATENT))))


def test_the_same_distribution_is_not_told_apart():
    assert max(apart(RNG.normal(size=(N, LATENT))) for _ in range(20)) < ERRORS


@pytest.mark.parametrize(
    "noise",
    [
        RNG.uniform(size=(N, LATENT)),
        RNG.uniform(-1, 1, size=(N, LATENT)),
        RNG.normal(size=(N, 1)).repeat(LATENT, axis=1),
        RNG.normal(size=(N, LATENT)) * np.exp(np.linspace(-1, 1, LATENT)),
        RNG.normal(size=(N, LATENT)) / 2,
        RNG.normal(size=(N, LATENT)) + np.array([1.0, -1, 1, -1, 1, -1]),
    ],
    ids=["uniform", "centred uniform", "one for all", "scaled by component", "halved", "shifted"],
)
def test_another_distribution_is_seen(noise):
    assert apart(noise) > ERRORS


@given(st.integers(2, 40), st.integers(2, 40), st.integers(1, 30))
def test_the_statistic_counts_which_of_each_pair_is_larger(n, m, values):
    one, other = RNG.integers(0, values, (n, 1)), RNG.integers(0, values, (m, 1))
    wins = sum((a > b) + (a == b) / 2 for a in one.ravel() for b in other.ravel())
    expected = abs(wins - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)
    assert errors_apart(one.astype(float), other.astype(float)) == pytest.approx(expected)


def test_equal_rows_count_once():
    assert distinct(np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]])) == 2
