"""VAEs that are off by little, or where a student could easily not look: they lose marks all the same."""

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.facts import (
    vae,
    vae_distributions,
    vae_encode_decode,
    vae_forward,
    vae_gradients,
)
from tests.assignment.bank import broken
from tests.assignment.vae.test_sizes import OfAnotherGenerator, Right

SEEDS = range(4)


def breaks(fact, wrong):
    return all(broken([fact], {"VAE": wrong}, seed) for seed in SEEDS)


def image_only(change):
    """A forward that is another one for images."""

    class Wrong(Right):
        def forward(self, x):
            return change(self, x) if x.dim() == 4 and len(x) > 1 else super().forward(x)

    return Wrong


def decodes_mu(model, x):
    mu, logvar = model.encode(x)
    return model.decode(mu), mu, logvar


def shares_its_noise(model, x):
    mu, logvar = model.encode(x)
    return model.decode(mu + (logvar / 2).exp() * torch.randn_like(mu[:1])), mu, logvar


def exchanges_the_moments(model, x):
    logits, mu, logvar = Right.forward(model, x)
    return logits, logvar, mu


def detaches_the_encoder(model, x):
    mu, logvar = model.encode(x)
    z = mu + (logvar / 2).exp() * torch.randn_like(mu)
    return model.decode(z.detach()), mu, logvar


def gives_probabilities(model, x):
    logits, mu, logvar = Right.forward(model, x)
    return logits.sigmoid(), mu, logvar


def turns_the_image(model, x):
    return Right.forward(model, x.flip(3))


def views_by_the_second_axis(model, x):
    return Right.forward(model, x.view(x.shape[1], -1))


@pytest.mark.parametrize(
    "change",
    [
        decodes_mu,
        shares_its_noise,
        exchanges_the_moments,
        detaches_the_encoder,
        gives_probabilities,
        turns_the_image,
        views_by_the_second_axis,
    ],
)
def test_forward_is_the_same_for_images(change):
    assert breaks(vae.flat_or_image, image_only(change))


def test_one_image_alone_trains_the_encoder():
    class Detached(Right):
        def forward(self, x):
            mu, logvar = self.encode(x)
            z = mu + (logvar / 2).exp() * torch.randn_like(mu)
            return self.decode(z.detach() if len(x) == 1 else z), mu, logvar

    assert breaks(vae_gradients.logits_train_encoder_and_decoder, Detached)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: torch.where(x < 0.3, 0.0, x),
        lambda x: torch.where(x > 0.8, 1.0, x),
        lambda x: (x * 10).round() / 10,
    ],
    ids=["dark", "light", "ten grey values"],
)
def test_small_differences_of_grey_values_count(change):
    class Coarse(Right):
        def encode(self, x):
            return super().encode(change(x))

    assert breaks(vae_encode_decode.encoder_gives_mean_and_log_variance, Coarse)


def test_eight_bits_are_enough():
    class Bytes(Right):
        def encode(self, x):
            return super().encode((x * 255).round() / 255)

    for seed in SEEDS:
        assert broken([vae_encode_decode.encoder_gives_mean_and_log_variance], {"VAE": Bytes}, seed) == {}


@pytest.mark.parametrize("change", [lambda z: z.clamp(-1, 1), torch.abs], ids=["clamp", "abs"])
def test_decode_sees_all_of_z(change):
    class Wrong(Right):
        def decode(self, z):
            return super().decode(change(z))

    assert breaks(vae_encode_decode.decoder_gives_logits, Wrong)


def test_what_forward_returns_is_not_dropped_out():
    class Dropped(Right):
        def forward(self, x):
            logits, mu, logvar = super().forward(x)
            return logits, F.dropout(mu, 0.1, self.training), logvar

    class DroppedInEncode(Right):
        def encode(self, x):
            mu, logvar = super().encode(x)
            return F.dropout(mu, 0.1, self.training), logvar

    assert breaks(vae_forward.forward_samples, Dropped)
    for seed in SEEDS:
        assert broken([vae_forward.forward_samples], {"VAE": DroppedInEncode}, seed) == {}


def first_in_the_last(z):
    return torch.cat([z[:, :-1], z[:, :1]], dim=1) if z.shape[1] > 1 else z


def in_pairs(z):
    return torch.stack([z[::2], -z[::2]], dim=1).flatten(0, 1)[: len(z)]


def none_for_the_last(z):
    return torch.cat([z[:-1], 0 * z[-1:]])


def with_the_third_before(z):
    return (z + z.roll(3, 0)) / 2**0.5


SLIGHT = {
    "scaled": lambda z: 1.03 * z,
    "clamped": lambda z: z.clamp(-3, 3),
    "shifted": lambda z: z + 0.03,
    "one component twice": first_in_the_last,
    "antithetic": in_pairs,
    "lag": with_the_third_before,
    "the last": none_for_the_last,
}


@pytest.mark.parametrize("change", SLIGHT.values(), ids=SLIGHT.keys())
def test_a_prior_that_is_a_little_off_is_seen(change):
    class Off(Right):
        def prior(self, n):
            return change(super().prior(n))

    assert breaks(vae_distributions.sample_decodes_the_prior, Off)


@pytest.mark.parametrize("change", SLIGHT.values(), ids=SLIGHT.keys())
def test_noise_in_another_layout_that_is_a_little_off_is_seen(change):
    class Off(Right):
        def noise(self, mu):
            return change(torch.randn(*mu.shape[::-1]).T)

    assert breaks(vae_distributions.latents_follow_the_encoder, Off)


def test_noise_in_another_layout_is_as_good():
    class Transposed(Right):
        def noise(self, mu):
            return torch.randn(*mu.shape[::-1]).T

        def prior(self, n):
            return torch.randn(self.latent_dim, n).T

    facts = [vae_distributions.latents_follow_the_encoder, vae_distributions.sample_decodes_the_prior]
    for right in (Transposed, OfAnotherGenerator):
        for seed in range(6):
            assert broken(facts, {"VAE": right}, seed) == {}


@pytest.mark.parametrize(
    "change", [lambda p: p**1.05, lambda p: p.half().float()], ids=["a power", "half precision"]
)
def test_probabilities_that_are_a_little_off_are_seen(change):
    class Off(Right):
        def sample(self, n):
            return change(super().sample(n))

    assert breaks(vae_distributions.sample_decodes_the_prior, Off)
