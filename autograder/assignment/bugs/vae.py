"""Typical mistakes in the class VAE, exercise 9-1 (e), in architectures as students write them.

Mistakes that no behaviour can tell apart say the same sentence.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# The classes are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import VAE
from autograder.assignment.bugs import bug

# encode: mu


@bug(VAE, "Your mu and logvar are the same numbers: each needs its own output layer.", sheet="9-1 (e)")
class vae_shared_head(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        shared = self.encoder(x.reshape(len(x), 784))[:, : self.latent_dim]
        return shared, shared

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your mu and logvar are the same numbers: each needs its own output layer.", sheet="9-1 (e)")
class vae_same_layer_called_twice(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.mu(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your logvar is −mu: each needs its own output layer.", sheet="9-1 (e)")
class vae_logvar_is_minus_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu = self.mu(self.body(x.flatten(1)))
        return mu, -mu

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_relu_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return F.relu(mu), logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_softplus_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return F.softplus(self.heads["mu"](h)), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_exponential_of_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h).exp(), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_absolute_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).chunk(2, dim=1)
        return mu.abs(), logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_sigmoid_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return torch.sigmoid(self.mu(h)), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The components of your mu add up to 1: mu is no probability, leave out the softmax.",
    sheet="9-1 (e)",
)
class vae_softmax_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(x.flatten(1))
        return self.mu(h).softmax(dim=-1), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu never leaves [−1, 1]: leave out the tanh or clamp after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_tanh_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return torch.tanh(mu), logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu never leaves [−1, 1]: leave out the tanh or clamp after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_clamped_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h).clamp(-1, 1), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode draws the noise, so that its mu is z: the noise belongs in forward, and encode returns the mean.",
    sheet="9-1 (e)",
)
class vae_encode_returns_noisy_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        mu, logvar = self.mu(h), self.logvar(h)
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu), logvar

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        z, logvar = self.encode(x)
        return self.decode(z), z, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode draws the noise, so that its mu is z: the noise belongs in forward, and encode returns the mean.",
    sheet="9-1 (e)",
)
class vae_encode_samples_and_forward_too(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).chunk(2, dim=1)
        return mu + torch.exp(logvar / 2) * torch.randn_like(mu), logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# encode: logvar


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
    mistake="logvar_as_sigma",
)
class vae_encodes_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, raw = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, F.softplus(raw)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, sigma = self.encode(x)
        z = mu + sigma * torch.randn_like(sigma)
        return self.decode(z), mu, sigma

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
    mistake="logvar_as_sigma",
)
class vae_encodes_exponential_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), torch.exp(0.5 * self.logvar(h))

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, std = self.encode(x)
        eps = torch.randn_like(std)
        return self.decode(mu + eps * std), mu, std

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
    mistake="logvar_as_variance",
)
class vae_encodes_variance(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(x.flatten(1))
        return self.mu(h), self.logvar(h).exp()

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, var = self.encode(x)
        z = mu + var.sqrt() * torch.randn_like(var)
        return self.decode(z), mu, var

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
)
class vae_relu_on_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), F.relu(self.logvar(h))

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
)
class vae_softplus_on_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, raw = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, F.softplus(raw)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is never negative, as if it were σ or σ² or came from an activation: log σ² is below 0 where σ < 1.",
    sheet="9-1 (e)",
)
class vae_absolute_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h).abs()

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar never leaves [−1, 1]: leave out the tanh or clamp, σ must be free to become small.",
    sheet="9-1 (e)",
)
class vae_clamped_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h).clamp(-1, 1)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar never leaves [−1, 1]: leave out the tanh or clamp, σ must be free to become small.",
    sheet="9-1 (e)",
)
class vae_tanh_on_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, torch.tanh(logvar)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is the same for every image: it belongs to q(z|x) and depends on x as mu does.",
    sheet="9-1 (e)",
)
class vae_constant_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        mu = self.mu(F.relu(self.hidden(x.flatten(1))))
        return mu, torch.full_like(mu, -2.0)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is the same for every image: it belongs to q(z|x) and depends on x as mu does.",
    sheet="9-1 (e)",
)
class vae_logvar_of_zeros(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, _ = self.moments(self.down(x.reshape(-1, 1, 28, 28))).chunk(2, dim=1)
        return mu, torch.zeros_like(mu)

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logvar is the same for every image: it belongs to q(z|x) and depends on x as mu does.",
    sheet="9-1 (e)",
)
class vae_logvar_is_one_parameter(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Parameter(torch.zeros(latent_dim))
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu = self.mu(self.body(x.flatten(1)))
        return mu, self.logvar.expand_as(mu)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# encode: the image


@bug(
    VAE,
    "Your encode rounds x to black and white: the grey values in [0, 1] are part of the image.",
    sheet="9-1 (e)",
)
class vae_rounds_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1).round()))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode rounds x to black and white: the grey values in [0, 1] are part of the image.",
    sheet="9-1 (e)",
)
class vae_thresholds_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder((x.flatten(1) > 0.5).float())
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode is random in eval mode (dropout that is always on, or pixels that are drawn): one image has one mu and one logvar.",
    sheet="9-1 (e)",
)
class vae_draws_the_pixels_it_encodes(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(torch.bernoulli(x.reshape(len(x), 784))).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode is random in eval mode (dropout that is always on, or pixels that are drawn): one image has one mu and one logvar.",
    sheet="9-1 (e)",
)
class vae_dropout_always_on(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.dropout(F.relu(self.hidden(x.flatten(1))), 0.2)
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode is random in eval mode (dropout that is always on, or pixels that are drawn): one image has one mu and one logvar.",
    sheet="9-1 (e)",
)
class vae_noise_added_to_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        x = x + 0.1 * torch.randn_like(x)
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encoder overwrites x in place: the likelihood then compares the logits with another image.",
    sheet="9-1 (e)",
)
class vae_rescales_the_image_in_place(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        x = x.flatten(1)
        x -= 0.5
        h = F.relu(self.hidden(x))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encoder overwrites x in place: the likelihood then compares the logits with another image.",
    sheet="9-1 (e)",
)
class vae_standardises_the_image_in_place(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        x = x.sub_(0.13).div_(0.31).reshape(-1, 1, 28, 28)
        mu, logvar = self.moments(self.down(x)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_centres_on_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        flat = x.reshape(len(x), 784)
        mu, logvar = self.encoder(flat - flat.mean(0)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_softmax_over_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1)).softmax(dim=0)
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_batch_norm_without_running_statistics(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1),
            nn.BatchNorm2d(8, track_running_stats=False),
            nn.ReLU(),
            nn.Conv2d(8, 8, 4, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_divides_by_the_largest_of_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(x.flatten(1))
        h = h / h.abs().max()
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_decoder_normalised_over_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        h = F.relu(self.widen(z))
        return self.out(h - h.mean(dim=0, keepdim=True))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "You divide by what is 0 for an image of one colour: the result is nan.", sheet="9-1 (e)")
class vae_divides_by_contrast(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        flat = x.reshape(len(x), 784)
        standardised = (flat - flat.mean(1, keepdim=True)) / flat.std(1, keepdim=True)
        mu, logvar = self.encoder(standardised).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "You divide by what is 0 for an image of one colour: the result is nan.", sheet="9-1 (e)")
class vae_divides_by_the_brightest_pixel(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        flat = x.flatten(1)
        h = F.relu(self.hidden(flat / flat.amax(dim=1, keepdim=True)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "You divide by what is 0 for an image of one colour: the result is nan.", sheet="9-1 (e)")
class vae_scales_to_the_whole_range(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        flat = x.flatten(1)
        low, high = flat.amin(1, keepdim=True), flat.amax(1, keepdim=True)
        h = self.encoder((flat - low) / (high - low))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# Shapes


@bug(
    VAE,
    "Your encode takes vectors (N, 784) only: flatten an image of shape (N, 1, 28, 28) first.",
    sheet="9-1 (e)",
)
class vae_flat_images_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your encode takes images (N, 1, 28, 28) only: reshape a vector (N, 784) first.", sheet="9-1 (e)")
class vae_square_images_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "A batch size is written into your code: take it from the argument.", sheet="9-1 (e)")
class vae_reshapes_to_128_images(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.view(128, 784)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "A batch size is written into your code: take it from the argument.", sheet="9-1 (e)")
class vae_noise_for_128_images(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn(128, self.latent_dim)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "A batch size is written into your code: take it from the argument.", sheet="9-1 (e)")
class vae_reshapes_decoded_to_64(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).view(64, 8, 7, 7)).view(64, 784)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your reshape loses the batch axis: all images become one vector.", sheet="9-1 (e)")
class vae_flattens_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.view(-1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your reshape loses the batch axis: all images become one vector.", sheet="9-1 (e)")
class vae_flattens_the_batch_into_a_row(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(x.reshape(1, -1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You squeeze: the batch axis disappears where there is a single image.",
    sheet="9-1 (e)",
    mistake="squeezed",
)
class vae_drops_a_batch_of_one(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu.squeeze(), logvar.squeeze()

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You squeeze: the batch axis disappears where there is a single image.",
    sheet="9-1 (e)",
    mistake="squeezed",
)
class vae_squeezes_the_logits(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(2).squeeze()

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "latent_dim has no effect, or not everywhere: a size of z is written as 20.", sheet="9-1 (e)")
class vae_ignores_latent_dim(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = 20
        self.encoder = nn.Sequential(nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * 20))
        self.decoder = nn.Sequential(nn.Linear(20, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "latent_dim has no effect, or not everywhere: a size of z is written as 20.", sheet="9-1 (e)")
class vae_decoder_takes_twenty_latents(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(20, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "latent_dim has no effect, or not everywhere: a size of z is written as 20.", sheet="9-1 (e)")
class vae_samples_twenty_latents(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, 20)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "A hidden size is written as 400: with another hidden_dim your layers do not fit together.",
    sheet="9-1 (e)",
)
class vae_layers_of_width_400(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(400, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your decode returns images; its logits have shape (N, 784).", sheet="9-1 (e)")
class vae_decodes_to_images(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your sample returns images; it should return probabilities of shape (n, 784).", sheet="9-1 (e)")
class vae_sample_returns_images(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z)).view(n, 1, 28, 28)


@bug(VAE, "Your sample returns another number of images than n.", sheet="9-1 (e)")
class vae_sample_ignores_n(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(64, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE, "Your layers are float64; the images are float32, and so should the parameters be.", sheet="9-1 (e)"
)
class vae_double_precision_layers(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.double()

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# decode


@bug(VAE, "Your decode applies the sigmoid: it should return logits.", sheet="9-1 (e)")
class vae_decodes_probabilities(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z).sigmoid()

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.randn(n, self.latent_dim))


@bug(VAE, "Your decode applies the sigmoid: it should return logits.", sheet="9-1 (e)")
class vae_sigmoid_layer_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784), nn.Sigmoid()
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.randn(n, self.latent_dim))


@bug(
    VAE,
    "Your decode never leaves [−1, 1], as after a tanh or a clamp: logits have no bounds.",
    sheet="9-1 (e)",
)
class vae_tanh_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z).tanh()

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode never leaves [−1, 1], as after a tanh or a clamp: logits have no bounds.",
    sheet="9-1 (e)",
)
class vae_clamped_logits(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z))).clamp(-1, 1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode cuts the logits off so tightly that no pixel can be surely black or white.",
    sheet="9-1 (e)",
    mistake="clamped",
)
class vae_logits_cut_off(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z).clamp(-4, 4)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your decode is never negative, as after a ReLU: logits can be negative.", sheet="9-1 (e)")
class vae_relu_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z).relu()

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your decode is never negative, as after a ReLU: logits can be negative.", sheet="9-1 (e)")
class vae_softplus_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return F.softplus(self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE, "Your decode ends in a softmax over the pixels: each pixel has a logit of its own.", sheet="9-1 (e)"
)
class vae_softmax_over_the_pixels(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return F.softmax(self.out(F.relu(self.widen(z))), dim=1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode returns log-probabilities, which are never positive: it should return logits.",
    sheet="9-1 (e)",
)
class vae_decodes_log_probabilities(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return F.logsigmoid(self.decoder(z))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode returns log-probabilities, which are never positive: it should return logits.",
    sheet="9-1 (e)",
)
class vae_log_softmax_over_the_pixels(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z).log_softmax(dim=1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your decode does not use all components of z.", sheet="9-1 (e)")
class vae_decoder_ignores_half_of_z(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim // 2, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784)
        )

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z[:, : z.shape[1] // 2])

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode is random in eval mode (dropout that is always on): one z has one image of logits.",
    sheet="9-1 (e)",
)
class vae_dropout_always_on_in_decode(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.dropout(F.relu(self.widen(z)), 0.3))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# forward


@bug(VAE, "The first result of your forward is a probability: it should be decode's logits.", sheet="9-1 (e)")
class vae_forward_returns_probabilities(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z).sigmoid(), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward exchanges mu and logvar, against encode: the order is (logits, mu, logvar).",
    sheet="9-1 (e)",
)
class vae_forward_swaps_moments(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), logvar, mu

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward exchanges mu and logvar, against encode: the order is (logits, mu, logvar).",
    sheet="9-1 (e)",
)
class vae_encode_and_forward_disagree(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.logvar(h), self.mu(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        logvar, mu = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns its results in another order than (logits, mu, logvar).", sheet="9-1 (e)")
class vae_forward_returns_logits_last(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return mu, logvar, self.decode(z)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "The first result of your forward is z: decode it.", sheet="9-1 (e)")
class vae_forward_returns_z(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return z, mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "The first result of your forward is x itself: it should be decode's logits.", sheet="9-1 (e)")
class vae_forward_returns_x(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        self.decode(z)
        return x.flatten(1), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns z in the place of mu: the KL divergence needs the mean.", sheet="9-1 (e)")
class vae_forward_returns_noisy_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), z, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns σ in the place of logvar.", sheet="9-1 (e)", mistake="logvar_as_sigma")
class vae_forward_returns_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        sigma = torch.exp(0.5 * logvar)
        return self.decode(mu + sigma * torch.randn_like(mu)), mu, sigma

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns σ² in the place of logvar.", sheet="9-1 (e)", mistake="logvar_as_variance")
class vae_forward_returns_variance(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        variance = logvar.exp()
        z = mu + variance.sqrt() * torch.randn_like(mu)
        return self.decode(z), mu, variance

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns another number of results than three: (logits, mu, logvar).", sheet="9-1 (e)")
class vae_forward_returns_two_results(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), (mu, logvar)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns another number of results than three: (logits, mu, logvar).", sheet="9-1 (e)")
class vae_forward_returns_the_logits_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns another number of results than three: (logits, mu, logvar).", sheet="9-1 (e)")
class vae_forward_returns_z_too(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar, z

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward an image has the same z in every call: draw fresh noise with reparameterize.",
    sheet="9-1 (e)",
)
class vae_never_samples(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward an image has the same z in every call: draw fresh noise with reparameterize.",
    sheet="9-1 (e)",
)
class vae_adds_sigma_without_noise(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward an image has the same z in every call: draw fresh noise with reparameterize.",
    sheet="9-1 (e)",
)
class vae_fixed_seed_in_forward(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        torch.manual_seed(0)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward an image has the same z in every call: draw fresh noise with reparameterize.",
    sheet="9-1 (e)",
)
class vae_noise_drawn_once(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.noise = nn.Parameter(torch.randn(latent_dim), requires_grad=False)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * self.noise
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward draws z in train mode only: in eval mode it decodes mu.", sheet="9-1 (e)")
class vae_samples_in_training_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu
        if self.training:
            z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward draws z in eval mode only: in train mode it decodes mu.", sheet="9-1 (e)")
class vae_samples_in_evaluation_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        if self.training:
            return self.decode(mu), mu, logvar
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# forward: z


@bug(
    VAE,
    "In your forward σ is e^logvar, but logvar is log σ², so that σ = e^(logvar/2).",
    sheet="9-1 (e)",
    mistake="variance_for_sigma",
)
class vae_variance_for_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is e^logvar, but logvar is log σ², so that σ = e^(logvar/2).",
    sheet="9-1 (e)",
    mistake="logvar_as_log_sigma",
)
class vae_logvar_as_log_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        sigma = logvar.exp()
        z = mu + sigma * torch.randn_like(sigma)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is logvar itself, but logvar is log σ².",
    sheet="9-1 (e)",
    mistake="logvar_as_sigma",
)
class vae_logvar_as_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + logvar * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward the noise is not multiplied by σ.", sheet="9-1 (e)")
class vae_noise_without_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward mu is not added to z.", sheet="9-1 (e)")
class vae_z_without_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = torch.exp(0.5 * logvar) * torch.randn_like(logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward all images of a batch share their noise: draw it in the shape of mu.",
    sheet="9-1 (e)",
)
class vae_one_noise_for_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn(1, self.latent_dim, device=x.device)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward all images of a batch share their noise: draw it in the shape of mu.",
    sheet="9-1 (e)",
)
class vae_one_number_for_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn((), device=mu.device)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward all components of z share one ε: draw it in the shape of mu.", sheet="9-1 (e)")
class vae_one_number_for_an_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn(len(mu), 1, device=mu.device)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward ε is uniform (torch.rand): it is normal (torch.randn).", sheet="9-1 (e)")
class vae_uniform_noise(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.rand_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward ε is uniform (torch.rand): it is normal (torch.randn).", sheet="9-1 (e)")
class vae_centred_uniform_noise(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * (2 * torch.rand_like(mu) - 1)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward ε is multiplied twice: z = mu + σ · ε².", sheet="9-1 (e)")
class vae_noise_multiplied_twice(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        eps = torch.randn_like(mu)
        std = torch.exp(0.5 * logvar) * eps
        z = mu + std * eps
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward ε has another standard deviation than 1.", sheet="9-1 (e)")
class vae_tenth_of_the_noise(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + 0.1 * torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward ε has another standard deviation than 1.", sheet="9-1 (e)")
class vae_half_of_the_noise(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.normal(0.0, 0.5, mu.shape, device=mu.device)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# Gradients


@bug(
    VAE,
    "In your forward z is detached: the reconstruction does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_detached_latents(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z.detach()), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward z is detached: the reconstruction does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_latents_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        with torch.no_grad():
            z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward z is detached: the reconstruction does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_samples_instead_of_rsample(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = torch.distributions.Normal(mu, torch.exp(0.5 * logvar)).sample()
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward z is detached: the reconstruction does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_data_of_z(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = (mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)).data
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a part of z, mu or σ, is detached: both train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_detached_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu.detach() + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a part of z, mu or σ, is detached: both train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_detached_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        with torch.no_grad():
            sigma = torch.exp(0.5 * logvar)
        z = mu + sigma * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a part of z, mu or σ, is detached: both train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_detached_logvar_of_one_layer(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar.detach()) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward detaches its logits: nothing is trained by the reconstruction.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_detached_logits(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z).detach(), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward detaches its logits: nothing is trained by the reconstruction.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_forward_decodes_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        with torch.no_grad():
            logits = self.decode(mu + torch.exp(0.5 * logvar) * torch.randn_like(mu))
        return logits, mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward detaches the mu or the logvar that it returns: the KL divergence does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_forward_returns_detached_moments(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu.detach(), logvar.detach()

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward detaches the mu or the logvar that it returns: the KL divergence does not train the encoder.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_forward_returns_detached_logvar(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar.data

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode cuts the gradient (torch.no_grad, detach or .data): the decoder is never trained.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_decodes_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        with torch.no_grad():
            return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode cuts the gradient (torch.no_grad, detach or .data): the decoder is never trained.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_decoder_weights_are_buffers(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    @torch.no_grad()
    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode cuts the gradient (torch.no_grad, detach or .data): the encoder is never trained.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_encodes_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    @torch.no_grad()
    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode cuts the gradient (torch.no_grad, detach or .data): the encoder is never trained.",
    sheet="9-1 (e)",
    mistake="detached",
)
class vae_encode_detaches(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu.detach(), logvar.detach()

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward runs under torch.no_grad: nothing is trained.", sheet="9-1 (e)", mistake="detached")
class vae_forward_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    @torch.no_grad()
    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# Parameters


@bug(
    VAE,
    "Layers in a plain Python list or dict, or plain tensors, are not registered: use nn.ModuleList, nn.ModuleDict or nn.Parameter.",
    sheet="9-1 (e)",
)
class vae_layers_in_a_list(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = [nn.Linear(784, hidden_dim), nn.Linear(hidden_dim, 2 * latent_dim)]
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = torch.tanh(self.encoder[0](x.reshape(len(x), 784)))
        mu, logvar = self.encoder[1](h).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Layers in a plain Python list or dict, or plain tensors, are not registered: use nn.ModuleList, nn.ModuleDict or nn.Parameter.",
    sheet="9-1 (e)",
)
class vae_layers_in_a_dict(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = {"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)}
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Layers in a plain Python list or dict, or plain tensors, are not registered: use nn.ModuleList, nn.ModuleDict or nn.Parameter.",
    sheet="9-1 (e)",
)
class vae_weights_are_plain_tensors(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.last = (torch.randn(784, hidden_dim) / hidden_dim**0.5).requires_grad_()

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return F.relu(self.widen(z)) @ self.last.T

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You make layers anew in every call: they belong in __init__, where they are made once and registered.",
    sheet="9-1 (e)",
)
class vae_layers_made_in_encode(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(nn.Linear(784, self.mu.in_features)(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You make layers anew in every call: they belong in __init__, where they are made once and registered.",
    sheet="9-1 (e)",
)
class vae_layers_made_in_decode(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return nn.Linear(self.latent_dim, 784)(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# Devices


@bug(
    VAE,
    "In your forward a tensor is made on, or moved to, the CPU: make it like another one (torch.randn_like(mu)), so that it also runs on a GPU.",
    sheet="9-1 (e)",
)
class vae_noise_on_the_cpu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.randn(mu.shape) * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a tensor is made on, or moved to, the CPU: make it like another one (torch.randn_like(mu)), so that it also runs on a GPU.",
    sheet="9-1 (e)",
)
class vae_noise_from_numpy(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        import numpy as np

        mu, logvar = self.encode(x)
        noise = torch.tensor(np.random.randn(*mu.shape), dtype=mu.dtype)
        return self.decode(mu + torch.exp(0.5 * logvar) * noise), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a tensor is made on, or moved to, the CPU: make it like another one (torch.randn_like(mu)), so that it also runs on a GPU.",
    sheet="9-1 (e)",
)
class vae_encodes_on_the_cpu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1).cpu())
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward a tensor is made on, or moved to, the CPU: make it like another one (torch.randn_like(mu)), so that it also runs on a GPU.",
    sheet="9-1 (e)",
)
class vae_constants_outside_the_state(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))
        self.centre = torch.full((784,), 0.13)

    def encode(self, x):
        h = self.body(x.flatten(1) - self.centre)
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


# sample


@bug(VAE, "Your sample returns logits: apply the sigmoid.", sheet="9-1 (e)")
class vae_sample_returns_logits(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.randn(n, self.latent_dim))


@bug(VAE, "Your sample applies the sigmoid twice.", sheet="9-1 (e)", mistake="sigmoid_twice")
class vae_sample_applies_the_sigmoid_twice(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        p = torch.sigmoid(self.decode(torch.randn(n, self.latent_dim)))
        return torch.sigmoid(p)


@bug(
    VAE,
    "Your sample ends in a softmax over the pixels: each pixel has a probability of its own.",
    sheet="9-1 (e)",
)
class vae_sample_ends_in_a_softmax(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.randn(n, self.latent_dim)).softmax(dim=1)


@bug(VAE, "Your sample draws z with torch.rand; the prior is normal (torch.randn).", sheet="9-1 (e)")
class vae_sample_from_uniform(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.rand(n, self.latent_dim)).sigmoid()


@bug(VAE, "Your sample draws z with torch.rand; the prior is normal (torch.randn).", sheet="9-1 (e)")
class vae_sample_from_centred_uniform(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = 2 * torch.rand(n, self.latent_dim) - 1
        return torch.sigmoid(self.decode(z))


@bug(
    VAE, "Your sample draws z with another standard deviation than 1: the prior is N(0, I).", sheet="9-1 (e)"
)
class vae_sample_from_a_wider_prior(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(nn.Linear(784, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU())
        self.heads = nn.ModuleDict({"mu": nn.Linear(h, latent_dim), "logvar": nn.Linear(h, latent_dim)})
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.SiLU(), nn.Linear(h, h), nn.SiLU(), nn.Linear(h, 784)
        )

    def encode(self, x):
        h = self.encoder(x.flatten(1))
        return self.heads["mu"](h), self.heads["logvar"](h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = 2 * torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE, "Your sample draws z with another standard deviation than 1: the prior is N(0, I).", sheet="9-1 (e)"
)
class vae_sample_from_a_narrower_prior(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.normal(0.0, 0.1, (n, self.latent_dim))
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your sample all components of z are one number: draw it in the shape (n, latent_dim).",
    sheet="9-1 (e)",
)
class vae_sample_draws_one_number(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, 1).expand(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your sample returns the same image n times: draw n values of z.", sheet="9-1 (e)")
class vae_sample_draws_one_latent(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return self.decode(torch.randn(1, self.latent_dim)).sigmoid().repeat(n, 1)


@bug(VAE, "Your sample decodes one fixed z: draw it from N(0, I).", sheet="9-1 (e)")
class vae_sample_decodes_zeros(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return torch.sigmoid(self.decode(torch.zeros(n, self.latent_dim)))


@bug(VAE, "Your sample returns the same images in every call: draw fresh z, without a seed.", sheet="9-1 (e)")
class vae_sample_with_a_fixed_seed(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.ReLU(), nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)
        )

    def encode(self, x):
        mu, logvar = self.moments(self.down(x.reshape(-1, 1, 28, 28))).split(self.latent_dim, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.up(self.widen(z).reshape(-1, 8, 7, 7)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        torch.manual_seed(42)
        return torch.sigmoid(self.decode(torch.randn(n, self.latent_dim)))


@bug(VAE, "Your sample returns the same images in every call: draw fresh z, without a seed.", sheet="9-1 (e)")
class vae_sample_from_a_kept_z(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.body = nn.Sequential(nn.Linear(784, hidden_dim), nn.LayerNorm(hidden_dim), nn.GELU())
        self.mu, self.logvar = nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))
        self.z = nn.Parameter(torch.randn(1000, latent_dim), requires_grad=False)

    def encode(self, x):
        h = self.body(torch.flatten(x, start_dim=1))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return torch.sigmoid(self.decode(self.z[:n]))


@bug(
    VAE, "Your sample returns black and white pixels; it should return their probabilities.", sheet="9-1 (e)"
)
class vae_sample_draws_pixels(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        return torch.bernoulli(self.decode(torch.randn(n, self.latent_dim)).sigmoid())


@bug(VAE, "Your sample does not draw z from the prior N(0, I).", sheet="9-1 (e)")
class vae_sample_encodes_random_images(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        mu, logvar = self.encode(torch.rand(n, 784))
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your sample does not draw z from the prior N(0, I).", sheet="9-1 (e)")
class vae_sample_shifts_the_prior(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim) + 1
        return torch.sigmoid(self.decode(z))


# The class itself


@bug(VAE, "Your __init__ does not call super().__init__() first.", sheet="9-1 (e)")
class vae_forgets_super(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "VAE() must work without arguments: latent_dim = 20, hidden_dim = 400 are its defaults.",
    sheet="9-1 (e)",
)
class vae_no_default_sizes(nn.Module):
    def __init__(self, latent_dim, hidden_dim):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your VAE is no nn.Module: its class must be derived from it.", sheet="9-1 (e)")
class vae_no_module:
    def __init__(self, latent_dim=20, hidden_dim=400):
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim)
        return torch.sigmoid(self.decode(z))
