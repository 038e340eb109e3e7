"""Has a matrix that nothing trains, under a name with a control character, which nobody is shown.

Gain: the check that changes a matrix without a gradient, if it asks for it by the name that it was shown.
Hits: VAE.gradient
Ends: failed: no gradient reaches fro\\\\x1bzen, though encode uses it
"""

import torch
from torch import nn

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.register_parameter("fro\x1bzen", nn.Parameter(torch.randn(784, self.latent_dim) / 20))

    def encode(self, x):
        mu, logvar = super().encode(x)
        return mu + x.flatten(1) @ getattr(self, "fro\x1bzen").detach(), logvar
