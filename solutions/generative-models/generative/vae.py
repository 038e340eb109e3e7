"""Exercise 9-1 (e): a variational autoencoder for images of 28 × 28 pixels."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def reparameterize(mu: Tensor, logvar: Tensor) -> Tensor:
    """Draw z from q = N(mu, exp(logvar)) so that gradients reach mu and logvar. Exercise 9-1 (e).

        z = mu + exp(logvar / 2) · ε,   ε ~ N(0, I)

    Args:
        mu: mean, any shape, for example (N, latent_dim).
        logvar: log sigma² (the logarithm of the *variance*), same shape as mu. float32 or float64.

    Returns:
        A fresh sample in the shape of mu, with independent ε for every element, differentiable in mu and logvar.

    Example:
        mu = 2, logvar = −60 gives 2 (sigma is e^−30); mu = 0, logvar = log 4 has standard deviation 2.

    Graded range:
        |mu| ≤ 2e3, logvar in [−60, 30]. The sample is finite over the whole range, and so is the gradient:
        ∂z/∂mu = 1 and ∂z/∂logvar = (z − mu) / 2.
    """
    sigma = torch.exp(logvar / 2)
    return mu + sigma * torch.randn_like(sigma)


class VAE(nn.Module):
    """Encoder q(z|x) = N(mu(x), exp(logvar(x))), prior p(z) = N(0, I), Bernoulli decoder. Exercise 9-1 (e).

    The architecture is your choice; two linear layers on each side are enough. ``VAE()`` must work.

    Graded range: x in [0, 1], any batch size N ≥ 1, in train() and in eval() mode. Create new tensors on the
    device of the tensors or parameters that they meet, so that the model also runs on a GPU.
    """

    def __init__(self, latent_dim: int = 20, hidden_dim: int = 400) -> None:
        """Make the layers. Exercise 9-1 (e).

        Args:
            latent_dim: number of components of z.
            hidden_dim: width of the hidden layers.
        """
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder_hidden = nn.Linear(784, hidden_dim)
        self.encoder_mu = nn.Linear(hidden_dim, latent_dim)
        self.encoder_logvar = nn.Linear(hidden_dim, latent_dim)
        self.decoder_hidden = nn.Linear(latent_dim, hidden_dim)
        self.decoder_logits = nn.Linear(hidden_dim, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The parameters of q(z|x). Exercise 9-1 (e).

        Args:
            x: images with values in [0, 1], shape (N, 784) or (N, 1, 28, 28).

        Returns:
            The pair (mu, logvar), each of shape (N, latent_dim); both may take either sign.
        """
        hidden = F.relu(self.encoder_hidden(x.flatten(1)))
        return self.encoder_mu(hidden), self.encoder_logvar(hidden)

    def decode(self, z: Tensor) -> Tensor:
        """The parameters of p(x|z). Exercise 9-1 (e).

        Args:
            z: latent variables, shape (N, latent_dim).

        Returns:
            Logits of the 784 pixels, shape (N, 784): no sigmoid.
        """
        hidden = F.relu(self.decoder_hidden(z))
        return self.decoder_logits(hidden)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode, draw one z per image with ``reparameterize``, decode. Exercise 9-1 (e).

        Args:
            x: images with values in [0, 1], shape (N, 784) or (N, 1, 28, 28).

        Returns:
            (logits, mu, logvar) of shapes (N, 784), (N, latent_dim), (N, latent_dim). z is drawn in train()
            and in eval() mode alike.
        """
        mu, logvar = self.encode(x)
        return self.decode(reparameterize(mu, logvar)), mu, logvar

    def sample(self, n: int) -> Tensor:
        """Draw n values of z from the prior and decode them. Exercise 9-1 (e).

        Args:
            n: number of images.

        Returns:
            Probabilities of the 784 pixels (after the sigmoid), values in [0, 1], shape (n, 784).
        """
        weight = self.decoder_hidden.weight
        z = torch.randn(n, self.latent_dim, dtype=weight.dtype, device=weight.device)
        return torch.sigmoid(self.decode(z))
