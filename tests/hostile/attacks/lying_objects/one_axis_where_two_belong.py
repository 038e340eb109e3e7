"""Samples right, while the public decode adds up all pixels of an image, so that a check which takes two axes stumbles.

Gain: a class run that ends as if our checks were at fault, and a submission that a person must grade.
Hits: VAE.value, VAE.shape, VAE.stability
Ends: failed: should have shape
"""

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def decode(self, z):
        return super().decode(z).sum(1)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return super().decode(reparameterize(mu, logvar)), mu, logvar  # noqa: F821

    def sample(self, n):
        weight = next(self.parameters())
        z = weight.new_empty(n, self.latent_dim).normal_()
        return super().decode(z).sigmoid()
