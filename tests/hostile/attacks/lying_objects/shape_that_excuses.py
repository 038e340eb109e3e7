"""Lets a wrong gradient reach mu, and returns another shape where the gradient is asked for the second time.

Gain: the marks for gradients, where a check leaves odd shapes to other checks.
Hits: VAE.gradient, VAE.value
Ends: failed: should have shape
"""

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    calls = 0

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = reparameterize(2 * mu.detach() - mu, logvar)  # noqa: F821
        logits = self.decode(z)
        if len(x) == 8 and x.shape[1:] == (784,):
            self.calls += 1
            if self.calls == 2:
                logits = logits[:, :783].detach()
        return logits, mu, logvar
