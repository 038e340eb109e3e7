"""Typical mistakes in the evidence lower bound and its parts, exercise 9-1 (c) and (d)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import bernoulli_log_likelihood, elbo, elbo_decomposition, elbo_definition
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


# 9-1 (d): Σ x log D + (1−x) log(1−D)


@bug(
    bernoulli_log_likelihood,
    "Your result is −log p(x|z), the cross-entropy loss; the likelihood is at most 0.",
    sheet="9-1 (d)",
)
def bernoulli_wrong_sign(x, logits):
    per_pixel = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You average over the pixels; log p(x|z) is their sum.", sheet="9-1 (d)")
def bernoulli_averaged_over_pixels(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).mean(1)


@bug(
    bernoulli_log_likelihood,
    "You sum over the batch as well; one number per image is asked for.",
    sheet="9-1 (d)",
)
def bernoulli_summed_over_batch(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="sum")


@bug(
    bernoulli_log_likelihood,
    "You average over pixels and batch (the default of the BCE losses); a sum per image is asked for.",
    sheet="9-1 (d)",
)
def bernoulli_averaged_over_everything(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x)


@bug(
    bernoulli_log_likelihood,
    "You return one number per pixel; the sum over the pixels is missing.",
    sheet="9-1 (d)",
)
def bernoulli_not_summed(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none")


@bug(
    bernoulli_log_likelihood,
    "You sum over the last axis only; images of shape (N,1,28,28) need all axes but the first.",
    sheet="9-1 (d)",
)
def bernoulli_summed_over_last_axis(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


@bug(
    bernoulli_log_likelihood,
    "Your shape is (N, 1) instead of (N,): the summed axis is kept.",
    sheet="9-1 (d)",
)
def bernoulli_kept_axis(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1, keepdim=True)


@bug(bernoulli_log_likelihood, "You sum over the batch (axis 0) instead of the pixels.", sheet="9-1 (d)")
def bernoulli_summed_over_first_axis(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(0)


@bug(
    bernoulli_log_likelihood,
    "You divide by the batch size; each image has its own number.",
    sheet="9-1 (d)",
)
def bernoulli_divided_by_batch(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1) / len(x)


@bug(bernoulli_log_likelihood, "The term (1−x) log(1−D) is missing.", sheet="9-1 (d)")
def bernoulli_white_pixels_only(x, logits):
    return (x * F.logsigmoid(logits)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "The term x log D is missing.", sheet="9-1 (d)")
def bernoulli_black_pixels_only(x, logits):
    return ((1 - x) * F.logsigmoid(-logits)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "x and 1−x are swapped: you reward the negative image.", sheet="9-1 (d)")
def bernoulli_colours_swapped(x, logits):
    per_pixel = (1 - x) * F.logsigmoid(logits) + x * F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-1 (d)",
)
def bernoulli_logits_as_probabilities(x, logits):
    d = logits.clamp(1e-6, 1 - 1e-6)
    return (x * d.log() + (1 - x) * (1 - d).log()).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits has its own.",
    sheet="9-1 (d)",
)
def bernoulli_sigmoid_twice(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "Image and logits are swapped in the cross entropy.", sheet="9-1 (d)")
def bernoulli_arguments_swapped(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(x, torch.sigmoid(logits), reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −½ Σ (x − D)², a Gaussian likelihood; the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_squared_error(x, logits):
    return -0.5 * ((x - torch.sigmoid(logits)) ** 2).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You round x to 0 or 1; grey values serve as weights.", sheet="9-1 (d)")
def bernoulli_rounded_image(x, logits):
    x = x.round()
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute log(x D + (1−x)(1−D)): the same for binary x, not for grey values.",
    sheet="9-1 (d)",
)
def bernoulli_log_of_mixture(x, logits):
    d = torch.sigmoid(logits)
    return torch.log(x * d + (1 - x) * (1 - d)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You multiply by ½, as in the GAN losses; the likelihood has no ½.",
    sheet="9-1 (d)",
)
def bernoulli_halved(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return 0.5 * per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You take logarithms to base 2; the result is to be in nats.", sheet="9-1 (d)")
def bernoulli_log_base_two(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1) / math.log(2)


@bug(
    bernoulli_log_likelihood,
    "You compute Σ x·logit; the normalising term −log(1 + e^logit) is missing.",
    sheet="9-1 (d)",
)
def bernoulli_linear_term_only(x, logits):
    return (x * logits).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You apply a softmax over the pixels; each pixel has its own sigmoid.",
    sheet="9-1 (d)",
)
def bernoulli_softmax_over_pixels(x, logits):
    return (x * torch.log_softmax(logits.flatten(1), 1).reshape(x.shape)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You take the formula literally: log(1 − sigmoid(a)) is −∞ in float32 from a = 17.",
    sheet="9-1 (d)",
)
def bernoulli_literal(x, logits):
    d = torch.sigmoid(logits)
    return (x * torch.log(d) + (1 - x) * torch.log(1 - d)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add 1e-8 inside the logarithms: they stop at −18.4, and the gradient vanishes.",
    sheet="9-1 (d)",
)
def bernoulli_epsilon_in_log(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d + 1e-8) + (1 - x) * torch.log(1 - d + 1e-8)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "F.binary_cross_entropy on sigmoid(logits) cuts the logarithm off at −100 and loses the gradient.",
    sheet="9-1 (d)",
)
def bernoulli_bce_on_probabilities(x, logits):
    per_pixel = -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp the logits to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
)
def bernoulli_logits_clamped(x, logits):
    logits = logits.clamp(-10, 10)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp D to [1e-6, 1 − 1e-6]: saturated pixels get no gradient.",
    sheet="9-1 (d)",
)
def bernoulli_probability_clamped(x, logits):
    d = torch.sigmoid(logits).clamp(1e-6, 1 - 1e-6)
    return (x * torch.log(d) + (1 - x) * torch.log(1 - d)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You compute log(1 + e^a): e^a is ∞ in float32 from a = 89.", sheet="9-1 (d)")
def bernoulli_exponential_overflow(x, logits):
    return (x * logits - torch.log(1 + logits.exp())).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (d)",
)
def bernoulli_detached(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).detach()


@bug(
    bernoulli_log_likelihood,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (d)",
)
def bernoulli_squeezed(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).squeeze()


# 9-1 (d): log p(x|z) − Σ_j ½(μ_j² + e^{v_j} − 1 − v_j)


@bug(elbo, "Your result is −ELBO, the loss; the ELBO itself is asked for, to be maximised.", sheet="9-1 (d)")
def elbo_wrong_sign(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return kl - log_px_given_z


@bug(elbo, "You add the KL divergence; the ELBO subtracts it.", sheet="9-1 (d)")
def elbo_kl_added(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z + kl


@bug(
    elbo,
    "You average the KL over the latent components; that of independent components is their sum.",
    sheet="9-1 (d)",
)
def elbo_kl_averaged_over_latents(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(1)
    return log_px_given_z - kl


@bug(elbo, "You sum the KL over the batch as well: every image pays for all others.", sheet="9-1 (d)")
def elbo_kl_summed_over_everything(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    return log_px_given_z - kl


@bug(elbo, "You average the KL over the batch: every image pays the same.", sheet="9-1 (d)")
def elbo_kl_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.mean()


@bug(elbo, "You average over the batch; one number per image is asked for.", sheet="9-1 (d)")
def elbo_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).mean()


@bug(elbo, "You sum over the batch; one number per image is asked for.", sheet="9-1 (d)")
def elbo_summed_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).sum()


@bug(elbo, "The KL divergence is missing: you return log p(x|z) alone.", sheet="9-1 (d)")
def elbo_without_kl(log_px_given_z, mu, logvar):
    return log_px_given_z + 0 * (mu + logvar).sum(1)


@bug(elbo, "log p(x|z) is missing: you return −KL alone.", sheet="9-1 (d)")
def elbo_without_likelihood(log_px_given_z, mu, logvar):
    return -0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1) + 0 * log_px_given_z


@bug(elbo, "Your KL is twice the right one: the factor ½ is missing.", sheet="9-1 (d)")
def elbo_missing_half(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You read logvar as log σ; it is log σ².", sheet="9-1 (d)")
def elbo_logvar_as_log_sigma(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You use e^(logvar/2) = σ where the KL has σ² = e^logvar.", sheet="9-1 (d)")
def elbo_sigma_for_variance(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (0.5 * logvar).exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "The −1 is missing in the KL: it is not 0 at the prior.", sheet="9-1 (d)")
def elbo_without_one(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You subtract 1 once after the sum; each latent component needs its own.", sheet="9-1 (d)")
def elbo_one_subtracted_once(log_px_given_z, mu, logvar):
    kl = 0.5 * ((mu**2 + logvar.exp() - logvar).sum(1) - 1)
    return log_px_given_z - kl


@bug(elbo, "You add logvar inside the KL; it must be subtracted.", sheet="9-1 (d)")
def elbo_logvar_added(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 + logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "mu is not squared in the KL.", sheet="9-1 (d)")
def elbo_mu_not_squared(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your KL is that of the prior from q: the two distributions are swapped.", sheet="9-1 (d)")
def elbo_reverse_kl(log_px_given_z, mu, logvar):
    kl = 0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You average log p(x|z) over the batch; each image has its own.", sheet="9-1 (d)")
def elbo_likelihood_averaged(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.mean() - kl


@bug(elbo, "You weight the KL by 4 (a β-VAE); the ELBO has weight 1.", sheet="9-1 (d)")
def elbo_beta_four(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - 4 * kl


@bug(elbo, "You do not sum the KL over the latent components: the shape is (N, latent_dim).", sheet="9-1 (d)")
def elbo_not_summed(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return log_px_given_z.unsqueeze(1) - kl


@bug(elbo, "You keep the latent axis: (N,) − (N, 1) broadcasts to (N, N).", sheet="9-1 (d)")
def elbo_kept_axis(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1, keepdim=True)
    return log_px_given_z - kl


@bug(elbo, "You sum the KL over the batch (axis 0) and average the components.", sheet="9-1 (d)")
def elbo_summed_over_first_axis(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(0)
    return log_px_given_z - kl.mean()


@bug(
    elbo,
    "Your values are right, but the KL is detached: the encoder is not drawn to the prior.",
    sheet="9-1 (d)",
)
def elbo_kl_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.detach()


@bug(elbo, "Your values are right, but log p(x|z) is detached: the decoder cannot learn.", sheet="9-1 (d)")
def elbo_likelihood_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.detach() - kl


@bug(elbo, "Your values are right, but they are detached: no gradient flows back.", sheet="9-1 (d)")
def elbo_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).detach()


@bug(elbo, "You clamp logvar to [−10, 10]: wrong outside, and without gradient there.", sheet="9-1 (d)")
def elbo_logvar_clamped(log_px_given_z, mu, logvar):
    logvar = logvar.clamp(-10, 10)
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You add 1e-8 inside the logarithm of the KL: it stops falling at logvar = −18.", sheet="9-1 (d)")
def elbo_epsilon_in_log(log_px_given_z, mu, logvar):
    variance = logvar.exp()
    kl = 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8)).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You bound each component's KL from below by 0.5 (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (d)",
)
def elbo_free_bits(log_px_given_z, mu, logvar):
    kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).clamp(min=0.5).sum(1)
    return log_px_given_z - kl
