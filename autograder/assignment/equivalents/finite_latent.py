"""Right forms of the evidence lower bound over a finite latent, exercise 9-1 (c).

Their gradients in log q differ, and all are right: a table of probabilities has no other derivative than along the
directions that keep its sum 1.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import elbo_decomposition, elbo_definition
from autograder.assignment.equivalents import equivalent

# 9-1 (c): Σ_z q(z) (log p(z,x) − log q(z))


@equivalent(elbo_definition)
def definition_inner_where(log_joint, log_q):
    """`where` chooses before the weights are multiplied."""
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q, 0.0)).sum(-1)


@equivalent(elbo_definition)
def definition_outer_where(log_joint, log_q):
    """`where` chooses afterwards: right in value; in log q, where q = 0, the gradient is nan, and is not judged."""
    q = log_q.exp()
    return torch.where(q > 0, q * (log_joint - log_q), torch.zeros_like(q)).sum(dim=-1)


@equivalent(elbo_definition)
def definition_nan_to_num(log_joint, log_q):
    """0 · ∞ of single terms replaced by 0."""
    return torch.nan_to_num(log_q.exp() * (log_joint - log_q), nan=0.0).sum(-1)


@equivalent(elbo_definition)
def definition_finite_log_q(log_joint, log_q):
    """−∞ replaced by the lowest finite number, whose exp is 0 all the same."""
    log_q = torch.nan_to_num(log_q)
    return torch.sum(torch.exp(log_q) * (log_joint - log_q), dim=-1)


@equivalent(elbo_definition)
def definition_masked_log_q(log_joint, log_q):
    """log q is filled with 0 where q = 0, after the weights were taken."""
    q = log_q.exp()
    return (q * (log_joint - log_q.masked_fill(log_q == -math.inf, 0.0))).sum(-1)


@equivalent(elbo_definition)
def definition_own_tensor_in_place(log_joint, log_q):
    """The log-ratio is a tensor of its own, set to 0 in place where q = 0."""
    q = log_q.exp()
    log_ratio = log_joint - log_q
    log_ratio[q == 0] = 0.0
    return log_ratio.mul_(q).sum(-1)


@equivalent(elbo_definition)
def definition_xlogy(log_joint, log_q):
    """E_q[log p] − Σ q log q with 0 log 0 = 0."""
    q = torch.exp(log_q)
    return (q * log_joint).sum(-1) - torch.special.xlogy(q, q).sum(-1)


@equivalent(elbo_definition)
def definition_entropy_of_softmax(log_joint, log_q):
    """q by softmax, the sum by einsum, the entropy by `entr`."""
    q = log_q.softmax(-1)
    return torch.einsum("...k,...k->...", q, log_joint) + torch.special.entr(q).sum(-1)


@equivalent(elbo_definition)
def definition_categorical_entropy(log_joint, log_q):
    """E_q[log p] plus the entropy that torch.distributions gives."""
    q = torch.distributions.Categorical(logits=log_q)
    return (q.probs * log_joint).sum(-1) + q.entropy()


@equivalent(elbo_definition)
def definition_renormalised(log_joint, log_q):
    """log q is normalised once more: a right table stays what it is."""
    log_q = log_q - torch.logsumexp(log_q, -1, keepdim=True)
    return (log_q.exp() * (log_joint - log_q.masked_fill(log_q == -torch.inf, 0.0))).sum(-1)


@equivalent(elbo_definition)
def definition_evidence_minus_gap(log_joint, log_q):
    """log p(x) − KL(q ‖ p(z|x)), in float64."""
    evidence = torch.logsumexp(log_joint, -1)
    posterior = torch.distributions.Categorical(logits=log_joint.double())
    q = torch.distributions.Categorical(logits=log_q.double())
    gap = (q.probs * posterior.logits).sum(-1) + q.entropy()
    return evidence + gap.to(evidence.dtype)


@equivalent(elbo_definition)
def definition_functional_kl_div(log_joint, log_q):
    """F.kl_div needs no normalised first argument: −KL(q ‖ p(z,x))."""
    return -F.kl_div(log_joint, log_q.exp(), reduction="none").sum(-1)


@equivalent(elbo_definition)
def definition_double_inside(log_joint, log_q):
    """Computed in float64, returned in the arguments' precision."""
    p, log_q = log_joint.double(), log_q.double()
    q = log_q.exp()
    bound = (q * torch.where(q > 0, p - log_q, torch.zeros_like(p))).sum(-1)
    return bound.to(log_joint.dtype)


@equivalent(elbo_definition)
def definition_matrix_product(log_joint, log_q):
    """Each table is a row times a column."""
    q = log_q.exp()
    log_ratio = torch.where(q > 0, log_joint - log_q, 0.0)
    return torch.matmul(q.unsqueeze(-2), log_ratio.unsqueeze(-1)).squeeze(-1).squeeze(-1)


@equivalent(elbo_definition)
def definition_batch_matrix_product(log_joint, log_q):
    """`bmm` over the flattened leading axes."""
    k = log_q.shape[-1]
    q = log_q.exp().reshape(-1, 1, k)
    log_ratio = torch.nan_to_num(log_joint - log_q, posinf=0.0).reshape(-1, k, 1)
    return torch.bmm(q, log_ratio).reshape(log_q.shape[:-1])


@equivalent(elbo_definition)
def definition_loop_over_values(log_joint, log_q):
    """One value of z after the other."""
    total = torch.zeros_like(log_joint[..., 0])
    for k in range(log_joint.shape[-1]):
        q = log_q[..., k].exp()
        total = total + torch.where(q > 0, q * (log_joint[..., k] - log_q[..., k].clamp(min=-1e30)), 0 * q)
    return total


@equivalent(elbo_definition)
def definition_loop_over_tables(log_joint, log_q):
    """One table after the other, only over the z that are possible."""
    results = []
    for p, log_weights in zip(
        log_joint.reshape(-1, log_q.shape[-1]), log_q.reshape(-1, log_q.shape[-1]), strict=True
    ):
        possible = log_weights > -math.inf
        results.append(torch.dot(log_weights[possible].exp(), p[possible] - log_weights[possible]))
    return torch.stack(results).reshape(log_q.shape[:-1])


@equivalent(elbo_definition)
def definition_numpy_mask(log_joint, log_q):
    """NumPy finds the possible z; what is differentiated stays in torch."""
    import numpy as np

    possible = torch.from_numpy(np.isfinite(np.atleast_1d(log_q.detach().cpu().numpy())))
    return (log_q.exp() * torch.where(possible, log_joint - log_q, 0.0)).sum(-1)


@equivalent(elbo_definition)
def definition_autograd_function(log_joint, log_q):
    """Forward and backward written by hand."""

    class Bound(torch.autograd.Function):
        @staticmethod
        def forward(ctx, log_joint, log_q):
            q = log_q.exp()
            log_ratio = torch.where(q > 0, log_joint - log_q, 0.0)
            ctx.save_for_backward(q, log_ratio)
            return (q * log_ratio).sum(-1)

        @staticmethod
        def backward(ctx, weight):
            q, log_ratio = ctx.saved_tensors
            weight = weight.unsqueeze(-1)
            return weight * q, weight * q * (log_ratio - 1)

    return Bound.apply(log_joint, log_q)


@equivalent(elbo_definition)
def definition_score_detached(log_joint, log_q):
    """log q in the bracket is detached: Σ q d log q = d Σ q = 0, so its gradient is nothing."""
    q = log_q.exp()
    return (q * torch.where(q > 0, log_joint - log_q.detach(), 0.0)).sum(-1)


@equivalent(elbo_definition)
def definition_epsilon_beside_q(log_joint, log_q):
    """log(q + 1e-12): the term q log(q + 1e-12) differs from q log q by less than 1e-12."""
    q = log_q.exp()
    return (q * (log_joint - torch.log(q + 1e-12))).sum(-1)


# 9-1 (c): E_q[log p(x|z)] and KL(q‖p)


@equivalent(elbo_decomposition)
def decomposition_both_where(log_likelihood, log_prior, log_q):
    """`where` chooses before the weights are multiplied."""
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)


@equivalent(elbo_decomposition)
def decomposition_as_a_list(log_likelihood, log_prior, log_q):
    """A list of two is a pair, too."""
    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return [(q * log_likelihood).sum(-1), kl]


@equivalent(elbo_decomposition)
def decomposition_named_tuple(log_likelihood, log_prior, log_q):
    """A pair whose two entries have names."""
    from typing import Any, NamedTuple

    class Terms(NamedTuple):
        reconstruction: Any
        kl: Any

    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1)
    return Terms(torch.einsum("...k,...k->...", q, log_likelihood), kl)


@equivalent(elbo_decomposition)
def decomposition_torch_categorical(log_likelihood, log_prior, log_q):
    """Both distributions as Categorical of logits."""
    q = torch.distributions.Categorical(logits=log_q)
    p = torch.distributions.Categorical(logits=log_prior)
    return (q.probs * log_likelihood).sum(-1), torch.distributions.kl_divergence(q, p)


@equivalent(elbo_decomposition)
def decomposition_categorical_of_probabilities(log_likelihood, log_prior, log_q):
    """q as Categorical of probabilities, the prior as one of logits."""
    q = torch.distributions.Categorical(probs=log_q.exp())
    p = torch.distributions.Categorical(logits=log_prior)
    return (q.probs * log_likelihood).sum(-1), torch.distributions.kl_divergence(q, p)


@equivalent(elbo_decomposition)
def decomposition_functional_kl_div(log_likelihood, log_prior, log_q):
    """F.kl_div(log p, q) is KL(q‖p)."""
    q = log_q.exp()
    return (q * log_likelihood).sum(-1), F.kl_div(log_prior, q, reduction="none").sum(-1)


@equivalent(elbo_decomposition)
def decomposition_kl_div_of_logs(log_likelihood, log_prior, log_q):
    """F.kl_div with both arguments as logarithms, −∞ replaced by the lowest finite number."""
    log_q = torch.nan_to_num(log_q)
    kl = F.kl_div(log_prior, log_q, reduction="none", log_target=True).sum(-1)
    return (log_q.exp() * log_likelihood).sum(-1), kl


@equivalent(elbo_decomposition)
def decomposition_entropy_and_cross_entropy(log_likelihood, log_prior, log_q):
    """KL = cross entropy − entropy, q by softmax."""
    q = torch.softmax(log_q, dim=-1)
    kl = -torch.special.entr(q).sum(-1) - (q * log_prior).sum(-1)
    return torch.sum(q * log_likelihood, dim=-1), kl


@equivalent(elbo_decomposition)
def decomposition_xlogy(log_likelihood, log_prior, log_q):
    """Σ q log q with 0 log 0 = 0, minus Σ q log p."""
    q = log_q.exp()
    kl = (torch.special.xlogy(q, q) - q * log_prior).sum(-1)
    return (q * log_likelihood).sum(-1), kl


@equivalent(elbo_decomposition)
def decomposition_nan_to_num(log_likelihood, log_prior, log_q):
    """0 · ∞ of single terms replaced by 0."""
    q = log_q.exp()
    kl = torch.nan_to_num(q * (log_q - log_prior)).sum(-1)
    return torch.nan_to_num(q * log_likelihood).sum(-1), kl


@equivalent(elbo_decomposition)
def decomposition_kl_at_least_zero(log_likelihood, log_prior, log_q):
    """A KL below 0 is rounding and may be cut off."""
    q = log_q.exp()
    kl = (q * torch.where(q > 0, log_q - log_prior, 0.0)).sum(-1).clamp(min=0)
    return (q * log_likelihood).sum(-1), kl


@equivalent(elbo_decomposition)
def decomposition_double_inside(log_likelihood, log_prior, log_q):
    """Computed and returned in float64."""
    log_likelihood, log_prior, log_q = log_likelihood.double(), log_prior.double(), log_q.double()
    q = log_q.exp()
    kl = torch.where(q > 0, q * (log_q.clamp(min=-1e300) - log_prior), torch.zeros_like(q)).sum(-1)
    return (q * log_likelihood).sum(-1), kl


@equivalent(elbo_decomposition)
def decomposition_batch_matrix_product(log_likelihood, log_prior, log_q):
    """Both expectations in one `bmm`."""
    k = log_q.shape[-1]
    q = log_q.exp().reshape(-1, 1, k)
    log_ratio = torch.nan_to_num(log_q, neginf=0.0) - log_prior
    columns = torch.stack([log_likelihood, log_ratio], -1).reshape(-1, k, 2)
    both = torch.bmm(q, columns).reshape(*log_q.shape[:-1], 2)
    return both[..., 0], both[..., 1]


@equivalent(elbo_decomposition)
def decomposition_loop_over_values(log_likelihood, log_prior, log_q):
    """One value of z after the other."""
    reconstruction = torch.zeros_like(log_likelihood[..., 0])
    kl = torch.zeros_like(reconstruction)
    for k in range(log_q.shape[-1]):
        q = log_q[..., k].exp()
        possible = q > 0
        reconstruction = reconstruction + q * log_likelihood[..., k]
        kl = kl + q * torch.where(possible, log_q[..., k] - log_prior[..., k], torch.zeros_like(q))
    return reconstruction, kl


@equivalent(elbo_decomposition)
def decomposition_own_tensors_in_place(log_likelihood, log_prior, log_q):
    """In place on tensors that it made itself."""
    q = log_q.exp()
    log_ratio = log_q - log_prior
    log_ratio.masked_fill_(q == 0, 0.0).mul_(q)
    reconstruction = log_likelihood.clone()
    reconstruction *= q
    return reconstruction.sum(-1), log_ratio.sum(-1)


@equivalent(elbo_decomposition)
def decomposition_through_the_joint(log_likelihood, log_prior, log_q):
    """The definition applied to the likelihood and to the prior: KL = −Σ q (log p − log q)."""

    def bound(log_p, entropy):
        return (log_q.exp() * (log_p - entropy * torch.nan_to_num(log_q, neginf=0.0))).sum(-1)

    return bound(log_likelihood, 0), -bound(log_prior, 1)


@equivalent(elbo_decomposition)
def decomposition_autograd_function(log_likelihood, log_prior, log_q):
    """Forward and backward of the expectation written by hand."""

    class Expectation(torch.autograd.Function):
        @staticmethod
        def forward(ctx, log_q, values):
            ctx.save_for_backward(log_q, values)
            return (log_q.exp() * values).sum(-1)

        @staticmethod
        def backward(ctx, weight):
            log_q, values = ctx.saved_tensors
            q = weight.unsqueeze(-1) * log_q.exp()
            return q * values, q

    log_ratio = torch.where(log_q > -math.inf, log_q - log_prior, 0.0)
    return Expectation.apply(log_q, log_likelihood), Expectation.apply(log_q, log_ratio)
