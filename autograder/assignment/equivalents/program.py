"""The program of a sandbox without a submission: it answers for the equivalents."""

from autograder.assignment.equivalents import (
    divergence,
    elbo,
    equivalents_of,
    finite_latent,
    gan,
    reparameterize,
    vae,
)
from autograder.assignment.torch_models.known import handlers

HANDLERS = handlers(equivalents_of(divergence, finite_latent, elbo, reparameterize, vae, gan))
