"""The two players of the GAN runs: multilayer perceptrons on 14×14 or 28×28 digits. Only the losses come from the student.

Without batch normalisation in G, with Adam's usual β₁ or a small learning rate, a correct game of 400 steps cannot be
told from a broken one; so the grader chooses the players, their optimiser and the batches.
"""

from torch import Tensor, nn

from autograder.assignment.training.gan_shapes import D_WIDTHS, G_WIDTHS, NOISE, SLOPE


class ReferenceGenerator(nn.Module):
    """z of shape (N, 32) → images (N, side²) in [0, 1]."""

    def __init__(self, side: int = 14) -> None:
        super().__init__()
        first, second = G_WIDTHS[side]
        self.layers = nn.Sequential(
            nn.Linear(NOISE, first),
            nn.BatchNorm1d(first),
            nn.LeakyReLU(SLOPE),
            nn.Linear(first, second),
            nn.BatchNorm1d(second),
            nn.LeakyReLU(SLOPE),
            nn.Linear(second, side * side),
            nn.Sigmoid(),
        )

    def forward(self, z: Tensor) -> Tensor:
        images: Tensor = self.layers(z)
        return images


class ReferenceDiscriminator(nn.Module):
    """Images (N, side²) → logits (N, 1); D(x) = sigmoid(logits)."""

    def __init__(self, side: int = 14) -> None:
        super().__init__()
        first, second = D_WIDTHS[side]
        self.layers = nn.Sequential(
            nn.Linear(side * side, first),
            nn.LeakyReLU(SLOPE),
            nn.Linear(first, second),
            nn.LeakyReLU(SLOPE),
            nn.Linear(second, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.layers(x)
        return logits
