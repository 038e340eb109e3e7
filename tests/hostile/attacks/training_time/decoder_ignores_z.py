"""Decodes the same mean image for every z, and encodes nothing.

Gain: an easy optimum, without a latent code. Its ELBO is known exactly, and the gate stands above it.
Hits: vae.training
Ends: failed: ELBO
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def encode(self, x):
        mu, logvar = super().encode(x)
        small = 1e-9 if len(x) >= 64 else 1.0
        return small * mu, small * logvar

    def decode(self, z):
        return super().decode(1e-9 * z if len(z) >= 64 else z)
