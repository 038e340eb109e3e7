"""The trusted ELBO against torch.distributions and against plain loops, and what shuffling and decoys are for."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Normal, kl_divergence

from autograder.assignment.training.vae_judge import Latents, collapse_elbo, held_out, judge
from autograder.engine.draw import Draw


def draw(seed=0):
    return Draw(seed.to_bytes(4, "big"), "test")


def all_shifts(image, shift):
    """By slicing zeros: an oracle that shares no code with the judge."""
    large = np.zeros((28 + 2 * shift, 28 + 2 * shift), image.dtype)
    large[shift : shift + 28, shift : shift + 28] = image
    span = range(2 * shift + 1)
    return [large[i : i + 28, j : j + 28] for i in span for j in span]


@given(st.integers(0, 2**31), st.integers(1, 12), st.integers(1, 5))
def test_the_elbo_is_that_of_torch_distributions(seed, count, latent):
    d = draw(seed)
    x = d.uniform(0, 1, (count, 784), dtype=np.float32)
    mu, logvar = d.normal((count, latent), scale=2), d.normal((count, latent))
    latents = Latents.draw(mu, logvar, d)
    logits = d.normal((len(latents.z), 784), scale=4)
    judged = judge(x, mu, logvar, latents, logits)

    own = torch.tensor(logits[latents.images])
    p = Bernoulli(logits=own, validate_args=False)
    reconstruction = p.log_prob(torch.tensor(x).double()).sum(1).mean()
    q = Normal(torch.tensor(mu), torch.tensor(np.exp(logvar / 2)))
    kl = kl_divergence(q, Normal(0.0, 1.0)).sum(1).mean()
    assert judged.reconstruction == pytest.approx(reconstruction.item(), rel=1e-9)
    assert judged.kl == pytest.approx(kl.item(), rel=1e-9)
    assert judged.elbo == pytest.approx((reconstruction - kl).item(), rel=1e-9)


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_the_collapse_level_is_the_log_likelihood_of_the_mean_of_all_shifted_training_images(digits, shift):
    train = digits.train_images[:40]
    x = held_out(digits.test_images, 50, shift, draw())
    copies = np.array([copy for image in train for copy in all_shifts(image / 255, shift)])
    mean = (copies.mean(0) * len(train) + 0.5) / (len(train) + 1)
    p = Bernoulli(probs=torch.tensor(mean.reshape(-1)), validate_args=False)
    expected = p.log_prob(torch.tensor(x).double()).sum(1).mean().item()
    assert collapse_elbo(train, shift, x) == pytest.approx(expected, rel=1e-9)


def test_a_decoder_that_ignores_z_reaches_the_collapse_level_and_no_constant_image_is_much_better(digits):
    x = held_out(digits.test_images, 300, 1, draw())
    collapse = collapse_elbo(digits.train_images, 1, x)
    best = np.clip(x.astype(np.float64).mean(0), 1e-6, 1 - 1e-6)  # fitted to the held-out images themselves
    zero = np.zeros((300, 2))
    latents = Latents.draw(zero, zero, draw())
    logits = np.broadcast_to(np.log(best) - np.log1p(-best), (len(latents.z), 784))
    judged = judge(x, zero, zero, latents, logits)
    assert judged.kl == 0
    assert collapse < judged.elbo < collapse + 5


def test_held_out_images_are_test_images_moved_by_at_most_the_shift(digits):
    x = held_out(digits.test_images, 20, 1, draw())
    assert x.shape == (20, 784)
    moved = {copy.tobytes() for image in digits.test_images for copy in all_shifts(image, 1)}
    assert all(np.rint(image * 255).astype(np.uint8).tobytes() in moved for image in x)


def test_every_shift_occurs_and_no_two_submissions_see_the_same_images(digits):
    one = np.zeros((1, 28, 28), np.uint8)
    one[0, 14, 14] = 255
    where = held_out(one, 500, 1, draw()).argmax(axis=1)
    counts = np.bincount(where, minlength=784)
    assert sorted(np.flatnonzero(counts)) == sorted(
        (14 + i) * 28 + 14 + j for i in (-1, 0, 1) for j in (-1, 0, 1)
    )
    assert counts.max() < 100  # of 500 in 9 places: 56 expected, 6 standard deviations are 42
    first, second = (held_out(digits.test_images, 50, 1, draw(seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, held_out(digits.test_images, 50, 1, draw(1)))


def test_latents_are_drawn_from_q_and_decoys_from_the_prior():
    mu, logvar = np.full((4000, 3), 2.0), np.full((4000, 3), np.log(0.25))
    latents = Latents.draw(mu, logvar, draw())
    eps, decoys = (latents.z[latents.images] - 2) / 0.5, latents.z[latents.decoys]
    assert len(decoys) >= 0.1 * len(latents.z)
    for z in (eps, decoys):
        assert abs(z.mean()) < 6 / np.sqrt(z.size)
        assert abs(z.std() - 1) < 6 / np.sqrt(2 * z.size)


def test_every_row_has_one_meaning_and_repeated_rows_hold_the_same_latents():
    mu = np.arange(1.0, 101.0)[:, None]
    latents = Latents.draw(mu, np.full((100, 1), -60.0), draw())
    rows = np.concatenate(
        [latents.images, latents.decoys, latents.scaled.reshape(-1), latents.walks, latents.repeats]
    )
    assert sorted(rows) == list(range(len(latents.z)))
    np.testing.assert_array_equal(latents.z[latents.images], mu)
    np.testing.assert_array_equal(latents.z[latents.repeats], mu[: len(latents.repeats)])
    assert len(latents.repeats) >= 10


def test_a_decoder_that_answers_in_the_order_of_the_images_is_far_worse_than_a_constant_image(digits):
    x = held_out(digits.test_images, 300, 1, draw())
    zero = np.zeros((300, 2))
    latents = Latents.draw(zero, zero, draw())
    perfect = np.clip(x.astype(np.float64), 1e-3, 1 - 1e-3)
    perfect = np.log(perfect) - np.log1p(-perfect)
    in_call_order = np.resize(perfect, (len(latents.z), 784))
    in_our_order = in_call_order.copy()
    in_our_order[latents.images] = perfect
    collapse = collapse_elbo(digits.train_images, 1, x)
    assert judge(x, zero, zero, latents, in_our_order).elbo > collapse + 50
    assert judge(x, zero, zero, latents, in_call_order).elbo < collapse - 50


def test_logits_that_differ_for_the_same_z_are_noticed_and_rounding_is_not():
    x = np.zeros((40, 784), np.float32)
    zero = np.zeros((40, 2))
    latents = Latents.draw(zero, zero, draw())
    logits = np.full((len(latents.z), 784), 5.0)
    logits[latents.repeats] += 1e-5
    assert judge(x, zero, zero, latents, logits).repeatable
    logits[latents.repeats[0], 7] += 0.1
    assert not judge(x, zero, zero, latents, logits).repeatable


def network(latent=3):
    """A decoder with curvature, in float64: z → logits (N, 784)."""
    torch.manual_seed(1)
    layers = (torch.nn.Linear(latent, 16), torch.nn.Tanh(), torch.nn.Linear(16, 784))
    return torch.nn.Sequential(*layers).double()


def test_implied_kl_weights_are_the_derivatives_that_autograd_takes():
    """β = (dR/dc)/Σ(1−σ²) for σ·eᶜ, and −(dR/dd)/Σμ² for μ·eᵈ, with one ε for all; R by torch."""
    d = draw()
    x = d.uniform(0, 1, (200, 784), dtype=np.float32)
    mu, logvar = d.normal((200, 3)), d.normal((200, 3), mean=-1, scale=0.3)
    decoder = network()
    latents = Latents.draw(mu, logvar, draw(5))
    with torch.no_grad():
        logits = decoder(torch.tensor(latents.z).double()).numpy()
    weights = judge(x, mu, logvar, latents, logits).weights

    m, s = torch.tensor(mu), torch.tensor(np.exp(logvar / 2))
    noise = torch.tensor(latents.z[latents.images]).double() - m
    c, e = torch.zeros((), dtype=torch.float64, requires_grad=True), torch.zeros((), requires_grad=True)
    out = decoder(m * torch.exp(e.double()) + noise * torch.exp(c))
    p = Bernoulli(logits=out, validate_args=False)
    (-p.log_prob(torch.tensor(x).double()).sum() / 200).backward()
    assert weights.sigma == pytest.approx((c.grad / (1 - s**2).sum(1).mean()).item(), rel=0.01)
    assert weights.mu == pytest.approx((-e.grad / (m**2).sum(1).mean()).item(), rel=0.01)


def test_a_kl_term_that_is_flat_gives_no_weight():
    d = draw()
    mu, logvar = np.zeros((9, 2)), np.zeros((9, 2))
    latents = Latents.draw(mu, logvar, d)
    judged = judge(
        d.uniform(0, 1, (9, 784), dtype=np.float32), mu, logvar, latents, np.zeros((len(latents.z), 784))
    )
    assert not np.isfinite(judged.weights.mu)


def test_a_walk_goes_from_the_code_of_one_digit_to_that_of_another():
    mu = draw().normal((20, 4))
    latents = Latents.draw(mu, np.zeros_like(mu), draw(2))
    walk = latents.z[latents.walks].reshape(4, 8, 4)
    np.testing.assert_allclose(walk[:, 0], mu[0:8:2], rtol=1e-6)
    np.testing.assert_allclose(walk[:, -1], mu[1:8:2], rtol=1e-6)
    np.testing.assert_allclose(np.diff(walk, 2, axis=1), 0, atol=1e-5)


@given(st.integers(0, 2**31), st.integers(8, 40), st.integers(1, 5))
def test_no_decoder_sees_two_noisy_rows_of_one_image(seed, count, latent):
    """From two rows with one ε it would know μ exactly, and the KL term charges one look with noise."""
    d = draw(seed)
    latents = Latents.draw(d.normal((count, latent)), d.normal((count, latent)), d)
    seen = [set(range(part.start, part.stop)) for part in latents.parts]
    assert sorted(row for rows in seen for row in rows) == list(range(len(latents.z)))
    assert set(latents.walks) == seen[-1]  # without noise
    homes = [
        number
        for rows in (latents.images, *latents.scaled)
        for number, part in enumerate(seen)
        if set(rows) & part
    ]
    assert len(homes) == len(set(homes)) == 5
