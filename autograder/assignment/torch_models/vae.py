"""The reference VAE: 784–400–20–400–784, the architecture that the gates were measured with."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ReferenceVAE(nn.Module):
    """q(z|x) = N(μ(x), e^v(x)) with a ReLU layer on each side; Bernoulli logits of 784 pixels."""

    def __init__(self, latent_dim: int = 20, hidden_dim: int = 400) -> None:
        super().__init__()
        self.encoder = nn.Linear(784, hidden_dim)
        self.mu = nn.Linear(hidden_dim, latent_dim)
        self.logvar = nn.Linear(hidden_dim, latent_dim)
        self.decoder = nn.Linear(latent_dim, hidden_dim)
        self.logits = nn.Linear(hidden_dim, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(μ, log σ²) of shape (N, latent_dim)."""
        hidden = F.relu(self.encoder(x.flatten(1)))
        return self.mu(hidden), self.logvar(hidden)

    def decode(self, z: Tensor) -> Tensor:
        """Logits (N, 784)."""
        logits: Tensor = self.logits(F.relu(self.decoder(z)))
        return logits

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(logits, μ, log σ²) for one z per image."""
        mu, logvar = self.encode(x)
        z = mu + torch.exp(logvar / 2) * torch.randn_like(mu)
        return self.decode(z), mu, logvar
