"""A class, solved."""

from generative.divergence import kl_standard_normal


class VAE:
    """Encodes a number."""

    scale = 2.0

    ### BEGIN SOLUTION
    def _centre_of_the_encoding(self, x: float) -> float:
        return self.scale * x

    ### END SOLUTION

    def encode(self, x: float) -> tuple[float, float]:
        """The parameters of q(z|x)."""
        x = float(x)
        ### BEGIN SOLUTION 9-1 (e)
        mu = self._centre_of_the_encoding(x)
        return mu, -1.0
        ### END SOLUTION


def given_loss(model: VAE, x: float) -> float:
    """Given, complete: the part of the loss that does not depend on the decoder."""
    mu, logvar = model.encode(x)
    return kl_standard_normal(mu, logvar)
