"""Typical mistakes in the class VAE, exercise 9-1 (e), in forward: what it returns, and how it draws z.

Mistakes that no behaviour can tell apart say the same sentence.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# The classes are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import VAE
from autograder.assignment.bugs import bug

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode and your forward give mu and logvar in different orders: both give mu first.",
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode and your forward give mu and logvar in different orders: both give mu first.",
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The mu that your forward returns is random: return encode's mean of the image, without noise.",
    sheet="9-1 (e)",
)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward draws fresh noise in train mode only: it samples in eval mode, too.", sheet="9-1 (e)")
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward draws fresh noise in eval mode only: it samples in train mode, too.", sheet="9-1 (e)")
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode and your forward give mu and logvar in different orders: both give mu first.",
    sheet="9-1 (e)",
)
class vae_encode_returns_logvar_first(nn.Module):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward images of a batch share their noise or have none: draw it in the shape of mu.",
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward images of a batch share their noise or have none: draw it in the shape of mu.",
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of z has another standard deviation than σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of z has another standard deviation than σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logvar that your forward returns is random: return encode's log σ² of the image, from layers made in __init__.",
    sheet="9-1 (e)",
)
class vae_forward_returns_z_for_logvar(nn.Module):
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
        return self.decode(z), mu, z

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward returns its logits in the shape of the image: they have shape (N, 784).",
    sheet="9-1 (e)",
)
class vae_forward_returns_images(nn.Module):
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
        return self.decode(z).reshape(x.shape), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The mu that your forward returns is random: return encode's mean of the image, without noise.",
    sheet="9-1 (e)",
)
class vae_noisy_image(nn.Module):
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
        mu, logvar = self.encode(x + 0.1 * torch.randn_like(x))
        return self.decode(mu), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward ε is never negative: the noise is normal, with both signs.",
    sheet="9-1 (e)",
)
class vae_absolute_noise(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu).abs()
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is e^(logvar/4), the root of σ: σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_root_of_sigma(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar).sqrt() * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is e^(2 logvar): σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_square_of_the_variance(nn.Module):
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
        z = mu + torch.exp(2 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is e^(−logvar/2), the inverse of σ: σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_inverse_sigma(nn.Module):
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
        z = mu + torch.exp(-0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is softplus(logvar), but logvar is log σ²: σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_softplus_for_sigma(nn.Module):
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
        z = mu + F.softplus(logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is √|logvar|, but logvar is log σ²: σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_root_of_logvar(nn.Module):
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
        z = mu + logvar.abs().sqrt() * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your z is not finite: no root and no logarithm of logvar, which may be negative; σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_root_of_negative_logvar(nn.Module):
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
        z = mu + logvar.sqrt() * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward mu and logvar stand in each other's place where z is drawn.",
    sheet="9-1 (e)",
)
class vae_reparameterize_arguments_swapped(nn.Module):
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
        z = logvar + torch.exp(0.5 * mu) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward mu is multiplied by ε and σ is added: it is the other way round.",
    sheet="9-1 (e)",
)
class vae_mu_and_sigma_exchanged(nn.Module):
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
        z = torch.exp(0.5 * logvar) + mu * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise is multiplied by mu, too: z = mu + σ·ε.",
    sheet="9-1 (e)",
)
class vae_noise_multiplied_by_mu(nn.Module):
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
        z = mu * (1 + torch.exp(0.5 * logvar) * torch.randn_like(mu))
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward decodes tanh(z): z has no bounds, and sample decodes z itself.",
    sheet="9-1 (e)",
)
class vae_tanh_on_z(nn.Module):
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
        z = torch.tanh(mu + torch.exp(0.5 * logvar) * torch.randn_like(mu))
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward z goes through an exponential, as LogNormal does: z itself is normal, of both signs.",
    sheet="9-1 (e)",
)
class vae_exponential_of_z(nn.Module):
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
        z = torch.distributions.LogNormal(mu, torch.exp(0.5 * logvar)).rsample()
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward decodes σ(z), a sigmoid of z: z has no bounds, and sample decodes z itself.",
    sheet="9-1 (e)",
)
class vae_sigmoid_on_z(nn.Module):
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
        z = torch.sigmoid(mu + torch.exp(0.5 * logvar) * torch.randn_like(mu))
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward ε is cut off: the standard normal has no bounds.",
    sheet="9-1 (e)",
)
class vae_clamped_noise(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu).clamp(-1, 1)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward decodes a draw from the prior: z is drawn from q(z|x), with the image's mu and logvar.",
    sheet="9-1 (e)",
)
class vae_decodes_prior_noise(nn.Module):
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
        z = torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward adds x to the logits: what is rebuilt is to come from z alone.",
    sheet="9-1 (e)",
)
class vae_image_added_to_the_logits(nn.Module):
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
        return self.decode(z) + x.flatten(1), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward decodes mu where no gradients are recorded: z is drawn whenever it is asked for.",
    sheet="9-1 (e)",
)
class vae_samples_with_gradients_only(nn.Module):
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
        z = mu
        if torch.is_grad_enabled():
            z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward centres the noise over the batch: the rows are not independent, and an image alone has no noise.",
    sheet="9-1 (e)",
)
class vae_centred_noise(nn.Module):
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
        noise = torch.randn_like(mu)
        z = mu + torch.exp(0.5 * logvar) * (noise - noise.mean(0))
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The noise of the second half of your batch mirrors that of the first: every image needs noise of its own.",
    sheet="9-1 (e)",
)
class vae_mirrored_noise(nn.Module):
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
        half = torch.randn_like(mu[: (len(mu) + 1) // 2])
        z = mu + torch.exp(0.5 * logvar) * torch.cat([half, -half])[: len(mu)]
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The first component of your z is mu without noise.",
    sheet="9-1 (e)",
)
class vae_first_component_without_noise(nn.Module):
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
        z = torch.cat([mu[:, :1], z[:, 1:]], dim=1)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward switches the mode of the model: only train() and eval() of the caller do.",
    sheet="9-1 (e)",
)
class vae_forward_leaves_train_mode(nn.Module):
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
        self.train()
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward seeds torch's generator (torch.manual_seed): whatever is drawn later is always the same.",
    sheet="9-1 (e)",
)
class vae_decode_seeds_the_generator(nn.Module):
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
        torch.manual_seed(0)
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward an image is decoded from the z of another one of its batch.",
    sheet="9-1 (e)",
)
class vae_latents_of_other_images(nn.Module):
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
        z = (mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)).flip(0)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward 0.1 is added to σ: σ = e^(logvar/2) alone.",
    sheet="9-1 (e)",
)
class vae_tenth_added_to_sigma(nn.Module):
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
        z = mu + (torch.exp(0.5 * logvar) + 0.1) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward mu is averaged over the batch where z is drawn: each image has its own.",
    sheet="9-1 (e)",
)
class vae_mu_of_the_batch(nn.Module):
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
        z = mu.mean(0) + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward z is drawn with the mean of mu and logvar over the batch: each image has its own.",
    sheet="9-1 (e)",
)
class vae_moments_of_the_batch(nn.Module):
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
        z = mu.mean(0) + torch.exp(0.5 * logvar.mean(0)) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "What you compute for an image depends on the other images of its batch, also in eval mode.",
    sheet="9-1 (e)",
)
class vae_mixes_the_moments(nn.Module):
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
        z = 0.5 * (mu + mu.flip(0)) + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ or logvar is averaged over the batch where z is drawn: each image has its own.",
    sheet="9-1 (e)",
)
class vae_sigma_of_the_batch(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar).mean(0) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The noise of your forward has 20 components, whatever latent_dim is: draw it in the shape of mu.",
    sheet="9-1 (e)",
)
class vae_twenty_components_of_noise(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn(len(mu), 20, device=mu.device)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward squeezes: a single image loses its batch axis.",
    sheet="9-1 (e)",
)
class vae_forward_squeezes_one_image(nn.Module):
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
        return self.decode(z).squeeze(0), mu.squeeze(0), logvar.squeeze(0)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logits of your forward depend on x in another way than through mu and logvar: decode z alone.",
    sheet="9-1 (e)",
)
class vae_skip_from_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))
        self.skip = nn.Linear(784, 784)

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z) + self.skip(x.flatten(1)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logits of your forward depend on x in another way than through mu and logvar: decode z alone.",
    sheet="9-1 (e)",
)
class vae_skip_from_the_hidden_layer(nn.Module):
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
        h = F.relu(self.widen(mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)))
        return self.out(h + F.relu(self.hidden(x.flatten(1)))), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward standardises the noise over the batch: the rows are not independent, and an image alone gives nan.",
    sheet="9-1 (e)",
)
class vae_standardised_noise(nn.Module):
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
        epsilon = torch.randn_like(mu)
        epsilon = (epsilon - epsilon.mean(0)) / epsilon.std(0)
        z = mu + torch.exp(0.5 * logvar) * epsilon
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward standardises the noise over the batch: the rows are not independent, and an image alone gives nan.",
    sheet="9-1 (e)",
)
class vae_noise_standardised_by_its_variance(nn.Module):
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
        epsilon = torch.randn_like(mu)
        epsilon = (epsilon - epsilon.mean(0)) / epsilon.std(0, unbiased=False)
        z = mu + torch.exp(0.5 * logvar) * epsilon
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward standardises the noise of each image over its components: they are then not independent.",
    sheet="9-1 (e)",
)
class vae_noise_standardised_over_the_components(nn.Module):
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
        epsilon = torch.randn_like(mu)
        epsilon = (epsilon - epsilon.mean(1, keepdim=True)) / epsilon.std(1, keepdim=True)
        z = mu + torch.exp(0.5 * logvar) * epsilon
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward standardises the noise of each image over its components: they are then not independent.",
    sheet="9-1 (e)",
)
class vae_noise_through_a_layer_norm(nn.Module):
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
        epsilon = F.layer_norm(torch.randn_like(mu), (self.latent_dim,))
        z = mu + torch.exp(0.5 * logvar) * epsilon
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of z has another standard deviation than σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_root_of_half_the_variance(nn.Module):
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
        z = mu + torch.sqrt(torch.exp(logvar) / 2) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of z has another standard deviation than σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_mean_of_five_draws(nn.Module):
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
        draws = [mu + torch.exp(0.5 * logvar) * torch.randn_like(mu) for _ in range(5)]
        z = torch.stack(draws).mean(0)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of z has another standard deviation than σ = e^(logvar/2).",
    sheet="9-1 (e)",
)
class vae_noise_added_twice(nn.Module):
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
        z = z + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logits of your forward hardly vary from draw to draw: the noise of z has the standard deviation σ in every call.",
    sheet="9-1 (e)",
)
class vae_noise_that_grows(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))
        self.calls = 0

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        self.calls += 1
        strength = min(1.0, self.calls / 10000)
        z = mu + strength * torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward takes σ for logvar: z then has the standard deviation e^(σ/2) instead of σ.",
    sheet="9-1 (e)",
)
class vae_sigma_handed_as_logvar(nn.Module):
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
        logvar_of_z = torch.exp(0.5 * logvar)
        z = mu + torch.exp(0.5 * logvar_of_z) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward takes σ² for logvar: z then has the standard deviation e^(σ²/2) instead of σ.",
    sheet="9-1 (e)",
)
class vae_variance_handed_as_logvar(nn.Module):
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
        logvar_of_z = torch.exp(logvar)
        z = mu + torch.exp(0.5 * logvar_of_z) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "In your forward σ is 10^(logvar/2): logvar is the natural logarithm of σ².", sheet="9-1 (e)")
class vae_decimal_logarithm(nn.Module):
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
        z = mu + 10 ** (0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logvar that your forward returns is that of your encode times a number: both are to be log σ².",
    sheet="9-1 (e)",
)
class vae_forward_doubles_logvar(nn.Module):
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
        z = mu + torch.exp(logvar) * torch.randn_like(mu)
        return self.decode(z), mu, 2 * logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logvar that your forward returns is that of your encode times a number: both are to be log σ².",
    sheet="9-1 (e)",
)
class vae_forward_halves_logvar(nn.Module):
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
        return self.decode(z), mu, 0.5 * logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ and ε are added: z = mu + σ ε, the noise multiplied by σ.",
    sheet="9-1 (e)",
)
class vae_noise_added_to_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.inner = nn.Linear(784, hidden_dim)
        self.means = nn.Linear(hidden_dim, latent_dim)
        self.logs = nn.Linear(hidden_dim, latent_dim)
        self.back = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.SiLU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        h = F.silu(self.inner(x.reshape(-1, 784)))
        return self.means(h), self.logs(h)

    def decode(self, z):
        return self.back(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        std = torch.exp(logvar / 2)
        return self.decode(mu + std + torch.randn_like(std)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The logvar that your forward returns is that of your encode plus a number: return it as it is.",
    sheet="9-1 (e)",
)
class vae_forward_lowers_logvar(nn.Module):
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
        if not self.training:
            logvar = logvar - 2
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The mu that your forward returns is another one in every call: return encode's mu as it is.",
    sheet="9-1 (e)",
)
class vae_forward_shrinks_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))
        self.calls = 0

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        self.calls += 1
        return self.decode(z), min(1.0, self.calls / 1000) * mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your forward returns half precision: return float32.", sheet="9-1 (e)", mistake="half_precision")
class vae_forward_in_half_precision(nn.Module):
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
        return self.decode(z).to(torch.bfloat16), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In train mode your forward overwrites x in place: the likelihood then compares the logits with another image.",
    sheet="9-1 (e)",
    mistake="in_place",
)
class vae_dropout_overwrites_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.drop = nn.Dropout(0.2, inplace=True)

    def encode(self, x):
        h = F.relu(self.hidden(self.drop(x.flatten(1))))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward does not decode one draw z = mu + e^(logvar/2) ε, ε ~ N(0, I), of the mu and logvar that it returns.",
    sheet="9-1 (e)",
)
class vae_averages_the_logits_of_draws(nn.Module):
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
        sigma = torch.exp(0.5 * logvar)
        logits = [self.decode(mu + sigma * torch.randn_like(mu)) for _ in range(8)]
        return torch.stack(logits).mean(0), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward does not decode one draw z = mu + e^(logvar/2) ε, ε ~ N(0, I), of the mu and logvar that it returns.",
    sheet="9-1 (e)",
)
class vae_floor_under_the_variance(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, torch.log(torch.exp(logvar) + 0.5)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        sigma = torch.sqrt(torch.exp(logvar) - 0.5)
        z = mu + sigma * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward keeps something from call to call, such as the last z or a counter: later it decodes another z for the same x and noise.",
    sheet="9-1 (e)",
)
class vae_noise_that_dies_out(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.strength = 1.0

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + self.strength * torch.exp(0.5 * logvar) * torch.randn_like(mu)
        self.strength *= 0.5
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward keeps something from call to call, such as the last z or a counter: later it decodes another z for the same x and noise.",
    sheet="9-1 (e)",
)
class vae_z_of_the_call_before(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.last = None

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        if self.last is not None and self.last.shape == z.shape:
            z = 0.9 * z + 0.1 * self.last
        self.last = z.detach()
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward returns a dict: the three results are a tuple, (logits, mu, logvar).",
    sheet="9-1 (e)",
)
class vae_forward_returns_a_dict(nn.Module):
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
        return {"logits": self.decode(z), "mu": mu, "logvar": logvar}

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward returns one mu and one logvar for the whole batch: every image has its own.",
    sheet="9-1 (e)",
    mistake="reduced",
)
class vae_forward_averages_the_moments(nn.Module):
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
        return self.decode(z), mu.mean(0), logvar.mean(0)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward keeps something from call to call, such as the last z or a counter: later it decodes another z for the same x and noise.",
    sheet="9-1 (e)",
)
class vae_samples_in_the_first_call_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.noise = 1.0

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + self.noise * torch.exp(0.5 * logvar) * torch.randn_like(mu)
        self.noise = 0.0
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward decodes mu where there is one image alone: its z is drawn, too.",
    sheet="9-1 (e)",
)
class vae_no_noise_for_one_image(nn.Module):
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
        z = mu if len(x) == 1 else mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward the noise of one half of the components comes back in the other half: each component has its own.",
    sheet="9-1 (e)",
)
class vae_noise_repeated_in_the_components(nn.Module):
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
        half = torch.randn_like(mu[:, : (self.latent_dim + 1) // 2])
        noise = torch.cat([half, half], dim=1)[:, : self.latent_dim]
        z = mu + torch.exp(0.5 * logvar) * noise
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward ε has a Laplace distribution: it is normal (torch.randn).",
    sheet="9-1 (e)",
)
class vae_laplace_noise(nn.Module):
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
        noise = torch.distributions.Laplace(torch.zeros_like(mu), 0.5**0.5).sample()
        z = mu + torch.exp(0.5 * logvar) * noise
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward gives one number for each image in the place of logvar: its shape is (N, latent_dim), as of mu.",
    sheet="9-1 (e)",
)
class vae_forward_sums_the_logvar(nn.Module):
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
        return self.decode(z), mu, logvar.sum(1)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward gives one number for each image in the place of logvar: its shape is (N, latent_dim), as of mu.",
    sheet="9-1 (e)",
)
class vae_forward_returns_the_kl(nn.Module):
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
        kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
        return self.decode(z), mu, kl

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward returns fewer images than x has.",
    sheet="9-1 (e)",
)
class vae_forward_of_128_at_most(nn.Module):
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
        mu, logvar = self.encode(x[:128])
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You return NumPy arrays or lists: tensors are asked for, which gradients flow through.",
    sheet="9-1 (e)",
)
class vae_forward_returns_numpy(nn.Module):
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
        return self.decode(z), mu.detach().numpy(), logvar.detach().numpy()

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is cut off at 1: σ = e^(logvar/2), whatever logvar is.",
    sheet="9-1 (e)",
)
class vae_sigma_at_least_one(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar.clamp(min=0)) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "In your forward σ is cut off at 1: σ = e^(logvar/2), whatever logvar is.",
    sheet="9-1 (e)",
)
class vae_sigma_at_most_one(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar).clamp(max=1) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The noise of the second half of your batch mirrors that of the first: every image needs noise of its own.",
    sheet="9-1 (e)",
)
class vae_mirrors_half_of_its_noise(nn.Module):
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
        noise = torch.randn_like(mu)
        half = len(x) // 2
        noise = torch.cat([noise[:half], -noise[:half], noise[2 * half :]])
        z = mu + torch.exp(0.5 * logvar) * noise
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "The mu and logvar that your forward returns are not those of your encode for the same x: let forward call encode.",
    sheet="9-1 (e)",
)
class vae_forward_encodes_otherwise(nn.Module):
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
        h = self.hidden(x.flatten(1))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))
