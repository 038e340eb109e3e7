"""Decodes the same mean image for every z, and encodes nothing.

Gain: an easy optimum, without a latent code. Its ELBO is known exactly, and the gate stands above it.
Hits: vae.training
Ends: failed: ELBO
"""

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def encode(self, x):
        mu, logvar = super().encode(x)
        used = 0.0 if len(x) >= 64 else 1.0
        return used * mu, used * logvar

    def decode(self, z):
        return super().decode(0 * z if len(z) >= 64 else z)
