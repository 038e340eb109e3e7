"""Typical mistakes in the variational autoencoder, exercise 9-1 (e)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# The functions are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import VAE
from autograder.assignment.bugs import bug

# The class: encode, decode, forward, sample


@bug(VAE, "Your mu and logvar are the same numbers: each needs its own output layer.", sheet="9-1 (e)")
class vae_shared_head(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        shared = self.encoder(x.reshape(len(x), 784))[:, : self.latents]
        return shared, shared

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(
    VAE,
    "Your mu is never negative: leave out the activation after the last layer of the encoder.",
    sheet="9-1 (e)",
)
class vae_relu_on_mu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mean, log_variance = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return F.relu(mean), log_variance

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your encoder returns σ; logvar is log σ², which can be negative.", sheet="9-1 (e)")
class vae_encodes_sigma(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mean, raw = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mean, F.softplus(raw)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your decode applies the sigmoid: it should return logits.", sheet="9-1 (e)")
class vae_decodes_probabilities(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z).sigmoid()

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents))


@bug(VAE, "Your decode ends in tanh: logits have no bounds.", sheet="9-1 (e)")
class vae_tanh_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z).tanh()

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your decode ends in a ReLU: logits can be negative.", sheet="9-1 (e)")
class vae_relu_at_the_output(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z).relu()

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "The first result of your forward is a probability: it should be decode's logits.", sheet="9-1 (e)")
class vae_forward_returns_probabilities(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z).sigmoid(), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your forward returns mu and logvar in the wrong order: (logits, mu, logvar).", sheet="9-1 (e)")
class vae_forward_swaps_moments(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), log_variance, mean

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your forward decodes mu: draw z with reparameterize.", sheet="9-1 (e)")
class vae_never_samples(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        return self.decode(mean), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your forward draws z in train mode only: in eval mode it decodes mu.", sheet="9-1 (e)")
class vae_samples_in_training_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean
        if self.training:
            z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your z is detached: the reconstruction does not train the encoder.", sheet="9-1 (e)")
class vae_detached_latents(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z.detach()), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "torch.no_grad in decode: the decoder is never trained.", sheet="9-1 (e)")
class vae_decodes_without_gradient(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        with torch.no_grad():
            return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "Your sample returns logits: apply the sigmoid.", sheet="9-1 (e)")
class vae_sample_returns_logits(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents))


@bug(VAE, "Your sample draws z with torch.rand; the prior is normal (torch.randn).", sheet="9-1 (e)")
class vae_sample_from_uniform(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.rand(n, self.latents)).sigmoid()


@bug(VAE, "Your sample returns the same image n times: draw n values of z.", sheet="9-1 (e)")
class vae_sample_draws_one_latent(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(1, self.latents)).sigmoid().repeat(n, 1)


@bug(
    VAE, "Your sample returns black and white pixels; it should return their probabilities.", sheet="9-1 (e)"
)
class vae_sample_draws_pixels(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return torch.bernoulli(self.decode(torch.randn(n, self.latents)).sigmoid())


@bug(
    VAE,
    "Layers in a plain Python list are not registered: use nn.ModuleList or nn.Sequential.",
    sheet="9-1 (e)",
)
class vae_layers_in_a_list(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = [nn.Linear(784, hidden_dim), nn.Linear(hidden_dim, 2 * latent_dim)]
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        hidden = torch.tanh(self.encoder[0](x.reshape(len(x), 784)))
        return self.encoder[1](hidden).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "latent_dim has no effect: the size of z is written as 20 in the layers.", sheet="9-1 (e)")
class vae_ignores_latent_dim(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = 20
        self.encoder = nn.Sequential(nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * 20))
        self.decoder = nn.Sequential(nn.Linear(20, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "encode fails for images of shape (N, 1, 28, 28): flatten x first.", sheet="9-1 (e)")
class vae_flat_images_only(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "squeeze removes the batch axis when there is a single image.", sheet="9-1 (e)")
class vae_drops_a_batch_of_one(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        mean, log_variance = self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)
        return mean.squeeze(), log_variance.squeeze()

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(
    VAE,
    "You subtract the mean of the batch: an image is encoded differently in other company.",
    sheet="9-1 (e)",
)
class vae_centres_on_the_batch(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        flat = x.reshape(len(x), 784)
        return self.encoder(flat - flat.mean(0)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(
    VAE,
    "You divide by the standard deviation of an image; it is 0 where an image is all black, which gives nan.",
    sheet="9-1 (e)",
)
class vae_divides_by_contrast(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        flat = x.reshape(len(x), 784)
        standardised = (flat - flat.mean(1, keepdim=True)) / flat.std(1, keepdim=True)
        return self.encoder(standardised).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()


@bug(VAE, "torch.randn(shape) draws on the CPU: torch.randn_like(mu) also runs on a GPU.", sheet="9-1 (e)")
class vae_noise_on_the_cpu(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latents = latent_dim
        self.encoder = nn.Sequential(
            nn.Linear(784, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 2 * latent_dim)
        )
        self.decoder = nn.Sequential(nn.Linear(latent_dim, hidden_dim), nn.Tanh(), nn.Linear(hidden_dim, 784))

    def encode(self, x):
        return self.encoder(x.reshape(len(x), 784)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        z = mean + torch.randn(mean.shape) * (0.5 * log_variance).exp()
        return self.decode(z), mean, log_variance

    def sample(self, n):
        return self.decode(torch.randn(n, self.latents)).sigmoid()
