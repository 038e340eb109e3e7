"""The functions of 9-1 with their derivatives, and of what size the numbers are that are added up to each.

A fact that compares many results at once judges by these sizes: a share of what was added up is rounding, or a
legitimate epsilon. Derivatives are those of Σ weights·result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    bernoulli_log_likelihood,
    elbo,
    elbo_decomposition,
    elbo_definition,
    kl_normal,
    kl_standard_normal,
)
from autograder.assignment.reference import divergence
from autograder.assignment.reference import elbo as reference
from autograder.engine.calls import Answer, Function

Numbers = NDArray[np.float64]
Given = Sequence[NDArray[Any]]

AS_ELSEWHERE = 2e-5  # of what is added up to the expected number, at typical arguments
SHARE = 2e-3  # and at others: σ + 1e-8 is a legitimate style


@dataclass(frozen=True)
class Expected:
    """What a result or a gradient should be. Of a gradient in the logarithms of a table, directions that change its sum
    do not count: `table` holds the probabilities."""

    number: Numbers
    size: Numbers
    table: Numbers | None = None

    def off(self, got: Numbers) -> Numbers:
        """|got − number| as a share of the size."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(self._free(got) - self._free(self.number)) / self.size)

    def is_met(self, got: Numbers) -> bool:
        """Whether this is right at typical arguments, in shape and number."""
        return got.shape == self.number.shape and bool((self.off(got) <= AS_ELSEWHERE).all())

    def _free(self, gradient: Numbers) -> Numbers:
        """Without its part along the table; 0 for a table in which a probability is 0, where it is not judged."""
        if self.table is None:
            return gradient
        whole = (self.table > 0).all(-1, keepdims=True)
        along = (gradient * self.table).sum(-1, keepdims=True) / np.square(self.table).sum(-1, keepdims=True)
        return np.where(whole, gradient - along * self.table, 0.0)


@dataclass(frozen=True)
class Law:
    """What a function gives for arguments: its results, and the derivatives of Σ weights·result by the argument's name."""

    function: Function
    results: Mapping[str, Callable[..., Expected]]
    derivatives: Callable[..., Mapping[str, Expected]]

    def shape(self, given: Given) -> tuple[int, ...]:
        """The shape of each result."""
        return self.expected(given)[0].number.shape

    def expected(self, given: Given) -> list[Expected]:
        """The results."""
        return [result(*_double(given)) for result in self.results.values()]

    def gradients(self, given: Given, weights: Sequence[Numbers] = ()) -> Mapping[str, Expected]:
        """The derivatives; by default of the sum of all results."""
        ones = [np.ones(self.shape(given))] * len(self.results)
        return self.derivatives(*_double(given), *(weights or ones))


def _double(given: Given) -> list[Numbers]:
    return [np.asarray(argument, dtype=np.float64) for argument in given]


def has_gradient(answer: Answer, name: str) -> bool:
    """Whether there is one; that there is none is told by the facts about gradients."""
    return bool(answer.facts["grads"].get(name) == "ok")


# --- 9-1 (a)


def _kl_normal(mu1: Numbers, sigma1: Numbers, mu2: Numbers, sigma2: Numbers) -> Expected:
    value = divergence.kl_normal(mu1, sigma1, mu2, sigma2)
    return Expected(value, 1 + value)


def _kl_normal_derivatives(
    mu1: Numbers, sigma1: Numbers, mu2: Numbers, sigma2: Numbers, weights: Numbers
) -> dict[str, Expected]:
    given = (mu1, sigma1, mu2, sigma2)
    ratio, distance = (sigma1 / sigma2) ** 2, np.abs(mu1 - mu2)
    # From 5e-4 σ₂ down a KL is lost in float32, where it may be cut off at 0.
    in_means = (distance + 0.3 * sigma2) / sigma2**2
    sizes = (
        in_means,
        (1 + ratio) / sigma1,
        in_means,
        (1 + ratio + (distance / sigma2) ** 2) / sigma2,
    )
    slopes = divergence.kl_normal_gradient(*given)
    return {
        name: Expected(
            _summed_to(argument.shape, weights * slope), _summed_to(argument.shape, np.abs(weights) * size)
        )
        for name, argument, slope, size in zip(kl_normal.arguments, given, slopes, sizes, strict=True)
    }


def _summed_to(shape: tuple[int, ...], broadcast: Numbers) -> Numbers:
    """What entries that stem from one argument add up to."""
    axes = broadcast.ndim - len(shape)
    widened = tuple(axis for axis in range(broadcast.ndim) if axis < axes or shape[axis - axes] == 1)
    return np.asarray(broadcast.sum(widened).reshape(shape))


KL_NORMAL = Law(kl_normal, {"the result": _kl_normal}, _kl_normal_derivatives)


# --- 9-1 (b)


def _kl_standard_normal(mu: Numbers, logvar: Numbers) -> Expected:
    value = divergence.kl_standard_normal(mu, logvar)
    return Expected(value, 1 + value)


def _kl_standard_normal_derivatives(mu: Numbers, logvar: Numbers, weights: Numbers) -> dict[str, Expected]:
    size = np.abs(weights)
    return {
        "mu": Expected(weights * mu, size * (np.abs(mu) + 1e-3)),
        "logvar": Expected(weights * np.expm1(logvar) / 2, size * (np.exp(logvar) + 1) / 2),
    }


KL_STANDARD_NORMAL = Law(
    kl_standard_normal, {"the result": _kl_standard_normal}, _kl_standard_normal_derivatives
)


# --- 9-1 (c)


def _definition(log_joint: Numbers, log_q: Numbers) -> Expected:
    number = reference.elbo_definition(log_joint, log_q)
    return Expected(number, 1 + _sum_of_sizes(log_q, log_joint, log_q))


def _sum_of_sizes(log_q: Numbers, *addends: Numbers) -> Numbers:
    """Σ q |…|, with every addend by itself."""
    q = np.exp(log_q)
    return np.asarray((q * np.where(q > 0, sum(map(np.abs, addends)), 0.0)).sum(-1))


def _in_log_q(log_q: Numbers, values: Numbers, size: Numbers) -> Expected:
    """The derivative of Σ q f in log q is q f: along directions that keep Σ q = 1 that of Σ q (f − log q), too."""
    q = np.exp(log_q)
    return Expected(np.where(q > 0, q * values, 0.0), size[..., None] * np.ones_like(q), q)


def _definition_derivatives(log_joint: Numbers, log_q: Numbers, weights: Numbers) -> dict[str, Expected]:
    q, weight = np.exp(log_q), weights[..., None]
    with np.errstate(invalid="ignore"):
        ratios = weight * (log_joint - log_q)
    return {
        "log_joint": Expected(weight * q, np.abs(weight) * (0.01 + q)),
        "log_q": _in_log_q(log_q, ratios, np.abs(weights) * (1 + _sum_of_sizes(log_q, log_joint, log_q))),
    }


ELBO_DEFINITION = Law(elbo_definition, {"the result": _definition}, _definition_derivatives)


def _reconstruction(log_likelihood: Numbers, log_prior: Numbers, log_q: Numbers) -> Expected:
    number, _ = reference.elbo_decomposition(log_likelihood, log_prior, log_q)
    return Expected(number, 1 + _sum_of_sizes(log_q, log_likelihood))


def _kl_of_tables(log_likelihood: Numbers, log_prior: Numbers, log_q: Numbers) -> Expected:
    _, number = reference.elbo_decomposition(log_likelihood, log_prior, log_q)
    return Expected(number, 1 + _sum_of_sizes(log_q, log_q, log_prior))


def _decomposition_derivatives(
    log_likelihood: Numbers, log_prior: Numbers, log_q: Numbers, weights: Numbers, weights_of_kl: Numbers
) -> dict[str, Expected]:
    q, weight, of_kl = np.exp(log_q), weights[..., None], weights_of_kl[..., None]
    with np.errstate(invalid="ignore"):
        values = weight * log_likelihood + of_kl * (log_q - log_prior)
    sizes = np.abs(weights) * _sum_of_sizes(log_q, log_likelihood)
    sizes = 1 + sizes + np.abs(weights_of_kl) * (1 + _sum_of_sizes(log_q, log_q, log_prior))
    # Not judged where a q is 0, as the docstring says.
    prior = np.where((q > 0).all(-1, keepdims=True), np.exp(log_prior), 0.0)
    return {
        "log_likelihood": Expected(weight * q, np.abs(weight) * (0.01 + q)),
        "log_prior": Expected(-of_kl * q, np.abs(of_kl) * (0.01 + q), prior),
        "log_q": _in_log_q(log_q, values, sizes),
    }


ELBO_DECOMPOSITION = Law(
    elbo_decomposition, {"reconstruction": _reconstruction, "kl": _kl_of_tables}, _decomposition_derivatives
)


# --- 9-1 (d)


def _log_likelihood(x: Numbers, logits: Numbers) -> Expected:
    number = reference.bernoulli_log_likelihood(x, logits)
    return Expected(number, 0.1 - number)


def _log_likelihood_derivatives(x: Numbers, logits: Numbers, weights: Numbers) -> dict[str, Expected]:
    weight = weights.reshape(-1, *[1] * (logits.ndim - 1))
    slope = reference.bernoulli_gradient(x, logits)
    return {"logits": Expected(weight * slope, np.abs(weight) * (0.01 + np.abs(slope)))}


BERNOULLI_LOG_LIKELIHOOD = Law(
    bernoulli_log_likelihood, {"the result": _log_likelihood}, _log_likelihood_derivatives
)


def _elbo(log_px_given_z: Numbers, mu: Numbers, logvar: Numbers) -> Expected:
    paid = divergence.kl_standard_normal(mu, logvar).sum(-1)
    return Expected(log_px_given_z - paid, 1 + np.abs(log_px_given_z) + paid)


def _elbo_derivatives(
    log_px_given_z: Numbers, mu: Numbers, logvar: Numbers, weights: Numbers
) -> dict[str, Expected]:
    of_kl = _kl_standard_normal_derivatives(mu, logvar, -weights[:, None])
    return {"log_px_given_z": Expected(weights, np.abs(weights)), **of_kl}


ELBO = Law(elbo, {"the result": _elbo}, _elbo_derivatives)
