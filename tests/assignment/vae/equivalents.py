"""Correct reparameterisations and autoencoders of other makes; every fact must accept each of them."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Bernoulli, Independent, Normal


def reparameterize_randn_like(mu, logvar):
    return mu + torch.randn_like(mu) * (logvar * 0.5).exp()


def reparameterize_minus(mu, logvar):
    return mu - torch.sqrt(torch.exp(logvar)) * torch.randn(mu.shape, dtype=mu.dtype, device=mu.device)


def reparameterize_rsample(mu, logvar):
    return Normal(mu, torch.exp(logvar / 2)).rsample()


def reparameterize_independent(mu, logvar):
    return Independent(Normal(mu, logvar.exp().sqrt()), min(1, mu.dim())).rsample()


def reparameterize_torch_normal(mu, logvar):
    noise = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.addcmul(mu, noise, torch.exp(logvar / 2))


def reparameterize_in_double(mu, logvar):
    noise = torch.empty(mu.shape, dtype=torch.float64).normal_()
    return (mu.double() + torch.exp(logvar.double() / 2) * noise).to(mu.dtype)


def reparameterize_two_draws(mu, logvar):
    """A sum of two normal draws, halved in variance, is one."""
    noise = (torch.randn_like(mu) + torch.randn_like(mu)) / 2**0.5
    return mu + (logvar / 2).exp() * noise


def reparameterize_box_muller(mu, logvar):
    radius = torch.sqrt(-2 * torch.log1p(-torch.rand(mu.shape, dtype=torch.float64)))
    noise = radius * torch.cos(2 * torch.pi * torch.rand(mu.shape, dtype=torch.float64))
    return mu + torch.exp(logvar / 2) * noise.to(mu.dtype)


def reparameterize_loop(mu, logvar):
    elements = [
        m + torch.exp(v / 2) * torch.randn((), dtype=mu.dtype)
        for m, v in zip(mu.flatten(), logvar.flatten(), strict=True)
    ]
    return torch.stack(elements).reshape(mu.shape)


class Autoencoder(nn.Module):
    """The parts that the architectures below have in common; `encoder` ends in 2·latent_dim, `decoder` in 784."""

    def __init__(self, latent_dim, encoder, decoder):
        super().__init__()
        self.latent_dim, self.encoder, self.decoder = latent_dim, encoder, decoder

    def encode(self, x):
        mu, logvar = self.encoder(x.view(x.size(0), -1)).chunk(2, dim=-1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(reparameterize_randn_like(mu, logvar)), mu, logvar

    @torch.no_grad()
    def sample(self, n):
        device = next(self.parameters()).device
        return torch.sigmoid(self.decode(torch.randn(n, self.latent_dim, device=device)))


class Deep(Autoencoder):
    """Five layers on each side, ELU."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        h = hidden_dim
        inner = [layer for _ in range(3) for layer in (nn.Linear(h, h), nn.ELU())]
        mirrored = [layer for _ in range(3) for layer in (nn.Linear(h, h), nn.ELU())]
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, h), nn.ELU(), *inner, nn.Linear(h, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, h), nn.ELU(), *mirrored, nn.Linear(h, 784)),
        )


class Tiny(Autoencoder):
    """Two hidden units, whatever is asked for."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, 2), nn.Tanh(), nn.Linear(2, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, 2), nn.Tanh(), nn.Linear(2, 784)),
        )


class Linear(Autoencoder):
    """No hidden layer at all: probabilistic PCA with Bernoulli pixels."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, nn.Linear(784, 2 * latent_dim), nn.Linear(latent_dim, 784))


class Large(Autoencoder):
    """1500 hidden units, whatever is asked for."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, 1500), nn.ReLU(), nn.Linear(1500, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, 1500), nn.ReLU(), nn.Linear(1500, 784)),
        )


class BatchNormAndDropout(Autoencoder):
    def __init__(self, latent_dim=20, hidden_dim=400):
        h = hidden_dim
        super().__init__(
            latent_dim,
            nn.Sequential(
                nn.Linear(784, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(0.3), nn.Linear(h, 2 * latent_dim)
            ),
            nn.Sequential(
                nn.Linear(latent_dim, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(0.3), nn.Linear(h, 784)
            ),
        )


class LayerNorms(Autoencoder):
    """Normalised layers, also before the last one."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        h = hidden_dim
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, h), nn.LayerNorm(h), nn.GELU(), nn.Linear(h, 2 * latent_dim)),
            nn.Sequential(
                nn.Linear(latent_dim, h), nn.GELU(), nn.Linear(h, h), nn.LayerNorm(h), nn.Linear(h, 784)
            ),
        )


class WeightNorm(Autoencoder):
    def __init__(self, latent_dim=20, hidden_dim=400):
        norm = nn.utils.parametrizations.weight_norm
        h = hidden_dim
        super().__init__(
            latent_dim,
            nn.Sequential(norm(nn.Linear(784, h)), nn.SiLU(), norm(nn.Linear(h, 2 * latent_dim))),
            nn.Sequential(norm(nn.Linear(latent_dim, h)), nn.SiLU(), norm(nn.Linear(h, 784))),
        )


class SpectralNorm(Autoencoder):
    def __init__(self, latent_dim=20, hidden_dim=400):
        norm = nn.utils.parametrizations.spectral_norm
        h = hidden_dim
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, h), nn.ReLU(), nn.Linear(h, 2 * latent_dim)),
            nn.Sequential(norm(nn.Linear(latent_dim, h)), nn.ReLU(), norm(nn.Linear(h, 784))),
        )


class LastLayersStartAtZero(Autoencoder):
    """A fresh instance encodes to the prior and decodes to logits 0."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        heads = nn.Linear(hidden_dim, 2 * latent_dim), nn.Linear(hidden_dim, 784)
        for head in heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, hidden_dim), nn.ReLU(), heads[0]),
            nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), heads[1]),
        )


class DarkBias(Autoencoder):
    """The output bias starts at the logit of a dark image, as the data suggest."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        last = nn.Linear(hidden_dim, 784)
        nn.init.constant_(last.bias, -2.0)
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), last),
        )


class SoftplusSigma(Autoencoder):
    """The encoder thinks in σ = softplus(·) and reports log σ²; an unused layer was left behind."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784)),
        )
        self.left_over = nn.Linear(3, 3)

    def encode(self, x):
        mu, raw = super().encode(x)
        return mu, 2 * torch.log(F.softplus(raw) + 1e-6)


class BoundedMoments(Autoencoder):
    """mu and logvar in (−4, 4), logits cut off at ±30; works with flat x rescaled to [−1, 1]."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(
            latent_dim,
            nn.Sequential(nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)),
            nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784)),
        )

    def encode(self, x):
        mu, logvar = super().encode(2 * x - 1)
        return 4 * torch.tanh(mu), 4 * torch.tanh(logvar)

    def decode(self, z):
        return super().decode(z).clamp(-30, 30)


class Convolutional(nn.Module):
    """Strided convolutions down, transposed convolutions up; one bias for all pixels."""

    def __init__(self, latent_dim=20, hidden_dim=400, channels=8):
        super().__init__()
        self.latent_dim, self.channels = latent_dim, channels
        self.down = nn.Sequential(
            nn.Conv2d(1, channels, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 4, 2, 1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.mu, self.logvar = nn.Linear(channels * 49, latent_dim), nn.Linear(channels * 49, latent_dim)
        self.widen = nn.Linear(latent_dim, channels * 49)
        self.up = nn.Sequential(
            nn.ReLU(),
            nn.ConvTranspose2d(channels, channels, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(channels, 1, 4, 2, 1),
        )

    def encode(self, x):
        features = self.down(x.reshape(-1, 1, 28, 28))
        return self.mu(features), self.logvar(features)

    def decode(self, z):
        return self.up(self.widen(z).unflatten(1, (self.channels, 7, 7))).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(Normal(mu, torch.exp(logvar / 2)).rsample()), mu, logvar

    def sample(self, n):
        z = self.mu.weight.new_empty(n, self.latent_dim).normal_()
        return Bernoulli(logits=self.decode(z)).probs


class Upsampling(Convolutional):
    """Nearest-neighbour upsampling and a smooth last convolution; group normalisation; four channels."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim, channels=4)
        self.down[3] = nn.GroupNorm(2, 4)
        self.up = nn.Sequential(
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(4, 4, 3, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(4, 1, 3, padding=1),
        )


class Residual(nn.Module):
    """A skip past every hidden layer; separate heads; z drawn with torch.normal; sample in a loop."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.first = nn.Linear(784, hidden_dim)
        self.block = nn.Linear(hidden_dim, hidden_dim)
        self.heads = nn.ModuleDict({k: nn.Linear(hidden_dim, latent_dim) for k in ("mu", "logvar")})
        self.back = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.skip = nn.Linear(latent_dim, 784, bias=False)

    def encode(self, x):
        hidden = F.leaky_relu(self.first(torch.flatten(x, 1)))
        hidden = hidden + F.leaky_relu(self.block(hidden))
        return self.heads["mu"](hidden), self.heads["logvar"](hidden)

    def decode(self, z):
        return self.out(F.leaky_relu(self.back(z))) + self.skip(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
        return self.decode(mu - noise * torch.exp(logvar / 2)), mu, logvar

    def sample(self, n):
        device = self.out.weight.device
        draws = [torch.randn(1, self.latent_dim, device=device) for _ in range(n)]
        return torch.cat([torch.sigmoid(self.decode(z)) for z in draws])


REPARAMETERIZE = [f for name, f in list(vars().items()) if name.startswith("reparameterize_")]
ARCHITECTURES = [
    c
    for c in list(vars().values())
    if isinstance(c, type) and issubclass(c, nn.Module) and c is not Autoencoder
]
