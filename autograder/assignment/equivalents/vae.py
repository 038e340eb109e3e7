"""Right forms of the class VAE, exercise 9-1 (e): architectures and styles that no fact may hold against anyone."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import VAE
from autograder.assignment.equivalents import equivalent


@equivalent(VAE)
class vae_separate_heads(nn.Module):
    """The classic form: two linear layers on each side, one head each for mu and logvar."""

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

    @torch.no_grad()
    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_one_layer_in_two_chunks(nn.Module):
    """One last layer, cut in two; tanh."""

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_deep(nn.Module):
    """SiLU, two hidden layers on each side, heads in a ModuleDict."""

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_convolutional(nn.Module):
    """Strided convolutions down, transposed convolutions up; ignores hidden_dim."""

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_layer_norm(nn.Module):
    """LayerNorm and GELU."""

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
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_draws_in_a_method(nn.Module):
    """Draws z in a static method of its own."""

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
        return self.decode(self.draw(mu, logvar)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))

    @staticmethod
    def draw(mean, log_variance):
        return torch.randn_like(mean) * torch.exp(log_variance / 2) + mean


@equivalent(VAE)
class vae_tiny(nn.Module):
    """Two hidden units, whatever is asked for."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(nn.Linear(784, 2), nn.Tanh(), nn.Linear(2, 2 * latent_dim))
        self.decoder = nn.Sequential(nn.Linear(latent_dim, 2), nn.Tanh(), nn.Linear(2, 784))

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_linear(nn.Module):
    """No hidden layer at all: probabilistic PCA with Bernoulli pixels."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Linear(784, 2 * latent_dim)
        self.decoder = nn.Linear(latent_dim, 784)

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_large(nn.Module):
    """1500 hidden units, whatever is asked for."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, 1500)
        self.mu = nn.Linear(1500, latent_dim)
        self.logvar = nn.Linear(1500, latent_dim)
        self.widen = nn.Linear(latent_dim, 1500)
        self.out = nn.Linear(1500, 784)

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_batch_norm_and_dropout(nn.Module):
    """BatchNorm and Dropout, which rest in eval mode."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        h = hidden_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(0.3), nn.Linear(h, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(0.3), nn.Linear(h, 784)
        )

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_functional_dropout(nn.Module):
    """F.dropout that is told whether it is training."""

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
        h = F.dropout(h, 0.2, training=self.training)
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


@equivalent(VAE)
class vae_convolutional_batch_norm(nn.Module):
    """BatchNorm between convolutions, group normalisation and upsampling in the decoder."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.down = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Conv2d(4, 8, 3, 2, 1),
            nn.BatchNorm2d(8),
            nn.Flatten(),
        )
        self.moments = nn.Linear(8 * 49, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 8 * 49)
        self.up = nn.Sequential(
            nn.GroupNorm(2, 8),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(8, 4, 3, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(4, 1, 3, padding=1),
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_weight_norm(nn.Module):
    """Weight-normalised layers."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        norm = nn.utils.parametrizations.weight_norm
        self.encoder = nn.Sequential(
            norm(nn.Linear(784, hidden_dim)), nn.SiLU(), norm(nn.Linear(hidden_dim, 2 * latent_dim))
        )
        self.decoder = nn.Sequential(
            norm(nn.Linear(latent_dim, hidden_dim)), nn.SiLU(), norm(nn.Linear(hidden_dim, 784))
        )

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_spectral_norm(nn.Module):
    """A spectrally normalised decoder."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        norm = nn.utils.parametrizations.spectral_norm
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(
            norm(nn.Linear(latent_dim, hidden_dim)), nn.ReLU(), norm(nn.Linear(hidden_dim, 784))
        )

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_zero_initialised_heads(nn.Module):
    """A fresh instance encodes to the prior and decodes to logits 0."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        for head in (self.mu, self.logvar, self.out):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_dark_output_bias(nn.Module):
    """The output bias starts at the logit of a dark image, as the data suggest; xavier weights."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        nn.init.constant_(self.out.bias, -2.0)
        nn.init.xavier_uniform_(self.hidden.weight)

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_softplus_sigma(nn.Module):
    """Thinks in σ = softplus(·) and reports log σ²; a layer that nothing uses was left behind."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.left_over = nn.Linear(3, 3)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        sigma = F.softplus(self.logvar(h)) + 1e-6
        return self.mu(h), 2 * torch.log(sigma)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_bounded_moments(nn.Module):
    """mu in (−4, 4), logvar in (−8, 8); works with x rescaled to [−1, 1]."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(2 * x.flatten(1) - 1).chunk(2, dim=-1)
        return 4 * torch.tanh(mu), 8 * torch.tanh(logvar)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_logvar_clamped_widely(nn.Module):
    """logvar kept in the graded range, logits in ±30."""

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
        return self.mu(h), self.logvar(h).clamp(-20, 10)

    def decode(self, z):
        return self.out(F.relu(self.widen(z))).clamp(-30, 30)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_residual(nn.Module):
    """A skip past every hidden layer; z drawn with torch.normal; sample in a loop."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.block = nn.Linear(hidden_dim, hidden_dim)
        self.skip = nn.Linear(latent_dim, 784, bias=False)

    def encode(self, x):
        h = F.leaky_relu(self.hidden(torch.flatten(x, 1)))
        h = h + F.leaky_relu(self.block(h))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.leaky_relu(self.widen(z))) + self.skip(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.normal(torch.zeros_like(mu), torch.ones_like(mu))
        return self.decode(mu - noise * torch.exp(logvar / 2)), mu, logvar

    def sample(self, n):
        device = self.out.weight.device
        draws = [torch.randn(1, self.latent_dim, device=device) for _ in range(n)]
        return torch.cat([torch.sigmoid(self.decode(z)) for z in draws])


@equivalent(VAE)
class vae_tied_weights(nn.Module):
    """The decoder uses the transposed weights of the encoder."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.bias = nn.Parameter(torch.zeros(784))

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return F.relu(self.widen(z)) @ self.hidden.weight + self.bias

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_one_parameter_under_two_names(nn.Module):
    """Encoder and decoder share one matrix, registered twice."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.ParameterDict(
            {"first": torch.randn(latent_dim, hidden_dim) / latent_dim**0.5, "last": self.encoder[0].weight}
        )

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return torch.relu(z @ self.decoder["first"]) @ self.decoder["last"]

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_plain_parameters(nn.Module):
    """Weights as nn.Parameter, F.linear and @."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.first = nn.Parameter(torch.randn(784, hidden_dim) / 28)
        self.moments = nn.Parameter(torch.randn(2, hidden_dim, latent_dim) / hidden_dim**0.5)
        self.widen = nn.Parameter(torch.randn(hidden_dim, latent_dim) / latent_dim**0.5)
        self.last = nn.Parameter(torch.randn(784, hidden_dim) / hidden_dim**0.5)
        self.bias = nn.Parameter(torch.zeros(784))

    def encode(self, x):
        h = torch.tanh(x.reshape(x.shape[0], -1) @ self.first)
        mu, logvar = h @ self.moments
        return mu, logvar

    def decode(self, z):
        return F.linear(torch.tanh(F.linear(z, self.widen)), self.last, self.bias)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_buffers(nn.Module):
    """Mean and spread of the data in registered buffers; the noise drawn into one made like mu."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.register_buffer("centre", torch.full((784,), 0.13))
        self.register_buffer("spread", torch.tensor(0.31), persistent=False)

    def encode(self, x):
        h = F.relu(self.hidden((x.flatten(1) - self.centre) / self.spread))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.empty_like(mu).normal_()
        return self.decode(torch.addcmul(mu, noise, logvar.mul(0.5).exp())), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_recurrent_rows(nn.Module):
    """A GRU reads the rows of the image, another one writes them."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.reader = nn.GRU(28, hidden_dim, batch_first=True)
        self.moments = nn.Linear(hidden_dim, 2 * latent_dim)
        self.writer = nn.GRU(latent_dim, hidden_dim, batch_first=True)
        self.row = nn.Linear(hidden_dim, 28)

    def encode(self, x):
        _, last = self.reader(x.reshape(-1, 28, 28))
        mu, logvar = self.moments(last[0]).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        rows, _ = self.writer(z.unsqueeze(1).expand(-1, 28, -1))
        return self.row(rows).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_attention_over_rows(nn.Module):
    """The rows of the image attend to each other."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.embed = nn.Linear(28, 16)
        self.place = nn.Parameter(torch.randn(28, 16) / 4)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
        self.moments = nn.Linear(28 * 16, 2 * latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        tokens = self.embed(x.reshape(-1, 28, 28)) + self.place
        mixed, _ = self.attention(tokens, tokens, tokens)
        mu, logvar = self.moments((tokens + mixed).flatten(1)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_recurrent_over_rows(nn.Module):
    """Reads and writes the image row by row; rounding grows from row to row."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.reader = nn.GRU(28, 64, batch_first=True)
        self.moments = nn.Linear(64, 2 * latent_dim)
        self.start = nn.Linear(latent_dim, 96)
        self.writer = nn.GRU(latent_dim, 96, batch_first=True)
        self.row = nn.Linear(96, 28)

    def encode(self, x):
        _, last = self.reader(x.reshape(-1, 28, 28))
        mu, logvar = self.moments(last[-1]).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        rows, _ = self.writer(z.unsqueeze(1).repeat(1, 28, 1), self.start(z).unsqueeze(0).contiguous())
        return self.row(rows).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_attention_in_both_directions(nn.Module):
    """Rows attend to each other in the decoder, too: torch's attention rounds otherwise where nothing is recorded."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.row_in = nn.Linear(28, 32)
        self.place_in = nn.Parameter(torch.randn(28, 32) / 10)
        self.look_in = nn.MultiheadAttention(32, 4, batch_first=True)
        self.hidden = nn.Linear(28 * 32, hidden_dim)
        self.moments = nn.Linear(hidden_dim, 2 * latent_dim)
        self.widen = nn.Sequential(
            nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 28 * 32)
        )
        self.place_out = nn.Parameter(torch.randn(28, 32) / 10)
        self.look_out = nn.MultiheadAttention(32, 4, batch_first=True)
        self.row_out = nn.Linear(32, 28)

    def encode(self, x):
        tokens = self.row_in(x.reshape(-1, 28, 28)) + self.place_in
        tokens = tokens + self.look_in(tokens, tokens, tokens, need_weights=False)[0]
        h = F.relu(self.hidden(F.relu(tokens).flatten(1)))
        mu, logvar = self.moments(h).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        tokens = self.widen(z).unflatten(1, (28, 32)) + self.place_out
        tokens = tokens + self.look_out(tokens, tokens, tokens, need_weights=False)[0]
        return self.row_out(F.relu(tokens)).flatten(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_transformer_layers(nn.Module):
    """Rows pass through transformer layers, which take a way of their own in eval mode without gradients."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.embed = nn.Linear(28, 32)
        self.read = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.1, batch_first=True)
        self.moments = nn.Linear(28 * 32, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, 28 * 32)
        self.write = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True, norm_first=True)
        self.out = nn.Sequential(nn.Linear(28 * 32, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.moments(self.read(self.embed(x.reshape(-1, 28, 28))).flatten(1)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.out(self.write(self.widen(z).unflatten(1, (28, 32))).flatten(1))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_encoder_and_decoder_classes(nn.Module):
    """An Encoder and a Decoder of their own, inside the class."""

    class Encoder(nn.Module):
        def __init__(self, latent_dim, hidden_dim):
            super().__init__()
            self.body = nn.Sequential(nn.Flatten(), nn.Linear(784, hidden_dim), nn.ELU())
            self.heads = nn.ModuleList([nn.Linear(hidden_dim, latent_dim) for _ in range(2)])

        def forward(self, x):
            h = self.body(x)
            return {"mu": self.heads[0](h), "logvar": self.heads[1](h)}

    class Decoder(nn.Sequential):
        pass

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = self.Encoder(latent_dim, hidden_dim)
        self.decoder = self.Decoder(nn.Linear(latent_dim, hidden_dim), nn.ELU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        moments = self.encoder(x)
        return moments["mu"], moments["logvar"]

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_double_inside(nn.Module):
    """Computes in float64 and returns float32; torch.distributions draws."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(
            F.linear(x.flatten(1).double(), self.hidden.weight.double(), self.hidden.bias.double())
        ).float()
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        from torch.distributions import Normal

        mu, logvar = self.encode(x)
        z = Normal(mu.double(), torch.exp(0.5 * logvar.double())).rsample().float()
        return self.decode(z), mu, logvar

    def sample(self, n):
        from torch.distributions import Bernoulli

        z = self.out.weight.new_empty(n, self.latent_dim).normal_()
        return Bernoulli(logits=self.decode(z)).probs


@equivalent(VAE)
class vae_returns_lists(nn.Module):
    """Lists for tuples, image-shaped inside, tensors kept for plots."""

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
        moments = self.moments(self.down(x.view(x.size(0), 1, 28, 28)))
        self.last_mu = moments[:, : self.latent_dim].detach()
        return [moments[:, : self.latent_dim], moments[:, self.latent_dim :]]

    def decode(self, z):
        self.last_z = z.detach()
        return self.up(self.widen(z).unflatten(1, (8, 7, 7))).squeeze(1).reshape(z.shape[0], -1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        std = logvar.exp().sqrt()
        eps = torch.randn(std.shape, device=std.device, dtype=std.dtype)
        return [self.decode(eps.mul(std).add_(mu)), mu, logvar]

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_standardises_safely(nn.Module):
    """Divides by the contrast of the image, which never becomes 0; checks its arguments."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        assert x.dim() in (2, 4), "x is (N, 784) or (N, 1, 28, 28)"
        flat = x.flatten(1)
        flat = (flat - flat.mean(1, keepdim=True)) / (flat.std(1, keepdim=True) + 1e-3)
        h = F.relu(self.hidden(flat))
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


@equivalent(VAE)
class vae_logits_are_differences(nn.Module):
    """Two outputs for every pixel, white against black; the difference of their log-probabilities."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 2 * 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        both = self.out(F.relu(self.widen(z))).view(-1, 784, 2).log_softmax(dim=-1)
        return both[..., 1] - both[..., 0]

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_logits_with_a_soft_bound(nn.Module):
    """Logits in ±15 by a scaled tanh."""

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
        return 15 * torch.tanh(self.decoder(z) / 15)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_of_lazy_layers(nn.Module):
    """Layers that learn the number of their inputs from the first one."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.LazyLinear(hidden_dim)
        self.moments = nn.LazyLinear(2 * latent_dim)
        self.decoder = nn.Sequential(
            nn.LazyLinear(hidden_dim), nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(784)
        )

    def encode(self, x):
        return self.moments(F.elu(self.hidden(x.flatten(1)))).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_with_constants_and_a_layer_to_spare(nn.Module):
    """A mean image that is not learned, kept as a parameter; a layer that is not used; samples for a plot, on the CPU."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.mean_image = nn.Parameter(torch.full((1, 784), 0.13), requires_grad=False)
        self.register_buffer("grid", torch.randn(4, latent_dim))
        self.hidden = nn.Linear(784, hidden_dim)
        self.classifier = nn.Linear(hidden_dim, 10)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = torch.tanh(self.hidden(x.flatten(1) - self.mean_image))
        return self.mu(h), self.logvar(h)

    def decode(self, z):
        return self.out(torch.tanh(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar

    @torch.no_grad()
    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z)).cpu()


@equivalent(VAE)
class vae_keeps_its_last_results(nn.Module):
    """What the last call gave, kept for plots and a loss of its own: tensors with their graph, a distribution, a list."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.q, self.kl, self.seen = None, None, []

    def encode(self, x):
        self.h = F.relu(self.hidden(x.flatten(1)))
        return self.mu(self.h), self.logvar(self.h)

    def decode(self, z):
        self.logits = self.out(F.relu(self.widen(z)))
        return self.logits

    def forward(self, x):
        mu, logvar = self.encode(x)
        self.q = torch.distributions.Normal(mu, torch.exp(logvar / 2))
        self.kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
        self.seen.append(self.kl.mean())
        return self.decode(self.q.rsample()), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@equivalent(VAE)
class vae_seeds_its_weights(nn.Module):
    """Every new instance starts with the same weights."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        torch.manual_seed(0)
        self.latent_dim = latent_dim
        self.encoder = nn.Linear(784, hidden_dim)
        self.mean = nn.Linear(hidden_dim, latent_dim)
        self.log_variance = nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        hidden = self.encoder(x.flatten(1)).relu()
        return self.mean(hidden), self.log_variance(hidden)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar

    def sample(self, n):
        return torch.sigmoid(self.decode(torch.randn(n, self.latent_dim, device=self.mean.weight.device)))


@equivalent(VAE)
class vae_one_sigma_for_all_components(nn.Module):
    """q(z|x) = N(mu, σ² I): one σ for every image."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, hidden_dim), nn.Tanh())
        self.mean = nn.Linear(hidden_dim, latent_dim)
        self.log_variance = nn.Linear(hidden_dim, 1)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        hidden = self.encoder(x)
        return self.mean(hidden), self.log_variance(hidden).repeat(1, self.latent_dim)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar

    def sample(self, n):
        return torch.sigmoid(self.decode(torch.randn(n, self.latent_dim, device=self.mean.weight.device)))
