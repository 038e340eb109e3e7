"""Facts about exercise 9-1 (c): the ELBO of a finite latent, as defined (`elbo_definition`) and as a decomposition.

Oracles: log p(x) in closed form over finite tables; the sheet's formulas and their derivatives (`reference.elbo`).
Gradients in log p(z) and log q(z) are judged only along directions that keep Σ p = 1 or Σ q = 1, since a normalised
table has no other derivative: code that normalises its input again is as right as code that does not. Gradients are
those of the sum over the batch, so that a wrong reduction of the batch costs value and shape and not the gradient.
"""

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    elbo_decomposition,
    elbo_definition,
)
from autograder.assignment.facts.arguments import unchanged
from autograder.assignment.facts.divergence import LAW, MANY, ROUNDING, varies
from autograder.assignment.reference import elbo as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Steps, fact

Numbers = NDArray[np.float64]
RARE = 2e-5  # a probability that seems to be 0 and is not
DEEP = (1, 2, 1, 3, 4)
LONG = 600  # values of z, more than anybody writes down
VERY_RARE = 1e-5  # and one that counts only where much hangs on it


def _log_table(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """Logarithms of probability tables along the last axis."""
    return np.asarray(np.log(draw.probabilities(shape)))


def _log_joint(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """log p(z,x) of a model whose likelihood tells the values of z apart, and is a probability."""
    likelihood = draw.normal(shape, mean=-4, scale=1.5).clip(max=-0.1)
    return np.asarray(_log_table(draw, shape) + likelihood)


def _with_zeros(draw: Draw) -> Numbers:
    """log q of three tables with 5 values: two zeros, one zero, all mass on one value."""
    q = draw.probabilities((3, 5))
    q[0, :2], q[1, 3], q[2, [0, 1, 2, 4]] = 0, 0, 0
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(q / q.sum(-1, keepdims=True)))


def _with_a_small_one(draw: Draw, log_q: Numbers, about: float = 5e-4) -> Numbers:
    """The table with a small first probability: small is not 0, and counts."""
    small = about * float(draw.uniform(0.5, 1.5, ()))
    others = np.exp(log_q[1:])
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.append(small, others * (1 - small) / others.sum())))


def _centred(table: Numbers, direction: Numbers) -> Numbers:
    """The direction of log-probabilities without its part that would change Σ exp(table) = 1."""
    return np.asarray(direction - (np.exp(table) * direction).sum(-1, keepdims=True))


def _slope(gradient: Numbers, direction: Numbers) -> Numbers:
    """The derivative along a direction, table by table."""
    same_shape(gradient, direction.shape, "the gradient")
    return np.asarray((gradient * direction).sum(-1))


# --- 9-1 (c), elbo_definition: values


@fact(elbo_definition, "value")
def definition(draw: Draw) -> Steps:
    """L = Σ_z q(z) (log p(z,x) − log q(z)); p(z,x) = (0.2, 0.2), q = (½, ½) gives log 0.4

    Sheet 9-1 (c), on tables in general position; the first is the docstring's number.
    """
    joint, q = _log_joint(draw, (4, 2)), _log_table(draw, (4, 2))
    joint[0], q[0] = np.log(0.2), np.log(0.5)
    q[1] = _with_a_small_one(draw, q[1])
    joint[1, 0] = q[1, 0] + draw.uniform(2, 4, ())  # where both are equal, to leave it out changes nothing
    q[2] = _with_a_small_one(draw, q[2], VERY_RARE)
    joint[2, 0] = draw.uniform(10, 13, ())  # hardly ever, and then worth much
    answer = yield elbo_definition(joint, q)
    close(answer.value, reference.elbo_definition(joint, q))


@fact(elbo_definition, "value")
def evidence_at_the_posterior(draw: Draw) -> Steps:
    """L = log p(x) = log Σ_z p(z,x) when q is the posterior p(z|x)

    Then log p(z,x) − log q(z) is log p(x) for every z: the bound is tight. The first table is one of densities, and its
    log p(x) is positive; and there may be hundreds of z.
    """
    joint, longer = _log_joint(draw, (4, 5)), _log_joint(draw, (2, LONG))
    joint[0] += 12
    evidences = [reference.log_evidence(table) for table in (joint, longer)]
    answers = yield tuple(
        elbo_definition(table, table - evidence[:, None])
        for table, evidence in zip((joint, longer), evidences, strict=True)
    )
    close(answers[0].value, evidences[0])
    close(answers[1].value, evidences[1], what=f"the result for {LONG} values of z")


@fact(elbo_definition, "value")
def gap_to_the_evidence(draw: Draw) -> Steps:
    """log p(x) − L = KL(q ‖ p(z|x)) ≥ 0 for any q, for 300 tables

    Add and subtract log p(x) inside the definition: L is a lower bound of the evidence.
    """
    joint, log_q = _log_joint(draw, (MANY, 4)), _log_table(draw, (MANY, 4))
    evidence = reference.log_evidence(joint)
    gap = (np.exp(log_q) * (log_q - joint + evidence[:, None])).sum(-1)
    answer = yield elbo_definition(joint, log_q)
    same_shape(answer.value, (MANY,))
    finite(answer.value)
    close(evidence - answer.value, gap, what="the gap log p(x) − L", atol=ROUNDING)


@fact(elbo_definition, "value")
def impossible_latents(draw: Draw) -> Steps:
    """A value of z with q(z) = 0, log q(z) = −∞, contributes 0

    q log q → 0 for q → 0. With all mass on one z, L is log p(z,x) of that z.
    """
    joint, log_q = _log_joint(draw, (3, 5)), _with_zeros(draw)
    costly = np.where(np.isneginf(log_q), -600, joint)
    answer, single = yield (
        elbo_definition(costly, log_q, twice=True),
        elbo_definition(joint.astype(np.float32), log_q.astype(np.float32)),
    )
    expected = reference.elbo_definition(joint, log_q)
    close(answer.value, expected)
    close(answer.value[2], joint[2, 3], what="the result for all mass on one z")
    close(single.value, expected, SINGLE, what="the result in float32", atol=ROUNDING)


# --- 9-1 (c), elbo_definition: gradients


@fact(elbo_definition, "gradient")
def derivative_in_log_joint(draw: Draw) -> Steps:
    """∂L/∂ log p(z,x) = q(z), also where q(z) = 0 or small

    L is linear in log p(z,x).
    """
    joint, log_q = _log_joint(draw, (MANY, 5)), _log_table(draw, (MANY, 5))
    log_q[:3] = _with_zeros(draw)
    log_q[1] = _with_a_small_one(draw, log_q[1], RARE)
    answer = yield elbo_definition(joint, log_q, wrt=("log_joint",))
    close(answer.gradient("log_joint"), np.exp(log_q), what="the gradient in log_joint")


@fact(elbo_definition, "gradient")
def derivative_in_log_q(draw: Draw) -> Steps:
    """dL = Σ_z q(z) (log p(z,x) − log q(z)) d log q(z) along directions that keep Σ q = 1

    Differentiate the definition; the term −Σ q d log q = −d Σ q vanishes.
    """
    joint, log_q = _log_joint(draw, (MANY, 5)), _log_table(draw, (MANY, 5))
    direction = _centred(log_q, draw.normal(log_q.shape))
    alone, together = yield (
        elbo_definition(joint, log_q, wrt=("log_q",)),
        elbo_definition(joint, log_q, wrt=("log_joint", "log_q")),
    )
    expected = (np.exp(log_q) * (joint - log_q) * direction).sum(-1)
    what = "the derivative in log_q"
    close(_slope(alone.gradient("log_q"), direction), expected, what=what, atol=ROUNDING)
    of_both = _slope(together.gradient("log_q"), direction)
    close(of_both, expected, what=f"{what}, beside that in log_joint,", atol=ROUNDING)


# --- 9-1 (c), elbo_definition: stability


@fact(elbo_definition, "stability")
def tiny_probabilities(draw: Draw) -> Steps:
    """log p(z,x) moved by c = ±1000 moves L in proportion to c, in float32, with finite gradients

    L(log p + c) = L(log p) + c. Probabilities like e⁻¹⁰⁰⁰ exist as logarithms only: p(z,x) itself is 0 or ∞ in
    float32.
    """
    joint = _log_joint(draw, (2, 4))
    shifts = np.array([0.0, 500.0, -900.0, draw.uniform(90, 96, ()), -draw.uniform(40, 400, ())])
    log_q = np.stack([_log_table(draw, (4,)), _nearly_certain(draw)])
    answer = yield elbo_definition(
        _stacked(joint + shifts[:, None, None], shifts), _stacked(log_q, shifts), wrt=("log_joint",)
    )
    same_shape(answer.value, (2 * shifts.size,))
    finite(answer.value)
    _moves_by(answer.value.reshape(-1, 2), shifts, "the result")
    _same_gradients(answer, "log_joint")


def _stacked(tables: Numbers, shifts: Numbers) -> NDArray[np.float32]:
    """Two tables of four values at every shift, one below the other, in float32."""
    return np.broadcast_to(tables, (shifts.size, 2, 4)).reshape(-1, 4).astype(np.float32)


def _nearly_certain(draw: Draw) -> Numbers:
    """log q of four values, one with nearly all mass, the others far below what float32 can hold as q."""
    return np.array([-120.0, 0.0, -200.0, float(draw.uniform(-400, -300, ()))])


def _moves_by(value: Numbers, shifts: Numbers, what: str) -> None:
    """Later rows differ from the first as their shifts do: judged as a ratio, so that a factor does not matter."""
    up, *others = value[1:] - value[0]
    holds((np.abs(up) > 1).all(), f"{what} does not move with its input", got=up)
    close(
        np.array(others) / up,
        (shifts[2:] / shifts[1])[:, None].repeat(2, 1),
        LAW,
        what=f"the ratio of two moves of {what}",
    )


def _same_gradients(answer: Answer, name: str) -> None:
    """The gradient does not depend on the shift, and it is not zero."""
    gradient = answer.gradient(name).reshape(-1, 2, 4)
    finite(gradient, f"the gradient in {name}")
    holds((np.abs(gradient).max(-1) > 1e-3).all(), f"the gradient in {name} vanishes", got=gradient)
    close(
        gradient[1:],
        gradient[:1].repeat(len(gradient) - 1, 0),
        LAW,
        what=f"the gradient in {name} after the shift",
    )


# --- 9-1 (c), elbo_definition: shapes


@fact(elbo_definition, "shape")
def leading_axes(draw: Draw) -> Steps:
    """Tables of shape (2,3,4) give (2,3), as (1,2,1,3,4) they give (1,2,1,3); one table (4,) gives a number without axes

    Only the last axis is summed.
    """
    joint, log_q = _log_joint(draw, (2, 3, 4)), _log_table(draw, (2, 3, 4))
    batch, alone, deep = yield (
        elbo_definition(joint, log_q),
        elbo_definition(joint[1, 2], log_q[1, 2]),
        elbo_definition(joint.reshape(DEEP), log_q.reshape(DEEP)),
    )
    same_shape(batch.value, (2, 3))
    varies(batch.value)
    close(alone.value, batch.value[1, 2], what="the result of one table alone", atol=ROUNDING)
    same_shape(deep.value, DEEP[:-1], f"the result for tables of shape {DEEP}")
    close(deep.value.reshape(2, 3), batch.value, what=f"the result for shape {DEEP}", atol=ROUNDING)


@fact(elbo_definition, "shape")
def definition_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding; (3,1,5) gives (3,1); the arguments are left unchanged

    A function that rounds to half precision, squeezes or works in place surprises its caller.
    """
    shape = (3, 1, 5)
    joint, log_q = _log_joint(draw, shape).astype(np.float32), _log_table(draw, shape).astype(np.float32)
    zeros = _with_zeros(draw)
    single, double, with_zeros = yield (
        elbo_definition(joint, log_q, twice=True),
        elbo_definition(
            joint.astype(np.float64), log_q.astype(np.float64), wrt=("log_joint", "log_q"), twice=True
        ),
        elbo_definition(_log_joint(draw, zeros.shape), zeros, twice=True),
    )
    same_shape(double.value, (3, 1))
    varies(double.value)
    close(single.value, double.value, SINGLE, what="the result in float32", atol=ROUNDING)
    unchanged(single, double, with_zeros)


# --- 9-1 (c), elbo_decomposition: values


@fact(elbo_decomposition, "value")
def two_terms(draw: Draw) -> Steps:
    """reconstruction = Σ_z q(z) log p(x|z) and kl = Σ_z q(z) (log q(z) − log p(z)), in this order

    Sheet 9-1 (c): put log p(z,x) = log p(x|z) + log p(z) into the definition.
    """
    shape = (MANY, 5)
    likelihood, prior, log_q = draw.normal(shape, mean=-3), _log_table(draw, shape), _log_table(draw, shape)
    log_q[1] = _with_a_small_one(draw, log_q[1])
    log_q[2] = _with_a_small_one(draw, log_q[2], VERY_RARE)
    likelihood[2, 0] = draw.uniform(10, 13, ())  # hardly ever, and then worth much
    answer = yield elbo_decomposition(likelihood, prior, log_q)
    reconstruction, kl = _terms(answer, (MANY,))
    expected = reference.elbo_decomposition(likelihood, prior, log_q)
    close(reconstruction, expected[0], what="reconstruction")
    close(kl, expected[1], what="kl", atol=ROUNDING)


def _terms(answer: Answer, shape: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """(reconstruction, kl), both of this shape and finite: no number is compared before that."""
    reconstruction, kl = answer.values
    for check in (lambda term, name: same_shape(term, shape, name), finite):
        check(reconstruction, "reconstruction")
        check(kl, "kl")
    return reconstruction, kl


@fact(elbo_decomposition, "value")
def posterior_gives_the_evidence(draw: Draw) -> Steps:
    """reconstruction − kl = log p(x) when q is the posterior

    The rearranged ELBO is still the ELBO, and that is tight there. The first table is one of densities above 1; and there
    may be hundreds of z.
    """
    tables = []
    for shape in ((4, 5), (2, LONG)):
        likelihood, prior = draw.normal(shape, mean=-3, scale=1.5), _log_table(draw, shape)
        likelihood[0] += 12
        tables.append((likelihood, prior, reference.log_evidence(likelihood + prior)))
    answers = yield tuple(
        elbo_decomposition(likelihood, prior, likelihood + prior - evidence[:, None])
        for likelihood, prior, evidence in tables
    )
    for answer, (_, _, evidence) in zip(answers, tables, strict=True):
        reconstruction, kl = _terms(answer, evidence.shape)
        close(reconstruction - kl, evidence, what="reconstruction − kl")


@fact(elbo_decomposition, "value")
def uninformed(draw: Draw) -> Steps:
    """kl = 0 when q is the prior, and kl > 0 when it is not

    Then nothing is paid; the reconstruction is the mean log-likelihood under the prior.
    """
    likelihood, prior = draw.normal((3, 4), mean=-3), _log_table(draw, (3, 4))
    log_q = prior.copy()
    log_q[2] = np.roll(np.log([0.1, 0.2, 0.3, 0.4]), draw.integer(0, 3))
    prior[2] = np.log(0.25)
    answer = yield elbo_decomposition(likelihood, prior, log_q)
    reconstruction, kl = _terms(answer, (3,))
    close(reconstruction, (np.exp(log_q) * likelihood).sum(-1), what="reconstruction")
    close(kl[:2], np.zeros(2), what="kl for q = prior", atol=ROUNDING)
    holds(kl[2] > 0.01, f"kl must be positive where q differs from the prior, got {kl[2]:.4g}", got=kl[2])


@fact(elbo_decomposition, "value")
def impossible_latents_in_both_terms(draw: Draw) -> Steps:
    """A value of z with q(z) = 0, log q(z) = −∞, contributes 0 to both terms

    q log q → 0 for q → 0.
    """
    tables = draw.normal((3, 5), mean=-3), _log_table(draw, (3, 5)), _with_zeros(draw)
    double, single = yield (
        elbo_decomposition(*tables, twice=True),
        elbo_decomposition(*(t.astype(np.float32) for t in tables)),
    )
    expected = reference.elbo_decomposition(*tables)
    for name, want, high, low in zip(
        ("reconstruction", "kl"), expected, _terms(double, (3,)), _terms(single, (3,)), strict=True
    ):
        close(high, want, what=name, atol=ROUNDING)
        close(low, want, SINGLE, what=f"{name} in float32", atol=ROUNDING)


# --- 9-1 (c), elbo_decomposition: gradients


def _one_weight_per_term(draw: Draw, n: int) -> tuple[Numbers, Numbers]:
    """Different weights of the two results, so that gradients of one cannot make up for those of the other."""
    return np.full(n, draw.uniform(0.5, 1.0, ())), np.full(n, draw.uniform(1.5, 2.0, ()))


@fact(elbo_decomposition, "gradient")
def derivative_in_log_likelihood(draw: Draw) -> Steps:
    """∂ reconstruction/∂ log p(x|z) = q(z), also where q(z) = 0 or small, and ∂ kl/∂ log p(x|z) = 0

    Only the first term knows the image.
    """
    shape = (MANY, 5)
    likelihood = draw.normal(shape, mean=-3).clip(max=-0.1)
    prior, log_q = _log_table(draw, shape), _log_table(draw, shape)
    log_q[:3] = _with_zeros(draw)
    log_q[1] = _with_a_small_one(draw, log_q[1], RARE)
    weights = _one_weight_per_term(draw, MANY)
    tables = likelihood, prior, log_q
    alone, together = yield (
        elbo_decomposition(*tables, wrt=("log_likelihood",), weights=weights),
        elbo_decomposition(*tables, wrt=elbo_decomposition.arguments, weights=weights),
    )
    expected = weights[0][:, None] * np.exp(log_q)
    what = "the gradient in log_likelihood"
    close(alone.gradient("log_likelihood"), expected, what=what)
    close(together.gradient("log_likelihood"), expected, what=f"{what}, beside those in all arguments,")


@fact(elbo_decomposition, "gradient")
def derivatives_in_prior_and_q(draw: Draw) -> Steps:
    """d kl = −Σ q d log p(z) + Σ q (log q − log p(z)) d log q, d reconstruction = Σ q log p(x|z) d log q

    Along directions that keep Σ p(z) = 1 and Σ q(z) = 1; differentiate both terms.
    """
    shape = (MANY, 5)
    likelihood = draw.normal(shape, mean=-3).clip(max=-0.1)
    prior, log_q = _log_table(draw, shape), _log_table(draw, shape)
    log_q[0] = np.log(0.7 * np.exp(prior[0]) + 0.3 * np.exp(log_q[0]))  # a small KL has its gradient, too
    weights = _one_weight_per_term(draw, MANY)
    along_prior, along_q = _centred(prior, draw.normal(shape)), _centred(log_q, draw.normal(shape))
    answer = yield elbo_decomposition(likelihood, prior, log_q, wrt=("log_prior", "log_q"), weights=weights)
    q = np.exp(log_q)
    in_prior = -weights[1] * (q * along_prior).sum(-1)
    in_q = (q * (weights[0][:, None] * likelihood + weights[1][:, None] * (log_q - prior)) * along_q).sum(-1)
    for name, direction, expected in (("log_prior", along_prior, in_prior), ("log_q", along_q, in_q)):
        slope = _slope(answer.gradient(name), direction)
        close(slope, expected, what=f"the derivative in {name}", atol=ROUNDING)


# --- 9-1 (c), elbo_decomposition: stability


@fact(elbo_decomposition, "stability")
def tiny_likelihoods_and_priors(draw: Draw) -> Steps:
    """log p(x|z) moved by c = ±1000 moves the reconstruction, and log p(z) falling to −85 moves kl, in proportion

    E_q[log p(x|z) + c] = E_q[log p(x|z)] + c, and kl is linear in log p(z), in float32. A likelihood like e⁻¹⁰⁰⁰ exists
    as a logarithm only. e⁻⁸⁵ is a normal number, so that torch.distributions, which takes the exponential, is right. The
    gradient in log p(z) is finite there.
    """
    likelihood, prior = draw.normal((2, 4), mean=-3), draw.probabilities((2, 4))
    log_q = np.stack([_log_table(draw, (4,)), _nearly_certain(draw)])
    shifts, prior_shifts = np.array([0.0, 500.0, -900.0]), np.array([0.0, -25.0, -70.0])
    best = [0, 1], log_q.argmax(-1)
    prior[best] = np.exp(-15)
    priors = np.log(prior / prior.sum(-1, keepdims=True)) + np.zeros((3, 2, 4))
    priors[:, *best] += prior_shifts[:, None]
    tables = (_stacked(t, shifts) for t in (likelihood + shifts[:, None, None], priors, log_q))
    answer = yield elbo_decomposition(*tables, wrt=("log_likelihood", "log_prior"))
    reconstruction, kl = (term.reshape(3, 2) for term in _terms(answer, (6,)))
    _moves_by(reconstruction, shifts, "reconstruction")
    _moves_by(kl, prior_shifts, "kl")
    _same_gradients(answer, "log_likelihood")
    if answer.facts["grads"].get("log_prior") == "ok":  # that there is none costs the gradient, not stability
        finite(answer.gradient("log_prior"), "the gradient in log_prior")


# --- 9-1 (c), elbo_decomposition: shapes


@fact(elbo_decomposition, "shape")
def leading_axes_of_both(draw: Draw) -> Steps:
    """Tables of shape (2,3,4) give two results of shape (2,3), (1,2,1,3,4) two of (1,2,1,3), one table (4,) two numbers

    Only the last axis is summed.
    """
    shape = (2, 3, 4)
    tables = draw.normal(shape, mean=-3), _log_table(draw, shape), _log_table(draw, shape)
    batch, alone, deep = yield (
        elbo_decomposition(*tables),
        elbo_decomposition(*(t[1, 2] for t in tables)),
        elbo_decomposition(*(t.reshape(DEEP) for t in tables)),
    )
    terms, single, others = _terms(batch, (2, 3)), _terms(alone, ()), _terms(deep, DEEP[:-1])
    varies(np.stack(terms))
    for term, number, other, name in zip(terms, single, others, ("reconstruction", "kl"), strict=True):
        close(number, term[1, 2], what=f"{name} of one table alone", atol=ROUNDING)
        close(other.reshape(2, 3), term, what=f"{name} for tables of shape {DEEP}", atol=ROUNDING)


@fact(elbo_decomposition, "shape")
def decomposition_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding; (3,1,5) gives (3,1); the arguments are left unchanged

    A function that rounds to half precision, squeezes or works in place surprises its caller.
    """
    shape = (3, 1, 5)
    tables = [
        t.astype(np.float32)
        for t in (draw.normal(shape, mean=-3), _log_table(draw, shape), _log_table(draw, shape))
    ]
    zeros = _with_zeros(draw)
    single, double, with_zeros = yield (
        elbo_decomposition(*tables, twice=True),
        elbo_decomposition(
            *(t.astype(np.float64) for t in tables), wrt=elbo_decomposition.arguments, twice=True
        ),
        elbo_decomposition(
            draw.normal(zeros.shape, mean=-3), _log_table(draw, zeros.shape), zeros, twice=True
        ),
    )
    terms = _terms(single, (3, 1)), _terms(double, (3, 1))
    varies(np.stack(terms))
    for low, high, name in zip(*terms, ("reconstruction", "kl"), strict=True):
        close(low, high, SINGLE, what=f"{name} in float32", atol=ROUNDING)
    unchanged(single, double, with_zeros)
