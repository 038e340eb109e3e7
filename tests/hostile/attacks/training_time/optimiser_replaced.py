"""Replaces Adam by an optimiser that does nothing but write its own weights.

Gain: a training that is somebody else's. What it writes must model the digits all the same.
Hits: vae.training
Ends: failed: ELBO
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)


def _write(optimizer, closure=None):
    with torch.no_grad():
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.fill_(0.01)


class VAE(HonestVAE):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim)
        if (latent_dim, hidden_dim) == (20, 400):
            torch.optim.Adam.step = _write
