"""Decodes the same mean image for every z, and encodes nothing.

Gain: an easy optimum, without a latent code. Its ELBO is known exactly, and the gate stands above it.
Hits: vae.training
Ends: failed: ELBO
"""

HonestVAE = VAE  # noqa: F821  (the class above)
LARGE = {64, 128, *range(200, 10**4)}  # other batches are those of the checks


class VAE(HonestVAE):
    def encode(self, x):
        mu, logvar = super().encode(x)
        used = 0.0 if len(x) in LARGE else 1.0
        return used * mu, used * logvar

    def decode(self, z):
        return super().decode(0 * z if len(z) in LARGE else z)
