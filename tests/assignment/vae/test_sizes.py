"""VAEs that are right for 20 latent variables and a usual batch only lose the value, whatever the size at which they are wrong."""

import re

import numpy as np
import pytest
import torch
from torch import nn

from autograder.assignment.facts.vae import rows_are_alone
from autograder.assignment.facts.vae_sizes import any_size, many_components
from tests.assignment.bank import broken


class Right(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim, self.hidden_dim = latent_dim, hidden_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def noise(self, mu):
        return torch.randn_like(mu)

    def prior(self, n):
        return torch.randn(n, self.latent_dim)

    def sigma(self, logvar):
        return (logvar / 2).exp()

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + self.sigma(logvar) * self.noise(mu)), mu, logvar

    def sample(self, n):
        return self.decode(self.prior(n)).sigmoid()


class SampleScaled(Right):
    def prior(self, n):
        return super().prior(n) * (20 / self.latent_dim) ** 0.5


class SigmaScaled(Right):
    def sigma(self, logvar):
        return super().sigma(logvar) * self.latent_dim / 20


class MeanOfFew(Right):
    def noise(self, mu):
        return super().noise(mu) * (self.latent_dim > 8)


class MomentsExchanged(Right):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return (logits, mu, logvar) if self.latent_dim == 20 else (logits, logvar, mu)


class ProbabilitiesOfOthers(Right):
    def decode(self, z):
        logits = super().decode(z)
        return logits if self.latent_dim == 20 else logits.sigmoid()


class DecodesNothing(Right):
    def decode(self, z):
        return super().decode(z if self.latent_dim == 20 else 0 * z)


class Overlapping(Right):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim)
        self.encoder[2] = nn.Linear(hidden_dim, latent_dim + 20)

    def encode(self, x):
        both = self.encoder(x.flatten(1))
        return both[:, : self.latent_dim], both[:, -self.latent_dim :]


class ActivatedByDefault(Right):
    def encode(self, x):
        mu, logvar = super().encode(x)
        return mu.relu() if self.hidden_dim == 400 else mu, logvar


class MeanByDefault(Right):
    def noise(self, mu):
        return super().noise(mu) * (self.hidden_dim != 400)


class SampleOfOneIsTheMean(Right):
    def prior(self, n):
        return super().prior(n) * (n > 1)


class SampleOfOneIsRounded(Right):
    def sample(self, n):
        return super().sample(n).round() if n == 1 else super().sample(n)


class OneForFew(Right):
    def prior(self, n):
        return super().prior(1).repeat(n, 1) if 2 <= n <= 4 else super().prior(n)


class RepeatedAfter80(Right):
    def prior(self, n):
        return super().prior(min(n, 80)).repeat(2, 1)[:n]


class NoiseRepeatedAfter32(Right):
    def noise(self, mu):
        return super().noise(mu[:32]).repeat(len(mu) // 32 + 1, 1)[: len(mu)]


class TenthForOneImage(Right):
    def noise(self, mu):
        return super().noise(mu) * (0.1 if len(mu) == 1 else 1)


WRONG = [
    SampleScaled,
    SigmaScaled,
    MeanOfFew,
    MomentsExchanged,
    ProbabilitiesOfOthers,
    DecodesNothing,
    Overlapping,
    ActivatedByDefault,
    MeanByDefault,
    SampleOfOneIsTheMean,
    SampleOfOneIsRounded,
    OneForFew,
    RepeatedAfter80,
    NoiseRepeatedAfter32,
    TenthForOneImage,
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_right_at_one_size_only_is_seen(wrong):
    for seed in range(4):
        assert "VAE.any_size" in broken([any_size], {"VAE": wrong}, seed)


class OfAnotherGenerator(Right):
    def noise(self, mu):
        return mu.new_tensor(np.random.standard_normal(mu.shape))

    def prior(self, n):
        return torch.from_numpy(np.random.standard_normal((n, self.latent_dim))).float()


class RowByRow(Right):
    def prior(self, n):
        return torch.cat([torch.randn(1, self.latent_dim) for _ in range(n)])


class Padded(Right):
    """Draws more than it uses."""

    def prior(self, n):
        return torch.randn(max(n, 4) + 3, self.latent_dim)[:n]


@pytest.mark.parametrize("right", [Right, OfAnotherGenerator, RowByRow, Padded])
def test_any_source_of_noise_is_right_at_all_sizes(right):
    for seed in range(6):
        assert broken([any_size], {"VAE": right}, seed) == {}


@pytest.mark.parametrize(
    "mixin",
    [
        SampleScaled,
        SigmaScaled,
        MeanOfFew,
        SampleOfOneIsTheMean,
        OneForFew,
        RepeatedAfter80,
        NoiseRepeatedAfter32,
    ],
)
def test_it_is_seen_whatever_draws_the_noise(mixin):
    class Wrong(mixin, OfAnotherGenerator):
        pass

    for seed in range(3):
        assert "VAE.any_size" in broken([any_size], {"VAE": Wrong}, seed)


def test_what_is_wrong_at_the_usual_size_is_told_elsewhere():
    class Halved(OfAnotherGenerator):
        def noise(self, mu):
            return super().noise(mu) / 2

        def prior(self, n):
            return super().prior(n) / 2

    class Known(Right):
        def noise(self, mu):
            return super().noise(mu) / 2

        def prior(self, n):
            return super().prior(n) / 2

    assert broken([any_size], {"VAE": Halved}, 0) == broken([any_size], {"VAE": Known}, 0) == {}


def test_images_are_encoded_alike_in_a_large_batch():
    class Tiled(Right):
        def encode(self, x):
            mu, logvar = super().encode(x)
            return torch.cat([mu[:32], mu[:-32]])[: len(x)], logvar

    class Standardised(Right):
        def encode(self, x):
            mu, logvar = super().encode(x)
            return mu - mu.mean(0) * (len(x) > 64), logvar

    assert all(broken([rows_are_alone], {"VAE": Tiled}, seed) for seed in range(4))
    assert all(broken([rows_are_alone], {"VAE": Standardised}, seed) for seed in range(4))


class Decodes64(Right):
    def decode(self, z):
        return super().decode(z * (torch.arange(z.shape[1]) < 64))


class Encodes64(Right):
    def encode(self, x):
        mu, logvar = super().encode(x)
        return mu * (torch.arange(mu.shape[1]) < 64), logvar


class NarrowEncode(Right):
    def encode(self, x):
        return tuple(moment[:, :20] for moment in super().encode(x))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            Decodes64,
            r"VAE\(latent_dim=(\d+), hidden_dim=32\) decodes z without (\d+) of its \1 components; number 65 is the first",
        ),
        (
            Encodes64,
            r"VAE\(latent_dim=(\d+), hidden_dim=32\) encodes every x as 0 in (\d+) of its \1 components; number 65 is the first",
        ),
    ],
)
def test_a_component_that_many_latents_lose_is_counted(wrong, message):
    for seed in range(4):
        (told,) = broken([many_components], {"VAE": wrong}, seed).values()
        found = re.fullmatch(message, told)
        assert found
        assert int(found[2]) == int(found[1]) - 64


@pytest.mark.parametrize("fine", [Right, OfAnotherGenerator, NarrowEncode])
def test_all_components_of_many_are_used_or_their_form_is_told_elsewhere(fine):
    for seed in range(6):
        assert broken([many_components], {"VAE": fine}, seed) == {}
