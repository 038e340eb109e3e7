"""Right forms of the Bernoulli log-likelihood and the ELBO of the VAE, exercise 9-1 (d)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.
