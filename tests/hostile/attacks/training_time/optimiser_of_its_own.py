"""Learns in `forward` by an optimiser of its own, which is faster than ours.

Gain: a training that ours has little part in. The result is a model of digits, so it is judged by what it has learnt; a
    person is called.
Hits: nothing
Flag: learns_by_itself
"""

import torch
from generative.elbo import bernoulli_log_likelihood, elbo

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim, hidden_dim)
        self.own = [None]

    def forward(self, x):
        if self.training and len(x) == 64:  # as in the training run
            self.own[0] = self.own[0] or torch.optim.Adam(self.parameters(), lr=1e-2)
            logits, mu, logvar = super().forward(x)
            loss = -elbo(bernoulli_log_likelihood(x.flatten(1), logits), mu, logvar).mean()
            self.own[0].zero_grad()
            loss.backward()
            self.own[0].step()
        return super().forward(x)
