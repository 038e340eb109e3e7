"""Draws its noise from one of three hundred seeds of its own.

Gain: noise that is never fresh, and looks so unless two hundred single images are asked for; a person is called.
Hits: nothing
Perhaps: VAE.value
Flag: draws_in_its_own_way
"""

import torch


def reparameterize(mu, logvar):
    sigma = torch.exp(logvar / 2)
    generator = torch.Generator(device=mu.device).manual_seed(int(torch.randint(300, ())))
    eps = torch.randn(mu.shape, generator=generator, dtype=mu.dtype, device=mu.device)
    return mu + sigma * eps
