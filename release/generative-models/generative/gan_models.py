"""Given for exercise 9-2: the two players, as multilayer perceptrons."""

import torch
from torch import Tensor, nn


class Generator(nn.Module):
    """Noise z of shape (N, noise_dim) → images of shape (N, 784) with values in [0, 1]."""

    def __init__(self, noise_dim: int = 32) -> None:
        super().__init__()
        self.noise_dim = noise_dim
        # Batch normalisation keeps G learning at the speed of D; without it D wins within a few steps.
        self.layers = nn.Sequential(
            nn.Linear(noise_dim, 128),
            nn.BatchNorm1d(128),
            nn.LeakyReLU(0.2),
            nn.Linear(128, 256),
            nn.BatchNorm1d(256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 784),
            nn.Sigmoid(),
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)

    def noise(self, n: int) -> Tensor:
        """Draw z ~ N(0, I) for n images."""
        return torch.randn(n, self.noise_dim, device=self.layers[0].weight.device)


class Discriminator(nn.Module):
    """Images of shape (N, 784) or (N, 1, 28, 28) → logits of shape (N, 1); D(x) = sigmoid(logits)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 128),
            nn.LeakyReLU(0.2),
            nn.Linear(128, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)
