"""A component that is bound by an activation, or to another one, costs the value; wide bounds and constant edges do not."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.facts.vae_free import every_output_is_free
from tests.assignment.bank import broken

BY = slice(1, 10)  # some components


class Right(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)


def encodes(change):
    class Wrong(Right):
        def encode(self, x):
            return change(*super().encode(x))

    return Wrong


def decodes(change, of_z=lambda z: z):
    class Wrong(Right):
        def decode(self, z):
            return change(super().decode(of_z(z)))

    return Wrong


def some(activation, which=BY):
    """The activation at these columns only."""

    def change(numbers):
        changed = numbers.clone()
        changed[:, which] = activation(numbers[:, which])
        return changed

    return change


LAST = slice(-2, None)
MOMENTS = {
    "tanh": lambda mu, logvar: (some(torch.tanh)(mu), logvar),
    "softsign": lambda mu, logvar: (some(F.softsign)(mu), logvar),
    "elu": lambda mu, logvar: (some(F.elu)(mu), logvar),
    "leaky": lambda mu, logvar: (some(F.leaky_relu)(mu), logvar),
    "relu of the last": lambda mu, logvar: (some(F.relu, LAST)(mu), logvar),
    "abs": lambda mu, logvar: (some(torch.abs)(mu), logvar),
    "dead": lambda mu, logvar: (some(torch.zeros_like, LAST)(mu), logvar),
    "constant": lambda mu, logvar: (some(lambda m: 0 * m + 0.3, LAST)(mu), logvar),
    "unit ball": lambda mu, logvar: (F.normalize(mu), logvar),
    "softmax": lambda mu, logvar: (mu.softmax(1) - 0.05, logvar),
    "shared": lambda mu, logvar: (some(lambda m: mu[:, :1] + 0.01)(mu), logvar),
    "floor": lambda mu, logvar: (mu, logvar.clamp(min=-0.01)),
    "logvar elu": lambda mu, logvar: (mu, some(F.elu)(logvar)),
    "logvar softplus": lambda mu, logvar: (mu, some(F.softplus)(logvar)),
    "logvar constant": lambda mu, logvar: (mu, some(lambda v: 0 * v - 1)(logvar)),
    "logvar 2 mu": lambda mu, logvar: (mu, 2 * mu),
    "logvar mu²": lambda mu, logvar: (mu, mu**2 - 1),
    "half tied": lambda mu, logvar: (mu, torch.cat([mu[:, :10] / 2, logvar[:, 10:]], dim=1)),
}
LOGITS = {
    "logit of the sigmoid": lambda a: torch.logit(a.sigmoid(), eps=1e-3),
    "clamp": lambda a: a.clamp(-6.5, 6.5),
    "softsign": lambda a: 8 * F.softsign(a),
    "elu": lambda a: F.elu(a) - 3,
    "exp": lambda a: a.clamp(max=50).exp() - 3,
    "relu": F.relu,
    "softplus": F.softplus,
    "leaky": F.leaky_relu,
    "sigmoid of some": some(torch.sigmoid, slice(300, 310)),
}


@pytest.mark.parametrize("change", MOMENTS.values(), ids=MOMENTS.keys())
def test_a_bound_component_of_the_moments_is_seen(change):
    for seed in range(4):
        assert broken([every_output_is_free], {"VAE": encodes(change)}, seed)


@pytest.mark.parametrize("change", LOGITS.values(), ids=LOGITS.keys())
def test_a_bound_logit_is_seen(change):
    for seed in range(4):
        assert broken([every_output_is_free], {"VAE": decodes(change)}, seed)


def edged(logits):
    return F.pad(logits[:, :400].reshape(-1, 20, 20), (4, 4, 4, 4), value=-5.0).flatten(1)


class SmallStart(Right):
    """σ starts far below 1, and the logits at the logarithm of dark pixels."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim)
        nn.init.constant_(self.encoder[2].bias[latent_dim:], -5.0)
        nn.init.constant_(self.decoder[2].bias, -4.0)


class Lipschitz(Right):
    """Spectral norms on both sides: only biases grow."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim)
        norm = nn.utils.parametrizations.spectral_norm
        for layer in (self.encoder[0], self.encoder[2], self.decoder[0], self.decoder[2]):
            norm(layer)


RIGHT = {
    "plain": Right,
    "bounded": encodes(lambda mu, logvar: (4 * mu.tanh(), 8 * logvar.tanh())),
    "sigmoid": encodes(lambda mu, logvar: (mu, 2 * F.logsigmoid(logvar))),
    "softplus": encodes(lambda mu, logvar: (mu, 2 * (F.softplus(logvar) + 1e-3).log())),
    "clamped": encodes(lambda mu, logvar: (mu.clamp(-5, 5), logvar.clamp(-4, 2))),
    "soft bound": decodes(lambda a: 12 * (a / 12).tanh()),
    "edges": decodes(edged),
    "small start": SmallStart,
    "Lipschitz": Lipschitz,
}


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT.keys())
def test_what_has_room_is_free(right):
    for seed in range(6):
        assert broken([every_output_is_free], {"VAE": right}, seed) == {}
