"""Typical mistakes in the evidence lower bound over a finite latent, exercise 9-1 (c)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import torch

from autograder.assignment.api import elbo_decomposition, elbo_definition
from autograder.assignment.bugs import bug

# 9-1 (c): Σ_z q(z) (log p(z,x) − log q(z))


@bug(elbo_definition, "Your result is −L, the loss; the definition asks for L itself.", sheet="9-1 (c)")
def definition_wrong_sign(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_q - log_joint, 0.0)).sum(-1)


@bug(elbo_definition, "You compute E_q[log p(z,x)]: the term −log q(z) is missing.", sheet="9-1 (c)")
def definition_without_entropy(log_joint, log_q):
    q = log_q.exp()
    return (q * log_joint).sum(-1)


@bug(elbo_definition, "You add log q(z) where it must be subtracted.", sheet="9-1 (c)")
def definition_entropy_added_wrongly(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint + log_q, 0.0)).sum(-1)


@bug(elbo_definition, "You weight with log q(z) instead of q(z).", sheet="9-1 (c)")
def definition_weighted_by_log_q(log_joint, log_q):
    return (log_q * (log_joint - log_q)).sum(-1)


@bug(elbo_definition, "You sum log p(z,x) − log q(z) without the weights q(z).", sheet="9-1 (c)")
def definition_unweighted(log_joint, log_q):
    return torch.where(log_q > -torch.inf, log_joint - log_q, 0.0).sum(-1)


@bug(elbo_definition, "You take a plain mean over z instead of weighting with q(z).", sheet="9-1 (c)")
def definition_uniform_weights(log_joint, log_q):
    return torch.where(log_q > -torch.inf, log_joint - log_q, 0.0).mean(-1)


@bug(elbo_definition, "You weight with p(z,x) instead of q(z).", sheet="9-1 (c)")
def definition_weighted_by_joint(log_joint, log_q):
    log_ratio = torch.where(log_q > -torch.inf, log_joint - log_q, 0.0)
    return (log_joint.exp() * log_ratio).sum(-1)


@bug(
    elbo_definition,
    "You take the mean over the K values of z after weighting with q(z): K times too small.",
    sheet="9-1 (c)",
)
def definition_averaged_over_latents(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).mean(-1)


@bug(
    elbo_definition,
    "You compute log E_q[p/q] = log p(x): the logarithm stands outside the expectation.",
    sheet="9-1 (c)",
)
def definition_log_of_expectation(log_joint, log_q):
    return torch.logsumexp(log_joint, -1) + 0 * log_q.exp().sum(-1)


@bug(elbo_definition, "You average p(z,x)/q(z) itself, without the logarithm.", sheet="9-1 (c)")
def definition_ratio_without_log(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, (log_joint - log_q).exp(), 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You divide log p(z,x) by log q(z); the logarithm of a ratio is a difference.",
    sheet="9-1 (c)",
)
def definition_ratio_of_logs(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint / log_q, 0.0)).sum(-1)


@bug(elbo_definition, "You subtract q(z) where log q(z) is meant.", sheet="9-1 (c)")
def definition_q_in_log(log_joint, log_q):
    q = log_q.exp()
    return (q * (log_joint - q)).sum(-1)


@bug(elbo_definition, "Where q(z) = 0 you compute 0 · ∞ = nan; that z must contribute 0.", sheet="9-1 (c)")
def definition_zero_times_infinity(log_joint, log_q):
    return (log_q.exp() * (log_joint - log_q)).sum(-1)


@bug(
    elbo_definition,
    "You form the probabilities p(z,x): they are 0 in float32 from log p = −104, and log 0 = −∞.",
    sheet="9-1 (c)",
)
def definition_through_probabilities(log_joint, log_q):
    q, p = log_q.exp(), log_joint.exp()
    return (q * torch.where(q > 0, torch.log(p) - torch.log(q), 0.0)).sum(-1)


@bug(elbo_definition, "You add 1e-10 inside log p(z,x): it stops falling at −23.", sheet="9-1 (c)")
def definition_epsilon_in_log(log_joint, log_q):
    q, p = log_q.exp(), log_joint.exp()
    return (q * torch.where(q > 0, torch.log(p + 1e-10) - torch.log(q), 0.0)).sum(-1)


@bug(elbo_definition, "You sum over all axes; only the last belongs to z.", sheet="9-1 (c)")
def definition_summed_over_everything(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum()


@bug(elbo_definition, "You sum over the first axis; z is the last.", sheet="9-1 (c)")
def definition_summed_over_first_axis(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(0)


@bug(elbo_definition, "You keep the summed axis: the shape is (…, 1) instead of (…).", sheet="9-1 (c)")
def definition_kept_axis(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1, keepdim=True)


@bug(
    elbo_definition,
    "You take only the z with the largest q(z) instead of the expectation.",
    sheet="9-1 (c)",
)
def definition_most_probable_latent_only(log_joint, log_q):
    best = log_q.argmax(-1, keepdim=True)
    return (log_joint - log_q).gather(-1, best).squeeze(-1)


@bug(
    elbo_definition,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (c)",
)
def definition_detached(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).detach()


@bug(
    elbo_definition,
    "Your values are right, but the weights q(z) are detached: the gradient in log_q is wrong.",
    sheet="9-1 (c)",
)
def definition_q_detached(log_joint, log_q):
    q = log_q.exp().detach()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(elbo_definition, "You normalise log p(z,x) over z first: that gives L − log p(x).", sheet="9-1 (c)")
def definition_joint_normalised(log_joint, log_q):
    q = log_q.exp()
    log_posterior = torch.log_softmax(log_joint, -1)
    return (q * torch.where(q > 0, log_posterior - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (c)",
)
def definition_squeezed(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).squeeze()


# 9-1 (c): E_q[log p(x|z)] and KL(q‖p)


@bug(
    elbo_decomposition,
    "You return (kl, reconstruction); the order is (reconstruction, kl).",
    sheet="9-1 (c)",
)
def decomposition_swapped(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return kl, reconstruction


@bug(
    elbo_decomposition,
    "Your second term is −KL(q‖p); the ELBO subtracts the KL, which itself is never negative.",
    sheet="9-1 (c)",
)
def decomposition_negative_kl(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_prior - log_q, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your first term is −E_q[log p(x|z)], the loss; the ELBO contains it with a plus.",
    sheet="9-1 (c)",
)
def decomposition_negative_reconstruction(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = -(q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "Your KL is KL(p‖q): it is weighted with the prior instead of q.", sheet="9-1 (c)")
def decomposition_reverse_kl(log_likelihood, log_prior, log_q):
    q, p = log_q.exp(), log_prior.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (p * (log_prior - log_q)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your KL is only −E_q[log p(z)]: the term E_q[log q(z)] is missing.",
    sheet="9-1 (c)",
)
def decomposition_kl_without_entropy(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = -(q * log_prior).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "Your KL is only E_q[log q(z)]: the prior is missing.", sheet="9-1 (c)")
def decomposition_kl_without_prior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q, 0.0)).sum(-1) + 0 * log_prior.sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You average log p(x|z) over the prior; the expectation is under q.",
    sheet="9-1 (c)",
)
def decomposition_reconstruction_under_prior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (log_prior.exp() * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You sum log p(x|z) over z without the weights q(z).", sheet="9-1 (c)")
def decomposition_reconstruction_unweighted(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = log_likelihood.sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your first term is E_q[log p(z,x)]: it contains the prior, which belongs to the KL.",
    sheet="9-1 (c)",
)
def decomposition_reconstruction_of_joint(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * (log_likelihood + log_prior)).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your first term is log E_q[p(x|z)]: the logarithm stands outside the expectation.",
    sheet="9-1 (c)",
)
def decomposition_log_of_expectation(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = torch.logsumexp(log_likelihood + log_q, -1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your KL compares q with the likelihood p(x|z) instead of the prior p(z).",
    sheet="9-1 (c)",
)
def decomposition_kl_to_likelihood(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_likelihood, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You take the mean over the K values of z after weighting with q(z): both terms are K times too small.",
    sheet="9-1 (c)",
)
def decomposition_averaged(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).mean(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).mean(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "Where q(z) = 0 your KL is 0 · ∞ = nan; that z must contribute 0.", sheet="9-1 (c)")
def decomposition_zero_times_infinity(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), (q * (log_q - log_prior)).sum(-1)


@bug(
    elbo_decomposition,
    "You form the probabilities p(x|z): they are 0 in float32 from log p = −104, and log 0 = −∞.",
    sheet="9-1 (c)",
)
def decomposition_through_probabilities(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * torch.log(log_likelihood.exp())).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You return the ELBO as one number; its two terms are asked for.", sheet="9-1 (c)")
def decomposition_combined(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_likelihood + log_prior - log_q, 0.0)).sum(-1)


@bug(elbo_decomposition, "You sum over all axes; only the last belongs to z.", sheet="9-1 (c)")
def decomposition_summed_over_everything(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum()
    return reconstruction, kl


@bug(elbo_decomposition, "You keep the summed axis: the shapes are (…, 1) instead of (…).", sheet="9-1 (c)")
def decomposition_kept_axis(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1, keepdim=True)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1, keepdim=True)
    return reconstruction, kl


@bug(elbo_decomposition, "You return one number per value of z; the sum over z is missing.", sheet="9-1 (c)")
def decomposition_not_summed(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return q * log_likelihood, q * torch.where(q > 0, log_q - log_prior, 0.0)


@bug(
    elbo_decomposition,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (c)",
)
def decomposition_detached(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction.detach(), kl.detach()


@bug(
    elbo_decomposition,
    "Your values are right, but q is detached in the reconstruction: the encoder cannot learn from it.",
    sheet="9-1 (c)",
)
def decomposition_q_detached_in_reconstruction(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q.detach() * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You cut the KL off at 0.1 from below (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (c)",
)
def decomposition_kl_clamped(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl.clamp(min=0.1)


@bug(
    elbo_decomposition,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (c)",
)
def decomposition_squeezed(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction.squeeze(), kl.squeeze()
