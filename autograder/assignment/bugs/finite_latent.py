"""Typical mistakes in the evidence lower bound over a finite latent, exercise 9-1 (c)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import elbo_decomposition, elbo_definition
from autograder.assignment.bugs import bug

# 9-1 (c): Σ_z q(z) (log p(z,x) − log q(z))


@bug(
    elbo_definition,
    "Your result is −L, the loss; the definition asks for L itself.",
    sheet="9-1 (c)",
    mistake="negative_elbo",
)
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
    mistake="mean_for_sum",
)
def definition_averaged_over_latents(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).mean(-1)


@bug(
    elbo_definition,
    "You compute log E_q[p/q] = log p(x): the logarithm stands outside the expectation.",
    sheet="9-1 (c)",
    mistake="log_outside_expectation",
)
def definition_log_of_expectation(log_joint, log_q):
    return torch.logsumexp(log_joint, -1)


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


@bug(
    elbo_definition,
    "Where q(z) = 0 you compute 0 · ∞ = nan; that z must contribute 0.",
    sheet="9-1 (c)",
    mistake="zero_times_infinity",
)
def definition_zero_times_infinity(log_joint, log_q):
    return (log_q.exp() * (log_joint - log_q)).sum(-1)


@bug(
    elbo_definition,
    "You form the probabilities p(z,x): they are 0 in float32 from log p = −104, and log 0 = −∞.",
    sheet="9-1 (c)",
    mistake="leaves_logarithms",
)
def definition_through_probabilities(log_joint, log_q):
    q, p = log_q.exp(), log_joint.exp()
    return (q * torch.where(q > 0, torch.log(p) - torch.log(q), 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You add 1e-10 inside log p(z,x): it stops falling at −23.",
    sheet="9-1 (c)",
    mistake="epsilon_in_log",
)
def definition_epsilon_in_log(log_joint, log_q):
    q, p = log_q.exp(), log_joint.exp()
    return (q * torch.where(q > 0, torch.log(p + 1e-10) - torch.log(q), 0.0)).sum(-1)


@bug(
    elbo_definition, "You sum over all axes; only the last belongs to z.", sheet="9-1 (c)", mistake="reduced"
)
def definition_summed_over_everything(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum()


@bug(elbo_definition, "You sum over the first axis; z is the last.", sheet="9-1 (c)")
def definition_summed_over_first_axis(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(0)


@bug(
    elbo_definition,
    "You keep the summed axis: the shape is (…, 1) instead of (…).",
    sheet="9-1 (c)",
    mistake="kept_axis",
)
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
    mistake="detached",
)
def definition_detached(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).detach()


@bug(
    elbo_definition,
    "Your values are right, but the weights q(z) are detached: the gradient in log_q is wrong.",
    sheet="9-1 (c)",
    mistake="q_detached",
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
    mistake="squeezed",
)
def definition_squeezed(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).squeeze()


@bug(
    elbo_definition,
    "You return one number per value of z; the sum over z is missing.",
    sheet="9-1 (c)",
    mistake="not_reduced",
)
def definition_not_summed(log_joint, log_q):
    q = log_q.exp()
    return q * torch.where(q > 0, log_joint - log_q, 0.0)


@bug(
    elbo_definition,
    "You average the results of the tables; each table has its own.",
    sheet="9-1 (c)",
    mistake="reduced",
)
def definition_averaged_over_batch(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).mean()


@bug(
    elbo_definition,
    "You average over all axes; the expectation under q is a sum over the last one.",
    sheet="9-1 (c)",
    mistake="reduced",
)
def definition_averaged_over_everything(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).mean()


@bug(elbo_definition, "You sum over all axes but the first; only the last belongs to z.", sheet="9-1 (c)")
def definition_summed_from_the_second_axis(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).flatten(1).sum(1)


@bug(elbo_definition, "You take the largest term instead of the sum over z.", sheet="9-1 (c)")
def definition_largest_term(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).amax(-1)


@bug(
    elbo_definition,
    "You compute −Σ q log q, the entropy of q: the term with log p(z,x) is missing.",
    sheet="9-1 (c)",
)
def definition_only_entropy(log_joint, log_q):
    q = log_q.exp()
    return -(q * torch.where(q > 0, log_q, 0.0)).sum(-1)


@bug(elbo_definition, "You use p(z,x) where the formula has its logarithm.", sheet="9-1 (c)")
def definition_joint_without_log(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint.exp() - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You weight log p(z,x) with q(z), but not log q(z): both belong inside the bracket.",
    sheet="9-1 (c)",
)
def definition_entropy_unweighted(log_joint, log_q):
    q = log_q.exp()
    return (q * log_joint - torch.where(q > 0, log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You weight log q(z) with q(z), but not log p(z,x): both belong inside the bracket.",
    sheet="9-1 (c)",
)
def definition_joint_unweighted(log_joint, log_q):
    q = log_q.exp()
    return (log_joint - q * torch.where(q > 0, log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You compute log E_q[p(z,x)] − E_q[log q(z)]: the first logarithm stands outside the expectation.",
    sheet="9-1 (c)",
    mistake="log_outside_expectation",
)
def definition_log_of_expected_joint(log_joint, log_q):
    q = log_q.exp()
    return torch.logsumexp(log_joint + log_q, -1) - (q * torch.where(q > 0, log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You compute log Σ_z p(z,x)/q(z): the logarithm stands outside, and the weights q(z) are missing.",
    sheet="9-1 (c)",
    mistake="log_outside_expectation",
)
def definition_log_of_summed_ratios(log_joint, log_q):
    ratio = torch.where(log_q > -torch.inf, log_joint - log_q, -torch.inf)
    return torch.logsumexp(ratio, -1)


@bug(elbo_definition, "You weight with p(z|x), the normalised p(z,x), instead of q(z).", sheet="9-1 (c)")
def definition_weighted_by_posterior(log_joint, log_q):
    posterior = log_joint.softmax(-1)
    return (posterior * torch.where(log_q > -torch.inf, log_joint - log_q, 0.0)).sum(-1)


@bug(elbo_definition, "You weight with q(z)² instead of q(z).", sheet="9-1 (c)")
def definition_weighted_twice(log_joint, log_q):
    q = log_q.exp()
    return (q * q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You turn log q(z) into q(z) by a sigmoid; the inverse of the logarithm is exp.",
    sheet="9-1 (c)",
)
def definition_q_by_sigmoid(log_joint, log_q):
    q = torch.sigmoid(log_q)
    return (q * torch.where(log_q > -torch.inf, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "Your softmax runs over the first axis: q(z) is to sum to 1 over the last.",
    sheet="9-1 (c)",
)
def definition_q_normalised_over_batch(log_joint, log_q):
    q = torch.softmax(log_q, 0)
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You take logarithms to base 2; the result is to be in nats.",
    sheet="9-1 (c)",
    mistake="log_base",
)
def definition_log_base_two(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1) / math.log(2)


@bug(
    elbo_definition,
    "You draw one z from q instead of computing the expectation over all z.",
    sheet="9-1 (c)",
    mistake="one_sample",
)
def definition_one_sample(log_joint, log_q):
    z = torch.distributions.Categorical(logits=log_q).sample().unsqueeze(-1)
    return (log_joint - log_q).gather(-1, z).squeeze(-1)


@bug(
    elbo_definition,
    "You replace the nan of a whole table by 0; only the z with q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
    mistake="zero_times_infinity",
)
def definition_nan_of_the_sum_hidden(log_joint, log_q):
    q = log_q.exp()
    return torch.nan_to_num((q * (log_joint - log_q)).sum(-1), nan=0.0)


@bug(elbo_definition, "You replace log q(z) = −∞ by 0 before exp: that z gets the weight 1.", sheet="9-1 (c)")
def definition_infinity_read_as_zero(log_joint, log_q):
    log_q = torch.nan_to_num(log_q, neginf=0.0)
    return (log_q.exp() * (log_joint - log_q)).sum(-1)


@bug(
    elbo_definition,
    "You clamp log q(z) at −10: a z with q(z) = 0 gets the weight 4.5e-5.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def definition_log_q_clamped(log_joint, log_q):
    log_q = log_q.clamp(min=-10)
    return (log_q.exp() * (log_joint - log_q)).sum(-1)


@bug(
    elbo_definition,
    "You leave the logarithms for p/q: where q(z) = 0 the gradient is nan, in spite of `where`, and tiny probabilities are 0.",
    sheet="9-1 (c)",
    mistake="leaves_logarithms",
)
def definition_where_after_the_ratio(log_joint, log_q):
    q = log_q.exp()
    return torch.where(q > 0, q * torch.log(log_joint.exp() / q), 0.0).sum(-1)


@bug(
    elbo_definition,
    "You clamp log p(z,x) at −20: smaller ones count as −20, without gradient.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def definition_joint_clamped(log_joint, log_q):
    q = log_q.exp()
    log_joint = log_joint.clamp(min=-20)
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You cut the result off at 0; where p(z,x) is a density, the ELBO may be positive.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def definition_capped_at_zero(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).clamp(max=0)


@bug(
    elbo_definition,
    "Your values are right, but log p(z,x) is detached: the model cannot learn.",
    sheet="9-1 (c)",
)
def definition_joint_detached(log_joint, log_q):
    q = log_q.exp()
    log_joint = log_joint.detach()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You compute in half precision (`.half()`): three digits are left.",
    sheet="9-1 (c)",
    mistake="half_precision",
)
def definition_half_precision(log_joint, log_q):
    log_joint, log_q = log_joint.half(), log_q.half()
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You change the argument log_joint in place (`sub_`): the caller's tensor is overwritten.",
    sheet="9-1 (c)",
    mistake="in_place",
)
def definition_in_place(log_joint, log_q):
    q = log_q.exp()
    log_ratio = log_joint.sub_(log_q.masked_fill(q == 0, 0.0))
    return (q * log_ratio).sum(-1)


@bug(
    elbo_definition,
    "You return a Python list (`.tolist()`); a tensor is asked for, with its gradient.",
    sheet="9-1 (c)",
    mistake="python_numbers",
)
def definition_python_numbers(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1).tolist()


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


@bug(
    elbo_decomposition,
    "Your KL is KL(p‖q): it is weighted with the prior instead of q.",
    sheet="9-1 (c)",
    mistake="reversed_kl",
)
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
    kl = (q * torch.where(q > 0, log_q, 0.0)).sum(-1)
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
    mistake="log_outside_expectation",
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
    mistake="mean_for_sum",
)
def decomposition_averaged(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).mean(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).mean(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Where q(z) = 0 your KL is 0 · ∞ = nan; that z must contribute 0.",
    sheet="9-1 (c)",
    mistake="zero_times_infinity",
)
def decomposition_zero_times_infinity(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), (q * (log_q - log_prior)).sum(-1)


@bug(
    elbo_decomposition,
    "You form the probabilities p(x|z): they are 0 in float32 from log p = −104, and log 0 = −∞.",
    sheet="9-1 (c)",
    mistake="leaves_logarithms",
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


@bug(
    elbo_decomposition,
    "You sum over all axes; only the last belongs to z.",
    sheet="9-1 (c)",
    mistake="reduced",
)
def decomposition_summed_over_everything(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum()
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You keep the summed axis: the shapes are (…, 1) instead of (…).",
    sheet="9-1 (c)",
    mistake="kept_axis",
)
def decomposition_kept_axis(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1, keepdim=True)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1, keepdim=True)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You return one number per value of z; the sum over z is missing.",
    sheet="9-1 (c)",
    mistake="not_reduced",
)
def decomposition_not_summed(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return q * log_likelihood, q * torch.where(q > 0, log_q - log_prior, 0.0)


@bug(
    elbo_decomposition,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (c)",
    mistake="detached",
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
    mistake="q_detached",
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
    mistake="free_bits",
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
    mistake="squeezed",
)
def decomposition_squeezed(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction.squeeze(), kl.squeeze()


@bug(
    elbo_decomposition,
    "Both of your terms have the opposite sign: −E_q[log p(x|z)] and −KL(q‖p).",
    sheet="9-1 (c)",
    mistake="negative_elbo",
)
def decomposition_both_negative(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return -reconstruction, -kl


@bug(elbo_decomposition, "You sum log q(z) − log p(z) over z without the weights q(z).", sheet="9-1 (c)")
def decomposition_kl_unweighted(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = torch.where(q > 0, log_q - log_prior, 0.0).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You average the terms of the KL over the K values of z; the weights q(z) make it a sum.",
    sheet="9-1 (c)",
    mistake="mean_for_sum",
)
def decomposition_kl_averaged(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).mean(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You take a plain mean of log p(x|z) over z instead of weighting with q(z).",
    sheet="9-1 (c)",
)
def decomposition_reconstruction_averaged(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = log_likelihood.mean(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You weight log p(x|z) with log q(z) instead of q(z).", sheet="9-1 (c)")
def decomposition_reconstruction_weighted_by_log_q(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (torch.where(q > 0, log_q, 0.0) * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "Your first term is E_q[p(x|z)]: the logarithm is missing.", sheet="9-1 (c)")
def decomposition_likelihood_without_log(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood.exp()).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You normalise log p(x|z) over z; it is no distribution of z.", sheet="9-1 (c)")
def decomposition_likelihood_normalised(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood.log_softmax(-1)).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You clamp log p(x|z) at −100: smaller ones count as −100, without gradient.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def decomposition_likelihood_clamped(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood.clamp(min=-100)).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You add 1e-10 inside log p(x|z): it stops falling at −23.",
    sheet="9-1 (c)",
    mistake="epsilon_in_log",
)
def decomposition_epsilon_in_log(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * torch.log(log_likelihood.exp() + 1e-10)).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You add log p(z) in the KL where it must be subtracted.", sheet="9-1 (c)")
def decomposition_prior_added(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q + log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You divide log q(z) by log p(z); the logarithm of a ratio is a difference.",
    sheet="9-1 (c)",
)
def decomposition_kl_ratio_of_logs(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q / log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "F.kl_div takes log p(z) as its first argument; you give it p(z).", sheet="9-1 (c)")
def decomposition_kl_div_on_probabilities(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = F.kl_div(log_prior.exp(), q, reduction="none").sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "F.kl_div takes q(z) as its second argument; you give it log q(z), whose logarithm is nan.",
    sheet="9-1 (c)",
)
def decomposition_kl_div_without_log_target(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = F.kl_div(log_prior, log_q, reduction="none").sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    '`reduction="batchmean"` gives one KL for all tables; each table has its own.',
    sheet="9-1 (c)",
    mistake="reduced",
)
def decomposition_kl_batchmean(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = F.kl_div(log_prior, q, reduction="batchmean")
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "F.kl_div averages over all entries unless you choose `reduction`; each table has the sum over its z.",
    sheet="9-1 (c)",
    mistake="reduced",
)
def decomposition_kl_div_averages(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = F.kl_div(log_prior, q)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your KL is taken to the joint p(x, z): log p(x|z) belongs to the reconstruction alone.",
    sheet="9-1 (c)",
)
def decomposition_kl_to_the_joint(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior - log_likelihood, 0.0)).sum(-1)
    return reconstruction, kl


@bug(elbo_decomposition, "You average KL(q‖p) and KL(p‖q); the ELBO has the first alone.", sheet="9-1 (c)")
def decomposition_kl_symmetrised(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    p = log_prior.exp()
    kl = 0.5 * ((q - p) * (log_q - log_prior)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You take |log q(z) − log p(z)|; terms of the KL may be negative, only their sum is not.",
    sheet="9-1 (c)",
)
def decomposition_kl_of_absolute_differences(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0).abs()).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You cut each term of the KL off at 0; terms may be negative, only their sum is not.",
    sheet="9-1 (c)",
)
def decomposition_kl_terms_clamped(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).clamp(min=0).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your KL compares q with the uniform distribution, whatever log_prior is.",
    sheet="9-1 (c)",
)
def decomposition_kl_to_uniform(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q + math.log(log_q.shape[-1]), 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your KL compares q with the posterior p(z|x): that is the gap of the bound, not its second term.",
    sheet="9-1 (c)",
)
def decomposition_kl_to_posterior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    log_posterior = (log_likelihood + log_prior).log_softmax(-1)
    kl = (q * torch.where(q > 0, log_q - log_posterior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You weight the KL by 4 (a β-VAE); in the ELBO its weight is 1.",
    sheet="9-1 (c)",
    mistake="weighted_kl",
)
def decomposition_beta_four(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, 4 * kl


@bug(
    elbo_decomposition,
    "You split elsewhere: −E_q[log q(z)] stands in your first term and is missing in the KL.",
    sheet="9-1 (c)",
)
def decomposition_entropy_in_the_first_term(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * torch.where(q > 0, log_likelihood - log_q, 0.0)).sum(-1)
    kl = -(q * log_prior).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You split elsewhere: E_q[log p(z)] stands in your first term and is missing in the KL.",
    sheet="9-1 (c)",
)
def decomposition_prior_in_the_first_term(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * (log_likelihood + log_prior)).sum(-1)
    kl = (q * torch.where(q > 0, log_q, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your first term is the whole ELBO: the KL is subtracted from it already.",
    sheet="9-1 (c)",
)
def decomposition_elbo_and_kl(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction - kl, kl


@bug(
    elbo_decomposition,
    "You return (ELBO, reconstruction, kl); the pair (reconstruction, kl) is asked for.",
    sheet="9-1 (c)",
)
def decomposition_three_results(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction - kl, reconstruction, kl


@bug(
    elbo_decomposition,
    "You return a dictionary; the pair (reconstruction, kl) is asked for.",
    sheet="9-1 (c)",
)
def decomposition_dictionary(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return {"reconstruction": reconstruction, "kl": kl}


@bug(
    elbo_decomposition,
    "You stack the two terms into one tensor; a pair of tensors is asked for.",
    sheet="9-1 (c)",
)
def decomposition_stacked(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return torch.stack([reconstruction, kl])


@bug(
    elbo_decomposition,
    "Your KL has one number per value of z; its sum over z is missing.",
    sheet="9-1 (c)",
    mistake="not_reduced",
)
def decomposition_kl_not_summed(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    return reconstruction, q * torch.where(q > 0, log_q - log_prior, 0.0)


@bug(
    elbo_decomposition,
    "You average both terms over the tables; each table has its own.",
    sheet="9-1 (c)",
    mistake="reduced",
)
def decomposition_averaged_over_batch(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction.mean(), kl.mean()


@bug(elbo_decomposition, "You sum over the first axis; z is the last.", sheet="9-1 (c)")
def decomposition_summed_over_first_axis(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(0)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(0)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You take only the z with the largest q(z) instead of the expectation.",
    sheet="9-1 (c)",
)
def decomposition_most_probable_latent_only(log_likelihood, log_prior, log_q):
    best = log_q.argmax(-1, keepdim=True)
    reconstruction = log_likelihood.gather(-1, best).squeeze(-1)
    kl = (log_q - log_prior).gather(-1, best).squeeze(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You draw one z from q instead of computing the expectations over all z.",
    sheet="9-1 (c)",
    mistake="one_sample",
)
def decomposition_one_sample(log_likelihood, log_prior, log_q):
    z = torch.distributions.Categorical(logits=log_q).sample().unsqueeze(-1)
    reconstruction = log_likelihood.gather(-1, z).squeeze(-1)
    kl = (log_q - log_prior).gather(-1, z).squeeze(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your softmax runs over the first axis: q(z) is to sum to 1 over the last.",
    sheet="9-1 (c)",
)
def decomposition_q_normalised_over_batch(log_likelihood, log_prior, log_q):
    q = torch.softmax(log_q, 0)
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You take logarithms to base 2; both terms are to be in nats.",
    sheet="9-1 (c)",
    mistake="log_base",
)
def decomposition_log_base_two(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction / math.log(2), kl / math.log(2)


@bug(
    elbo_decomposition,
    "You replace the nan of a whole KL by 0; only the z with q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
    mistake="zero_times_infinity",
)
def decomposition_nan_of_the_kl_hidden(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = torch.nan_to_num((q * (log_q - log_prior)).sum(-1), nan=0.0)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your values are right, but log p(x|z) is detached: the decoder cannot learn.",
    sheet="9-1 (c)",
)
def decomposition_likelihood_detached(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood.detach()).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your values are right, but log p(z) is detached: a prior cannot be learnt.",
    sheet="9-1 (c)",
)
def decomposition_prior_detached(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    log_prior = log_prior.detach()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your values are right, but the KL is detached: q is not drawn to the prior.",
    sheet="9-1 (c)",
)
def decomposition_kl_detached(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl.detach()


@bug(
    elbo_decomposition,
    "Your values are right, but the weights q(z) are detached in the KL: its gradient in log_q is wrong.",
    sheet="9-1 (c)",
    mistake="q_detached",
)
def decomposition_q_detached_in_kl(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q.detach() * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your values are right, but log q(z) is detached: the encoder cannot learn.",
    sheet="9-1 (c)",
)
def decomposition_q_detached(log_likelihood, log_prior, log_q):
    log_q = log_q.detach()
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You compute in half precision (`.half()`): three digits are left.",
    sheet="9-1 (c)",
    mistake="half_precision",
)
def decomposition_half_precision(log_likelihood, log_prior, log_q):
    log_likelihood, log_prior, log_q = log_likelihood.half(), log_prior.half(), log_q.half()
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "You change the argument log_likelihood in place (`mul_`): the caller's tensor is overwritten.",
    sheet="9-1 (c)",
    mistake="in_place",
)
def decomposition_in_place(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    reconstruction = log_likelihood.mul_(q).sum(-1)
    return reconstruction, kl


@bug(
    elbo_decomposition,
    "Your log p(z) stops falling at −23, as if p(z) were cut off at 1e-10, or 1e-10 added to it.",
    sheet="9-1 (c)",
    mistake="epsilon_in_log",
)
def decomposition_epsilon_in_log_prior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - torch.log(log_prior.exp() + 1e-10), 0.0)).sum(-1)
    return reconstruction, kl


@bug(
    elbo_definition,
    "You leave out the z whose q(z) is small: only q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
)
def definition_small_probabilities_left_out(log_joint, log_q):
    q = log_q.exp()
    return torch.where(q > 0.01, q * (log_joint - torch.where(q > 0.01, log_q, 0.0)), 0.0).sum(-1)


@bug(
    elbo_definition,
    "You take the logarithm of the mean of p/q (the importance weights); the ELBO is the mean of the logarithm under q.",
    sheet="9-1 (c)",
    mistake="log_outside_expectation",
)
def definition_log_of_mean_weight(log_joint, log_q):
    weight = torch.where(log_q.isinf(), -torch.inf, log_joint - log_q)
    return torch.logsumexp(weight, -1) - math.log(log_joint.shape[-1])


@bug(elbo_definition, "You sum over axis 1; z is the last axis.", sheet="9-1 (c)")
def definition_sum_over_axis_one(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(1)


@bug(
    elbo_definition,
    "You overwrite log q(z) = −∞ in place: the caller's tensor is changed.",
    sheet="9-1 (c)",
    mistake="in_place",
)
def definition_infinities_overwritten(log_joint, log_q):
    q = log_q.exp()
    with torch.no_grad():
        log_q[log_q.isinf()] = 0.0
    return (q * log_joint).sum(-1) - (q * log_q.clone()).sum(-1)


@bug(
    elbo_decomposition,
    "Your first term has the entropy of q in it, too: it belongs to the KL.",
    sheet="9-1 (c)",
)
def decomposition_entropy_in_both_terms(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    negative_entropy = torch.xlogy(q, q).sum(-1)
    return (q * log_likelihood).sum(-1) - negative_entropy, negative_entropy - (q * log_prior).sum(-1)


@bug(
    elbo_decomposition,
    "You clamp log p(z) at −50: where the prior is smaller the KL is too small.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def decomposition_prior_clamped_at_50(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    kl = torch.where(q > 0, log_q - log_prior.clamp(min=-50), 0.0)
    return (q * torch.where(q > 0, log_likelihood, 0.0)).sum(-1), (q * kl).sum(-1)


@bug(
    elbo_decomposition,
    "You leave out the z whose q(z) is small: only q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
)
def decomposition_small_q_left_out(log_likelihood, log_prior, log_q):
    q = torch.where(log_q > math.log(1e-4), log_q.exp(), 0.0)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return (q * log_likelihood).sum(-1), kl


@bug(
    elbo_definition,
    "You leave out the z whose q(z) is small: only q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
)
def definition_small_q_left_out(log_joint, log_q):
    q = torch.where(log_q > math.log(1e-4), log_q.exp(), 0.0)
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You leave out the z whose q(z) is small: only q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
)
def definition_below_a_thousandth_left_out(log_joint, log_q):
    q = log_q.exp()
    counts = q > 1e-3
    return torch.where(counts, q * (log_joint - torch.where(counts, log_q, 0.0)), 0.0).sum(-1)


@bug(
    elbo_decomposition,
    "You leave out the z whose q(z) is small: only q(z) = 0 contributes nothing.",
    sheet="9-1 (c)",
)
def decomposition_below_a_thousandth_left_out(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    q = torch.where(q > 1e-3, q, 0.0)
    return (q * log_likelihood).sum(-1), (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)


@bug(
    elbo_definition,
    "You clamp log q(z) at −6: a z with a smaller q(z), even 0, gets the weight 0.0025.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def definition_log_q_clamped_at_six(log_joint, log_q):
    floored = torch.clamp(log_q, min=-6)
    return (floored.exp() * log_joint - floored.exp() * floored).sum(-1)


@bug(
    elbo_decomposition,
    "You clamp log q(z) at −10: a z with q(z) = 0 gets the weight 4.5e-5.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def decomposition_log_q_clamped(log_likelihood, log_prior, log_q):
    log_q = log_q.clamp(min=-10)
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), (q * (log_q - log_prior)).sum(-1)


@bug(
    elbo_definition,
    "You multiply every q with every other table (a matrix product): each table has its own q.",
    sheet="9-1 (c)",
)
def definition_every_pair_of_tables(log_joint, log_q):
    q = log_q.exp()
    return q @ torch.where(q > 0, log_joint - log_q, 0.0).transpose(-1, -2)


@bug(
    elbo_decomposition,
    "You multiply every q with every other table (a matrix product): each table has its own q.",
    sheet="9-1 (c)",
)
def decomposition_every_pair_of_tables(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    ratio = torch.where(q > 0, log_q - log_prior, 0.0)
    return q @ log_likelihood.transpose(-1, -2), q @ ratio.transpose(-1, -2)


@bug(
    elbo_definition,
    "You clamp log p(z,x) at 0 from above: a density may be above 1.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def definition_joint_at_most_one(log_joint, log_q):
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint.clamp(max=0) - log_q, 0.0)).sum(-1)


@bug(
    elbo_decomposition,
    "You clamp log p(x|z) at 0 from above: a density may be above 1.",
    sheet="9-1 (c)",
    mistake="clamped",
)
def decomposition_likelihood_at_most_one(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return (q * torch.minimum(log_likelihood, torch.zeros_like(q))).sum(-1), kl


@bug(
    elbo_decomposition,
    "You sum the KL over the batch as well and give that to every table: each has its own.",
    sheet="9-1 (c)",
)
def decomposition_kl_of_the_batch_for_everyone(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum()
    return reconstruction, kl.expand(reconstruction.shape)


@bug(
    elbo_decomposition,
    "You sum the KL over the batch as well: each table has its own.",
    sheet="9-1 (c)",
)
def decomposition_kl_summed_over_the_batch(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum()


@bug(
    elbo_decomposition,
    "You compare every q with the prior of the first table: each has its own.",
    sheet="9-1 (c)",
)
def decomposition_prior_of_the_first_table(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    first = log_prior.flatten(0, -2)[0] if log_prior.ndim > 1 else log_prior
    kl = q * torch.where(q > 0, log_q - first, 0.0)
    return (q * log_likelihood).sum(-1), kl.sum(-1)


@bug(
    elbo_decomposition,
    "You leave the logarithms for q/p: the values are right, but the gradient in log_prior overflows in float32 where p(z) is tiny.",
    sheet="9-1 (c)",
    mistake="leaves_logarithms",
)
def decomposition_quotient_of_probabilities(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    ratio = q / log_prior.exp()
    return (q * log_likelihood).sum(-1), torch.xlogy(q, ratio).sum(-1)


@bug(
    elbo_decomposition,
    "Your log p(z) stops falling at −18, as if p(z) were cut off at 1e-8, or 1e-8 added to it.",
    sheet="9-1 (c)",
    mistake="epsilon_in_log",
)
def decomposition_larger_epsilon_in_log_prior(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    ratio = torch.where(q > 0, log_q - torch.log(1e-8 + log_prior.exp()), 0.0)
    return (q * log_likelihood).sum(-1), (q * ratio).sum(-1)


@bug(
    elbo_definition,
    "You change the argument log_joint in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (c)",
    mistake="in_place",
)
def definition_in_place_without_gradient(log_joint, log_q):
    q = log_q.exp()
    ratio = log_joint - log_q if log_joint.requires_grad else log_joint.sub_(log_q)
    return (q * torch.where(q > 0, ratio, 0.0)).sum(-1)


@bug(
    elbo_decomposition,
    "You average the reconstruction over the batch and give that to every table: each has its own.",
    sheet="9-1 (c)",
)
def decomposition_reconstruction_averaged_for_everyone(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return torch.ones_like(kl) * reconstruction.mean(), kl


@bug(
    elbo_decomposition,
    "You average the KL over the batch and give that to every table: each has its own.",
    sheet="9-1 (c)",
)
def decomposition_kl_averaged_for_everyone(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return reconstruction, torch.ones_like(kl) * kl.mean()


@bug(
    elbo_decomposition,
    "You average both terms over the batch and give that to every table: each has its own.",
    sheet="9-1 (c)",
)
def decomposition_both_averaged_for_everyone(log_likelihood, log_prior, log_q):
    q = log_q.exp()
    reconstruction = (q * log_likelihood).sum(-1)
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return torch.ones_like(kl) * reconstruction.mean(), torch.ones_like(kl) * kl.mean()
