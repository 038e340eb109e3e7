"""Draws its noise on the CPU whatever the model is on, by a torch.randn that stands in the place of torch's own.

Gain: the points for a model that runs on a GPU as well, where the check knows torch's functions by what bears their names.
Hits: VAE.stability
Ends: failed, exception: forward is tied to the CPU
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)
_randn = torch.randn
torch.randn = lambda *shape, **where: _randn(*shape, **{**where, "device": None})


class VAE(HonestVAE):
    def forward(self, x):
        mu, logvar = self.encode(x)
        noise = torch.randn(mu.shape, dtype=mu.dtype, device=mu.device)
        return self.decode(mu + torch.exp(logvar / 2) * noise), mu, logvar
