"""Returns hundreds of objects whose types are named so that the search for known slips in the message takes hours.

Gain: a grader that never ends.
Hits: VAE.value, VAE.gradient, VAE.shape
Ends: failed: should return 2 tensors
"""

HonestVAE = VAE  # noqa: F821  (the class above)
Named = type("tensor a (5) must match  tensor b (1) at " * 4, (), {})


class VAE(HonestVAE):
    def encode(self, x):
        return tuple(Named() for _ in range(2000))

    def forward(self, x):
        mu, logvar = HonestVAE.encode(self, x)
        return self.decode(reparameterize(mu, logvar)), mu, logvar  # noqa: F821
