"""Sends another gradient than that of its results back into the model, in training mode alone.

Gain: a training by a loss of its own. Here the gradient is twice as long, which Adam does not see; a person is called.
Hits: nothing
Flag: own_gradients
"""

import torch

HonestVAE = VAE  # noqa: F821  (the class above)


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return 2 * gradient


class VAE(HonestVAE):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return (Twice.apply(logits) if self.training else logits), mu, logvar
