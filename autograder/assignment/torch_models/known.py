"""Sandbox programs without a submission: they answer as if known code had been handed in, and all else were right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol

import torch
from torch import Tensor

from autograder.assignment.torch_models import losses
from autograder.diagnosis import RIGHT
from autograder.engine.facts import Named
from autograder.sandbox.inside.calls import HANDLERS
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received


class Known(Protocol):
    """One function or class of a bank."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> Named: ...
    @property
    def run(self) -> Callable[..., Any]: ...


def handlers(bank: Iterable[Known]) -> Mapping[str, Handler]:
    """The standard program's operations; every request has one parameter more, `known`: whose answer is wanted.

    And `each`: one call as each of several entries answers it; see there.
    """
    entries = {entry.name: entry for entry in bank}

    @cache
    def submission(name: str) -> Any:
        return _Submission({} if name == RIGHT else {entries[name].about.name: entries[name].run})

    def knowing(handler: Handler) -> Handler:
        def answer(request: Received, emit: Emit) -> Answer:
            return handler(replace(request, submission=submission(request.params["known"])), emit)

        return answer

    def each(request: Received, emit: Emit) -> Answer:
        """`call` as each of the entries in the list `known` answers it.

        The reply's `each` has a mapping for every one: its `values`, with its tensors as `<place>.<name>`, or its
        `exception`. Each has an equal share of what a reply may hold.
        """
        share = request.limits.reply_bytes // max(1, len(request.params["known"]))
        answers: list[dict[str, Any]] = []
        tensors: dict[str, Tensor] = {}
        for place, name in enumerate(request.params["known"]):
            # Copies, since some entries change their arguments in place.
            fresh = {key: tensor.clone() for key, tensor in request.tensors.items()}
            alone = replace(request, submission=submission(name), tensors=fresh)
            try:
                values, own = HANDLERS["call"](alone, emit)
                if sum(tensor.nbytes for tensor in own.values()) > share:
                    raise ValueError(f"the result has more than the {share} bytes that are accepted")
            except Exception as error:
                described = describe(error)
                if described["cause"] != "exception":
                    raise
                answers.append({"exception": described["exception"]})
            else:
                answers.append({"values": values})
                tensors |= {f"{place}.{key}": tensor for key, tensor in own.items()}
        return {"each": answers}, tensors

    return {**{op: knowing(handler) for op, handler in HANDLERS.items()}, "each": each}


class _Submission:
    """Stands in for the files of a submission: every module of it holds all the functions."""

    def __init__(self, known: Mapping[str, Callable[..., Any]]) -> None:
        self._everything = SimpleNamespace(**{**_FORMULAS, **known})

    def module(self, name: str) -> tuple[SimpleNamespace, None]:
        return self._everything, None


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


_FORMULAS: Mapping[str, Callable[..., Any]] = {
    "kl_normal": losses.kl_normal,
    "kl_standard_normal": losses.kl_standard_normal,
    "elbo_definition": _elbo_definition,
    "elbo_decomposition": _elbo_decomposition,
    "bernoulli_log_likelihood": losses.bernoulli_log_likelihood,
    "elbo": losses.elbo,
    "reparameterize": losses.reparameterize,
    "discriminator_loss": losses.discriminator_loss,
    "generator_loss_minimax": losses.generator_loss_minimax,
    "generator_loss_nonsaturating": losses.generator_loss_nonsaturating,
}
