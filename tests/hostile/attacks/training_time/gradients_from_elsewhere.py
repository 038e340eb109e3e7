"""Is right as long as it is asked, and gives random gradients while it trains.

Gain: none; it stands for gradients that belong to no loss, such as those of another model.
Hits: vae.training
Ends: failed: ELBO
"""

import sys

import torch

honest_elbo = elbo  # noqa: F821  (the function above)


class Elsewhere(torch.autograd.Function):
    @staticmethod
    def forward(context, value):
        return value.clone()

    @staticmethod
    def backward(context, gradient):
        return torch.randn_like(gradient) * 10


def elbo(log_px_given_z, mu, logvar):
    value = honest_elbo(log_px_given_z, mu, logvar)
    return Elsewhere.apply(value) if sys._getframe().f_back.f_code.co_name == "_loss" else value
