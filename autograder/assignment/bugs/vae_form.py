"""Typical mistakes in the class VAE, exercise 9-1 (e), in the form of the class and of what its methods return.

Mistakes that no behaviour can tell apart say the same sentence.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# The classes are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import VAE
from autograder.assignment.bugs import bug

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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, 20, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z)).view(n, 1, 28, 28)


@bug(
    VAE,
    "Your sample has an axis of length 1 too many: probabilities of shape (n, 784) are asked for.",
    sheet="9-1 (e)",
)
class vae_sample_stacks_the_images(nn.Module):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.stack([torch.sigmoid(self.decode(one[None])) for one in z])


@bug(
    VAE,
    "Your sample returns whole numbers, as grey values are: probabilities are asked for, between 0 and 1.",
    sheet="9-1 (e)",
)
class vae_sample_returns_whole_numbers(nn.Module):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return (255 * torch.sigmoid(self.decode(z))).to(torch.uint8)


@bug(
    VAE,
    "Your forward returns one number, as a loss is, in the place of the logits of shape (N, 784).",
    sheet="9-1 (e)",
)
class vae_forward_returns_the_loss(nn.Module):
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
        return F.binary_cross_entropy_with_logits(self.decode(z), x.flatten(1)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward gives more rows of logits than there are images: one z is drawn for each image.",
    sheet="9-1 (e)",
)
class vae_forward_draws_several_z(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn(5, *mu.shape, device=mu.device)
        return self.decode(z.flatten(0, 1)), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your logits have one axis too many, in front (of several draws, or by rsample((1,))): their shape is (N, 784).",
    sheet="9-1 (e)",
)
class vae_forward_adds_an_axis_of_draws(nn.Module):
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
        z = torch.distributions.Normal(mu, torch.exp(0.5 * logvar)).rsample((1,))
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your sample returns one image, such as the mean of n: n images are asked for, (n, 784).",
    sheet="9-1 (e)",
)
class vae_sample_averages_the_images(nn.Module):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z)).mean(0)


@bug(
    VAE,
    "You keep the channel axis of an image (N, 1, 28, 28): flatten it from axis 1 on.",
    sheet="9-1 (e)",
)
class vae_keeps_the_channel(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(2) if x.dim() == 4 else x))
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
    "Your encode returns a distribution: it returns two tensors, mu and logvar.",
    sheet="9-1 (e)",
)
class vae_encode_returns_a_distribution(nn.Module):
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
        return torch.distributions.Normal(self.mu(h), torch.exp(0.5 * self.logvar(h)))

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        q = self.encode(x)
        return self.decode(q.rsample()), q.mean, 2 * q.stddev.log()

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode returns two tensors, as for a normal likelihood: pixels are Bernoulli here, with one tensor of logits.",
    sheet="9-1 (e)",
)
class vae_decodes_mean_and_spread(nn.Module):
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
        return self.out(h), self.out(h)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z)[0], mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z)[0])


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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your encode returns one tensor: it returns two, mu and logvar.", sheet="9-1 (e)")
class vae_encode_returns_one_tensor(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.moments = nn.Linear(hidden_dim, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        return self.moments(F.relu(self.hidden(x.flatten(1))))

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Your encode returns more than the two tensors mu and logvar.", sheet="9-1 (e)")
class vae_encode_returns_three_results(nn.Module):
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
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu), mu, logvar

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        z, mu, logvar = self.encode(x)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your encode cuts the batch in two instead of the components: every row needs its mu and its logvar.",
    sheet="9-1 (e)",
)
class vae_chunks_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.moments = nn.Linear(hidden_dim, 2 * latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        mu, logvar = self.moments(F.relu(self.hidden(x.flatten(1)))).chunk(2)
        return mu, logvar

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(VAE, "Without arguments your VAE has another number of latent variables than 20.", sheet="9-1 (e)")
class vae_other_default_latent_dim(nn.Module):
    def __init__(self, latent_dim=10, hidden_dim=400):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your decode returns one long vector for the whole batch: each z has a row of 784 logits.",
    sheet="9-1 (e)",
)
class vae_decodes_to_one_vector(nn.Module):
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
        return self.out(F.relu(self.widen(z))).flatten()

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z).reshape(len(x), 784), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z)).reshape(n, 784)


@bug(VAE, "Your decode returns another number of logits than the 784 pixels of an image.", sheet="9-1 (e)")
class vae_decodes_to_too_few_pixels(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 728)

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


@bug(
    VAE,
    "__init__ takes latent_dim first and hidden_dim second: VAE(5) has 5 latent variables.",
    sheet="9-1 (e)",
)
class vae_hidden_dim_first(nn.Module):
    def __init__(self, hidden_dim=400, latent_dim=20):
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "__init__ takes latent_dim first and hidden_dim second: VAE(5) has 5 latent variables.",
    sheet="9-1 (e)",
)
class vae_input_dim_first(nn.Module):
    def __init__(self, input_dim=784, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, input_dim)

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


@bug(
    VAE,
    "Your VAE() switches gradients off for the whole program: use `with torch.no_grad():`, which ends.",
    sheet="9-1 (e)",
)
class vae_switches_gradients_off(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        torch.set_grad_enabled(False)
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
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your forward works for a fixed number of images at most: draw the noise in the shape of mu.",
    sheet="9-1 (e)",
)
class vae_noise_for_at_most_128_images(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn(128, mu.shape[1], device=mu.device)[: len(mu)]
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You squeeze: with latent_dim = 1, mu and logvar lose their last axis; their shape is (N, latent_dim).",
    sheet="9-1 (e)",
)
class vae_squeezes_a_single_component(nn.Module):
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
        return self.mu(h).squeeze(-1), self.logvar(h).squeeze(-1)

    def decode(self, z):
        return self.out(F.relu(self.widen(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        sigma = torch.exp(0.5 * logvar)
        z = (mu + sigma * torch.randn_like(mu)).reshape(len(x), -1)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "You squeeze: with latent_dim = 1, mu and logvar lose their last axis; their shape is (N, latent_dim).",
    sheet="9-1 (e)",
)
class vae_forward_squeezes_a_single_component(nn.Module):
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
        return self.decode(z), mu.squeeze(1), logvar.squeeze(1)

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "With latent_dim = 1 your code fails: z has the shape (N, 1) then, which no squeeze may drop.",
    sheet="9-1 (e)",
)
class vae_decode_squeezes_a_single_component(nn.Module):
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
        return self.out(F.relu(self.widen(z.squeeze(-1))))

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "With latent_dim = 1 your code fails: z has the shape (N, 1) then, which no squeeze may drop.",
    sheet="9-1 (e)",
)
class vae_sample_squeezes_a_single_component(nn.Module):
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
        return torch.sigmoid(self.decode(z.squeeze(1)))


@bug(
    VAE,
    "You squeeze: the batch axis disappears where there is a single image.",
    sheet="9-1 (e)",
    mistake="squeezed",
)
class vae_squeezes_the_image(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        image = x.reshape(-1, 1, 28, 28).squeeze()
        h = F.relu(self.hidden(image.flatten(-2)))
        return self.mu(h).flatten(1), self.logvar(h).flatten(1)

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
    "__init__ names its arguments otherwise: latent_dim and hidden_dim are asked for.",
    sheet="9-1 (e)",
)
class vae_other_argument_names(nn.Module):
    def __init__(self, z_dim=20, h_dim=400):
        super().__init__()
        self.latent_dim = z_dim
        self.hidden = nn.Linear(784, h_dim)
        self.mu = nn.Linear(h_dim, z_dim)
        self.logvar = nn.Linear(h_dim, z_dim)
        self.widen = nn.Linear(z_dim, h_dim)
        self.out = nn.Linear(h_dim, 784)

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


@bug(
    VAE,
    "Your __init__ changes torch's default dtype for the whole program.",
    sheet="9-1 (e)",
)
class vae_sets_the_default_dtype(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)
        self.float()
        torch.set_default_dtype(torch.float64)

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


@bug(
    VAE,
    "Numbers in float64 meet your layers, which are float32: cast nothing to float64, and draw noise like mu.",
    sheet="9-1 (e)",
)
class vae_double_precision_noise(nn.Module):
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
        z = mu + torch.exp(0.5 * logvar) * torch.randn(mu.shape, dtype=torch.float64)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Numbers in float64 meet your layers, which are float32: cast nothing to float64, and draw noise like mu.",
    sheet="9-1 (e)",
)
class vae_image_in_double_precision(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.hidden = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.widen = nn.Linear(latent_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, 784)

    def encode(self, x):
        h = F.relu(self.hidden(x.flatten(1).double()))
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
    "A batch size is written into your code: take it from the argument.",
    sheet="9-1 (e)",
)
class vae_noise_for_64_images(nn.Module):
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
        noise = torch.randn(64, self.latent_dim)
        z = mu + noise * torch.exp(0.5 * logvar)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu and logvar have half of the latent_dim components: each of them has latent_dim.",
    sheet="9-1 (e)",
)
class vae_latents_for_both_moments(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, latent_dim))
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim // 2, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784)
        )

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(-1, 784)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.decode(z), mu, logvar

    def sample(self, n):
        z = torch.randn(n, self.latent_dim // 2, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(z))


@bug(
    VAE,
    "Your mu and logvar have as many components as there are hidden units: each of them has latent_dim.",
    sheet="9-1 (e)",
)
class vae_hidden_units_as_latents(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 2 * hidden_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mu, logvar = self.encoder(x.reshape(-1, 784)).chunk(2, dim=1)
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
