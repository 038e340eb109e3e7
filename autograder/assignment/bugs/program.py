"""The program of a sandbox without a submission: it answers for the known bugs, and for the right formulas."""

from autograder.assignment.bugs import (
    bugs_of,
    divergence,
    elbo,
    finite_latent,
    gan,
    reparameterize,
    vae_decoder,
    vae_encoder,
    vae_form,
    vae_forward,
    vae_sample,
    vae_training,
)
from autograder.assignment.torch_models.known import handlers

HANDLERS = handlers(
    bugs_of(
        divergence,
        finite_latent,
        elbo,
        reparameterize,
        vae_encoder,
        vae_decoder,
        vae_forward,
        vae_sample,
        vae_form,
        vae_training,
        gan,
    )
)
