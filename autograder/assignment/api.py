"""What a student writes: the ten functions and the class, with the letter of the sheet that each belongs to.

Calling one makes a request to the student's code; nothing here computes. The units are in the names:
`sigma` = σ, `logvar` = log σ², `logits` = before the sigmoid.
"""

from autograder.engine.calls import Function, ModuleClass

kl_normal = Function("generative.divergence", "kl_normal", ("mu1", "sigma1", "mu2", "sigma2"))
kl_standard_normal = Function("generative.divergence", "kl_standard_normal", ("mu", "logvar"))

elbo_definition = Function("generative.elbo", "elbo_definition", ("log_joint", "log_q"))
elbo_decomposition = Function(
    "generative.elbo", "elbo_decomposition", ("log_likelihood", "log_prior", "log_q"), outputs=2
)
bernoulli_log_likelihood = Function("generative.elbo", "bernoulli_log_likelihood", ("x", "logits"))
elbo = Function("generative.elbo", "elbo", ("log_px_given_z", "mu", "logvar"))

reparameterize = Function("generative.vae", "reparameterize", ("mu", "logvar"))
VAE = ModuleClass("generative.vae", "VAE")

discriminator_loss = Function("generative.gan", "discriminator_loss", ("logits_real", "logits_fake"))
generator_loss_minimax = Function("generative.gan", "generator_loss_minimax", ("logits_real", "logits_fake"))
generator_loss_nonsaturating = Function("generative.gan", "generator_loss_nonsaturating", ("logits_fake",))

EXERCISE = {
    "kl_normal": "9-1 (a)",
    "kl_standard_normal": "9-1 (b)",
    "elbo_definition": "9-1 (c)",
    "elbo_decomposition": "9-1 (c)",
    "bernoulli_log_likelihood": "9-1 (d)",
    "elbo": "9-1 (d)",
    "reparameterize": "9-1 (e)",
    "VAE": "9-1 (e)",
    "discriminator_loss": "9-2 (b)",
    "generator_loss_minimax": "9-2 (c)",
    "generator_loss_nonsaturating": "9-2 (d)",
}
"""The sheet's letter of each name, as the stubs and messages write it."""
