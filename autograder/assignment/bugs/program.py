"""The program of a sandbox without a submission: it answers for the known bugs, and for the right formulas.

A call's target is "<function>/<bug>", or "<function>/right".
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.assignment.bugs import bugs_of, divergence, elbo, gan, vae
from autograder.assignment.torch_models import losses
from autograder.sandbox.inside.invoke import invoke
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received


def _average(log_q: Tensor, term: Tensor) -> Tensor:
    """Σ_z q(z) term(z), where q(z) = 0 counts as nothing."""
    q = torch.exp(log_q)
    return (q * torch.where(q > 0, term, torch.zeros_like(term))).sum(-1)


def _elbo_definition(log_joint: Tensor, log_q: Tensor) -> Tensor:
    """Σ_z q(z) (log p(z,x) − log q(z)). Sheet 9-1 (c)."""
    return _average(log_q, log_joint - log_q)


def _elbo_decomposition(log_likelihood: Tensor, log_prior: Tensor, log_q: Tensor) -> tuple[Tensor, Tensor]:
    """Σ_z q(z) log p(x|z) and KL(q ‖ p). Sheet 9-1 (c)."""
    return _average(log_q, log_likelihood), _average(log_q, log_q - log_prior)


def _generator_loss_minimax(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """−J_D. Sheet 9-2 (c)."""
    return -losses.discriminator_loss(logits_real, logits_fake)


def _generator_loss_nonsaturating(logits_fake: Tensor) -> Tensor:
    """−½ E[log D(G(z))]. Sheet 9-2 (d)."""
    return F.softplus(-logits_fake).mean() / 2


_RIGHT: Mapping[str, Callable[..., Any]] = {
    "kl_normal": losses.kl_normal,
    "kl_standard_normal": losses.kl_standard_normal,
    "elbo_definition": _elbo_definition,
    "elbo_decomposition": _elbo_decomposition,
    "bernoulli_log_likelihood": losses.bernoulli_log_likelihood,
    "elbo": losses.elbo,
    "reparameterize": losses.reparameterize,
    "discriminator_loss": losses.discriminator_loss,
    "generator_loss_minimax": _generator_loss_minimax,
    "generator_loss_nonsaturating": _generator_loss_nonsaturating,
}
_KNOWN: Mapping[str, Callable[..., Any]] = {
    **{f"{name}/right": formula for name, formula in _RIGHT.items()},
    **{f"{bug.about.name}/{bug.name}": bug.run for bug in bugs_of(divergence, elbo, gan, vae)},
}


def call(request: Received, emit: Emit) -> Answer:
    """`target` called once, as `autograder.sandbox.inside.calls` calls a student's function."""
    return invoke(_KNOWN[request.params["target"]], request)


HANDLERS: Mapping[str, Handler] = {"call": call}
