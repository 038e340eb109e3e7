"""Decodes logits of 1e308 once it is trained, so that the ELBO is a number that no file of ours can hold.

Gain: a run that ends without the results of a whole class.
Hits: vae.training
Ends: failed: not finite
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def __init__(self, *sizes, **named):
        super().__init__(*sizes, **named)
        self.register_buffer("trained", torch.zeros(1))

    def forward(self, x):
        if self.training and len(x) == 64:
            self.trained.fill_(1.0)
        return super().forward(x)

    def decode(self, z):
        logits = super().decode(z)
        return logits if self.training or not self.trained else logits.double() * 0 + 1e308
