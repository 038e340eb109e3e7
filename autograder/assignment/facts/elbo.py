"""Facts about exercise 9-1 (c) `elbo_definition`, `elbo_decomposition` and (d) `bernoulli_log_likelihood`, `elbo`.

Oracles: log p(x) in closed form (finite tables, the linear-Gaussian model), by enumeration of all images and by
numerical integration; the sheet's formulas and their derivatives (`reference.elbo`). For (c), gradients in log p(z)
and log q(z) are judged only along directions that keep Σ p = 1 or Σ q = 1, since a normalised table has no other
derivative: code that normalises its input again is as right as code that does not. Gradients are those of the sum
over the batch, so that a wrong reduction of the batch costs value and shape and not the gradient.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    bernoulli_log_likelihood,
    elbo,
    elbo_decomposition,
    elbo_definition,
    kl_standard_normal,
)
from autograder.assignment.facts.divergence import LAW, ROUNDING, follows_tails, tails, unchanged, varies
from autograder.assignment.reference import divergence as normal
from autograder.assignment.reference import elbo as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Steps, fact

Numbers = NDArray[np.float64]


def _log_table(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """Logarithms of probability tables along the last axis."""
    return np.asarray(np.log(draw.probabilities(shape)))


def _log_joint(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """log p(z,x) of a model whose likelihood tells the values of z apart."""
    return np.asarray(_log_table(draw, shape) + draw.normal(shape, mean=-2, scale=1.5))


def _with_zeros(draw: Draw) -> Numbers:
    """log q of three tables with 5 values: two zeros, one zero, all mass on one value."""
    q = draw.probabilities((3, 5))
    q[0, :2], q[1, 3], q[2, [0, 1, 2, 4]] = 0, 0, 0
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(q / q.sum(-1, keepdims=True)))


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
    answer = yield elbo_definition(joint, q)
    close(answer.value, reference.elbo_definition(joint, q))


@fact(elbo_definition, "value")
def evidence_at_the_posterior(draw: Draw) -> Steps:
    """L = log p(x) = log Σ_z p(z,x) when q is the posterior p(z|x)

    Then log p(z,x) − log q(z) is log p(x) for every z: the bound is tight.
    """
    joint = _log_joint(draw, (4, 5))
    evidence = reference.log_evidence(joint)
    answer = yield elbo_definition(joint, joint - evidence[:, None])
    close(answer.value, evidence)


@fact(elbo_definition, "value")
def gap_to_the_evidence(draw: Draw) -> Steps:
    """log p(x) − L = KL(q ‖ p(z|x)) ≥ 0 for any q

    Add and subtract log p(x) inside the definition: L is a lower bound of the evidence.
    """
    joint, log_q = _log_joint(draw, (6, 4)), _log_table(draw, (6, 4))
    evidence = reference.log_evidence(joint)
    gap = (np.exp(log_q) * (log_q - joint + evidence[:, None])).sum(-1)
    answer = yield elbo_definition(joint, log_q)
    same_shape(answer.value, (6,))
    finite(answer.value)
    close(evidence - answer.value, gap, what="the gap log p(x) − L", atol=ROUNDING)


@fact(elbo_definition, "value")
def impossible_latents(draw: Draw) -> Steps:
    """A value of z with q(z) = 0, log q(z) = −∞, contributes 0

    q log q → 0 for q → 0. With all mass on one z, L is log p(z,x) of that z.
    """
    joint, log_q = _log_joint(draw, (3, 5)), _with_zeros(draw)
    answer = yield elbo_definition(joint, log_q)
    close(answer.value, reference.elbo_definition(joint, log_q))
    close(answer.value[2], joint[2, 3], what="the result for all mass on one z")


# --- 9-1 (c), elbo_definition: gradients


@fact(elbo_definition, "gradient")
def derivative_in_log_joint(draw: Draw) -> Steps:
    """∂L/∂ log p(z,x) = q(z), also where q(z) = 0

    L is linear in log p(z,x).
    """
    joint, log_q = _log_joint(draw, (3, 5)), _with_zeros(draw)
    answer = yield elbo_definition(joint, log_q, wrt=("log_joint",))
    close(answer.gradient("log_joint"), np.exp(log_q), what="the gradient in log_joint")


@fact(elbo_definition, "gradient")
def derivative_in_log_q(draw: Draw) -> Steps:
    """dL = Σ_z q(z) (log p(z,x) − log q(z)) d log q(z) along directions that keep Σ q = 1

    Differentiate the definition; the term −Σ q d log q = −d Σ q vanishes.
    """
    joint, log_q = _log_joint(draw, (4, 5)), _log_table(draw, (4, 5))
    direction = _centred(log_q, draw.normal((4, 5)))
    answer = yield elbo_definition(joint, log_q, wrt=("log_q",))
    expected = (np.exp(log_q) * (joint - log_q) * direction).sum(-1)
    close(
        _slope(answer.gradient("log_q"), direction), expected, what="the derivative in log_q", atol=ROUNDING
    )


# --- 9-1 (c), elbo_definition: stability


@fact(elbo_definition, "stability")
def tiny_probabilities(draw: Draw) -> Steps:
    """log p(z,x) moved by c = ±1000 moves L in proportion to c, in float32, with finite gradients

    L(log p + c) = L(log p) + c. Probabilities like e⁻¹⁰⁰⁰ exist as logarithms only: p(z,x) itself is 0 or ∞ in
    float32.
    """
    joint = _log_joint(draw, (2, 4))
    shifts = np.array([0.0, 500.0, -900.0])
    log_q = np.stack([_log_table(draw, (4,)), _nearly_certain(draw)])
    stacked = (joint + shifts[:, None, None]).astype(np.float32)
    tables = np.array(np.broadcast_to(log_q, (3, 2, 4)), dtype=np.float32)
    answer = yield elbo_definition(stacked, tables, wrt=("log_joint",))
    same_shape(answer.value, (3, 2))
    finite(answer.value)
    _moves_by(answer.value, shifts)
    _same_gradients(answer, "log_joint")


def _nearly_certain(draw: Draw) -> Numbers:
    """log q of four values, one with nearly all mass, the others far below what float32 can hold as q."""
    return np.array([-120.0, 0.0, -200.0, float(draw.uniform(-400, -300, ()))])


def _moves_by(value: Numbers, shifts: Numbers) -> None:
    """Both later rows differ from the first as their shifts do: judged as a ratio, so that a factor does not matter."""
    up, down = value[1] - value[0], value[2] - value[0]
    holds((np.abs(up) > 1).all(), "the result does not move with its input", got=up)
    close(down / up, np.full(up.shape, shifts[2] / shifts[1]), LAW, what="the ratio of the two moves")


def _same_gradients(answer: Answer, name: str) -> None:
    """The gradient does not depend on the shift, and it is not zero."""
    gradient = answer.gradient(name)
    finite(gradient, f"the gradient in {name}")
    holds((np.abs(gradient).max(-1) > 0.1).all(), f"the gradient in {name} vanishes", got=gradient)
    close(gradient[1:], gradient[:1].repeat(2, 0), LAW, what=f"the gradient in {name} after the shift")


# --- 9-1 (c), elbo_definition: shapes


@fact(elbo_definition, "shape")
def leading_axes(draw: Draw) -> Steps:
    """Tables of shape (2,3,4) give (2,3); one table (4,) alone gives its number, 0-dimensional

    Only the last axis is summed.
    """
    joint, log_q = _log_joint(draw, (2, 3, 4)), _log_table(draw, (2, 3, 4))
    batch, alone = yield elbo_definition(joint, log_q), elbo_definition(joint[1, 2], log_q[1, 2])
    same_shape(batch.value, (2, 3))
    close(alone.value, batch.value[1, 2], atol=ROUNDING)
    varies(batch.value)


@fact(elbo_definition, "shape")
def definition_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding; (3,1,5) gives (3,1); the arguments are left unchanged

    A function that rounds to half precision, squeezes or works in place surprises its caller. Some q(z) are 0.
    """
    shape = (3, 1, 5)
    joint, log_q = (t.astype(np.float32).reshape(shape) for t in (_log_joint(draw, shape), _with_zeros(draw)))
    single, double = yield (
        elbo_definition(joint, log_q),
        elbo_definition(joint.astype(np.float64), log_q.astype(np.float64)),
    )
    same_shape(double.value, (3, 1))
    close(single.value, double.value, SINGLE, atol=ROUNDING)
    varies(double.value)
    unchanged(single.changed + double.changed)


# --- 9-1 (c), elbo_decomposition: values


@fact(elbo_decomposition, "value")
def two_terms(draw: Draw) -> Steps:
    """reconstruction = Σ_z q(z) log p(x|z) and kl = Σ_z q(z) (log q(z) − log p(z)), in this order

    Sheet 9-1 (c): put log p(z,x) = log p(x|z) + log p(z) into the definition.
    """
    likelihood, prior, log_q = (
        draw.normal((4, 5), mean=-3),
        _log_table(draw, (4, 5)),
        _log_table(draw, (4, 5)),
    )
    answer = yield elbo_decomposition(likelihood, prior, log_q)
    reconstruction, kl = answer.values
    expected = reference.elbo_decomposition(likelihood, prior, log_q)
    close(reconstruction, expected[0], what="reconstruction")
    close(kl, expected[1], what="kl", atol=ROUNDING)


@fact(elbo_decomposition, "value")
def posterior_gives_the_evidence(draw: Draw) -> Steps:
    """reconstruction − kl = log p(x) when q is the posterior

    The rearranged ELBO is still the ELBO, and that is tight there.
    """
    likelihood, prior = draw.normal((4, 5), mean=-3, scale=1.5), _log_table(draw, (4, 5))
    evidence = reference.log_evidence(likelihood + prior)
    posterior = likelihood + prior - evidence[:, None]
    answer = yield elbo_decomposition(likelihood, prior, posterior)
    reconstruction, kl = answer.values
    for term, name in ((reconstruction, "reconstruction"), (kl, "kl")):
        same_shape(term, (4,), name)
        finite(term, name)
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
    reconstruction, kl = answer.values
    close(reconstruction, (np.exp(log_q) * likelihood).sum(-1), what="reconstruction")
    same_shape(kl, (3,), "kl")
    close(kl[:2], np.zeros(2), what="kl for q = prior", atol=ROUNDING)
    holds(kl[2] > 0.01, f"kl must be positive where q differs from the prior, got {kl[2]:.4g}", got=kl[2])


@fact(elbo_decomposition, "value")
def impossible_latents_in_both_terms(draw: Draw) -> Steps:
    """A value of z with q(z) = 0, log q(z) = −∞, contributes 0 to both terms

    q log q → 0 for q → 0.
    """
    likelihood, prior, log_q = draw.normal((3, 5), mean=-3), _log_table(draw, (3, 5)), _with_zeros(draw)
    answer = yield elbo_decomposition(likelihood, prior, log_q)
    reconstruction, kl = answer.values
    expected = reference.elbo_decomposition(likelihood, prior, log_q)
    close(reconstruction, expected[0], what="reconstruction")
    close(kl, expected[1], what="kl", atol=ROUNDING)


# --- 9-1 (c), elbo_decomposition: gradients


def _one_weight_per_term(draw: Draw, n: int) -> tuple[Numbers, Numbers]:
    """Different weights of the two results, so that gradients of one cannot make up for those of the other."""
    return np.full(n, draw.uniform(0.5, 1.0, ())), np.full(n, draw.uniform(1.5, 2.0, ()))


@fact(elbo_decomposition, "gradient")
def derivative_in_log_likelihood(draw: Draw) -> Steps:
    """∂ reconstruction/∂ log p(x|z) = q(z), also where q(z) = 0, and ∂ kl/∂ log p(x|z) = 0

    Only the first term knows the image.
    """
    likelihood, prior, log_q = draw.normal((3, 5), mean=-3), _log_table(draw, (3, 5)), _with_zeros(draw)
    weights = _one_weight_per_term(draw, 3)
    answer = yield elbo_decomposition(likelihood, prior, log_q, wrt=("log_likelihood",), weights=weights)
    expected = weights[0][:, None] * np.exp(log_q)
    close(answer.gradient("log_likelihood"), expected, what="the gradient in log_likelihood")


@fact(elbo_decomposition, "gradient")
def derivatives_in_prior_and_q(draw: Draw) -> Steps:
    """d kl = −Σ q d log p(z) + Σ q (log q − log p(z)) d log q, d reconstruction = Σ q log p(x|z) d log q

    Along directions that keep Σ p(z) = 1 and Σ q(z) = 1; differentiate both terms.
    """
    likelihood, prior, log_q = (
        draw.normal((4, 5), mean=-3),
        _log_table(draw, (4, 5)),
        _log_table(draw, (4, 5)),
    )
    weights = _one_weight_per_term(draw, 4)
    along_prior, along_q = _centred(prior, draw.normal((4, 5))), _centred(log_q, draw.normal((4, 5)))
    answer = yield elbo_decomposition(likelihood, prior, log_q, wrt=("log_prior", "log_q"), weights=weights)
    q = np.exp(log_q)
    in_prior = -weights[1] * (q * along_prior).sum(-1)
    in_q = (q * (weights[0][:, None] * likelihood + weights[1][:, None] * (log_q - prior)) * along_q).sum(-1)
    for name, direction, expected in (("log_prior", along_prior, in_prior), ("log_q", along_q, in_q)):
        slope = _slope(answer.gradient(name), direction)
        close(slope, expected, what=f"the derivative in {name}", atol=ROUNDING)


# --- 9-1 (c), elbo_decomposition: stability


@fact(elbo_decomposition, "stability")
def tiny_likelihoods(draw: Draw) -> Steps:
    """log p(x|z) moved by c = ±1000 moves the reconstruction in proportion to c and kl not at all, in float32

    E_q[log p(x|z) + c] = E_q[log p(x|z)] + c. An image's likelihood like e⁻¹⁰⁰⁰ exists as a logarithm only.
    """
    likelihood, prior = draw.normal((2, 4), mean=-3), _log_table(draw, (4,))
    shifts = np.array([0.0, 500.0, -900.0])
    log_q = np.stack([_log_table(draw, (4,)), _nearly_certain(draw)])
    stacked = (likelihood + shifts[:, None, None]).astype(np.float32)
    priors, tables = (np.array(np.broadcast_to(a, (3, 2, 4)), dtype=np.float32) for a in (prior, log_q))
    answer = yield elbo_decomposition(stacked, priors, tables, wrt=("log_likelihood",))
    reconstruction, kl = answer.values
    for term, name in ((reconstruction, "reconstruction"), (kl, "kl")):
        same_shape(term, (3, 2), name)
        finite(term, name)
    _moves_by(reconstruction, shifts)
    close(kl[1:], kl[:1].repeat(2, 0), LAW, what="kl after moving log p(x|z)")
    _same_gradients(answer, "log_likelihood")


# --- 9-1 (c), elbo_decomposition: shapes


@fact(elbo_decomposition, "shape")
def leading_axes_of_both(draw: Draw) -> Steps:
    """Tables of shape (2,3,4) give two results of shape (2,3); one table (4,) alone gives its two numbers

    Only the last axis is summed.
    """
    shape = (2, 3, 4)
    tables = draw.normal(shape, mean=-3), _log_table(draw, shape), _log_table(draw, shape)
    batch, alone = yield elbo_decomposition(*tables), elbo_decomposition(*(t[1, 2] for t in tables))
    for term, single, name in zip(batch.values, alone.values, ("reconstruction", "kl"), strict=True):
        same_shape(term, (2, 3), name)
        close(single, term[1, 2], what=f"{name} of one table alone", atol=ROUNDING)
        varies(term)


@fact(elbo_decomposition, "shape")
def decomposition_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding; (3,1,5) gives (3,1); the arguments are left unchanged

    A function that rounds to half precision, squeezes or works in place surprises its caller. Some q(z) are 0.
    """
    tables = [
        t.astype(np.float32).reshape(3, 1, 5)
        for t in (draw.normal((3, 5), mean=-3), _log_table(draw, (3, 5)), _with_zeros(draw))
    ]
    single, double = yield (
        elbo_decomposition(*tables),
        elbo_decomposition(*(t.astype(np.float64) for t in tables)),
    )
    for low, high, name in zip(single.values, double.values, ("reconstruction", "kl"), strict=True):
        same_shape(high, (3, 1), name)
        close(low, high, SINGLE, what=f"{name} in float32", atol=ROUNDING)
        varies(high)
    unchanged(single.changed + double.changed)


# --- 9-1 (d), bernoulli_log_likelihood: values


@fact(bernoulli_log_likelihood, "value")
def undecided_decoder(draw: Draw) -> Steps:
    """Logits 0 on 784 pixels give −784 log 2 = −543.427, whatever x is

    D = ½ everywhere: each pixel costs log 2.
    """
    answer = yield bernoulli_log_likelihood(draw.uniform(0, 1, (3, 784)), np.zeros((3, 784)))
    close(answer.value, np.full(3, -784 * np.log(2)))


@fact(bernoulli_log_likelihood, "value")
def probabilities_sum_to_one(draw: Draw) -> Steps:
    """Σ_x exp(log p(x|z)) = 1 over all 16 binary images of 4 pixels

    For x ∈ {0,1} it is the logarithm of a probability.
    """
    images = ((np.arange(16)[:, None] >> np.arange(4)) & 1).astype(np.float64)
    logits = np.array(np.broadcast_to(draw.normal(4, scale=1.5), (16, 4)))
    answer = yield bernoulli_log_likelihood(images, logits)
    same_shape(answer.value, (16,))
    finite(answer.value)
    holds((answer.value < ROUNDING).all(), "log p of a binary image is never positive", got=answer.value)
    close(np.exp(answer.value).sum(), 1.0, what="the sum of exp(log p) over all images")


@fact(bernoulli_log_likelihood, "value")
def grey_values(draw: Draw) -> Steps:
    """Σ x log D + (1−x) log(1−D), D = sigmoid(logits), for grey x

    Sheet 9-1 (d) with x as weights: no rounding and no sampling of x.
    """
    x, logits = draw.uniform(0.05, 0.95, (4, 6)), draw.normal((4, 6), scale=2)
    answer = yield bernoulli_log_likelihood(x, logits)
    close(answer.value, reference.bernoulli_log_likelihood(x, logits))


@fact(bernoulli_log_likelihood, "value")
def negative_image(draw: Draw) -> Steps:
    """log p does not change when x becomes 1 − x and the logits change sign; it does when only x changes

    σ(−a) = 1 − σ(a): black and white have the same right.
    """
    x, logits = draw.uniform(0, 0.4, (3, 5)), draw.weights((3, 5)) + 1.5
    answer = yield bernoulli_log_likelihood(
        np.concatenate([x, 1 - x, 1 - x]), np.concatenate([logits, -logits, logits])
    )
    same_shape(answer.value, (9,))
    close(answer.value[3:6], answer.value[:3], what="the result for 1 − x and −logits")
    finite(answer.value)
    better = answer.value[6:] - answer.value[:3]
    holds((better > 0).all(), "bright pixels must be likelier than dark ones where D > ½", got=better)


# --- 9-1 (d), bernoulli_log_likelihood: gradients


@fact(bernoulli_log_likelihood, "gradient")
def pixel_error(draw: Draw) -> Steps:
    """∂ log p/∂ logits = x − D, for binary x

    Differentiate x log σ(a) + (1−x) log(1−σ(a)).
    """
    x, logits = draw.binary((3, 5)), draw.normal((3, 5), scale=2)
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    close(answer.gradient("logits"), reference.bernoulli_gradient(x, logits), what="the gradient in logits")


@fact(bernoulli_log_likelihood, "gradient")
def grey_pixel_error(draw: Draw) -> Steps:
    """∂ log p/∂ logits = x − D, for grey x: zero where D = x

    A decoder learns the grey value itself.
    """
    x, logits = draw.uniform(0.05, 0.95, (3, 5)), draw.normal((3, 5), scale=1.5)
    x[:, 0] = reference.sigmoid(logits[:, 0])
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    close(answer.gradient("logits"), reference.bernoulli_gradient(x, logits), what="the gradient in logits")


# --- 9-1 (d), bernoulli_log_likelihood: stability


def _saturated(
    draw: Draw, dtype: type[np.float32 | np.float64]
) -> tuple[NDArray[Any], NDArray[Any], Numbers]:
    """Grey images at logits +a (first half) and −a: the same image at every |a|."""
    size = np.array([30.0, 50.0, 200.0, 1000.0])
    image = draw.uniform(0.2, 0.8, 3, dtype=dtype)
    logits = np.concatenate([size, -size])[:, None] * np.ones(3)
    return np.array(np.broadcast_to(image, (8, 3))), logits.astype(dtype), size


def _costs_grow_linearly(answer: Answer, size: Numbers) -> None:
    """log p/|a| and the gradient are the same at every |a|, on both sides, and not zero."""
    same_shape(answer.value, (8,))
    finite(answer.value)
    gradient = answer.gradient("logits")
    finite(gradient, "the gradient in logits")
    for rows, side in ((slice(0, 4), "+"), (slice(4, 8), "−")):
        per_logit, slopes = answer.value[rows] / size, gradient[rows]
        where = f"at logits {side}30, {side}50, {side}200, {side}1000"
        close(per_logit, np.full(4, per_logit[0]), LAW, what=f"log p divided by |logit| {where}")
        holds(
            (np.abs(slopes) > 1e-6).all(),
            f"the gradient vanishes {where}: such pixels cannot learn",
            got=slopes,
        )
        close(slopes, slopes[:1].repeat(4, 0), LAW, what=f"the gradient {where}")


@fact(bernoulli_log_likelihood, "stability")
def saturated_pixels_in_float32(draw: Draw) -> Steps:
    """At logits ±30, ±50, ±200, ±1000, log p is proportional to |logit| and its gradient constant, in float32

    log σ(a) → a for a → −∞. Taken literally, the logarithm of a rounded 0 is −∞, and any clamp stops the growth
    and the gradient.
    """
    x, logits, size = _saturated(draw, np.float32)
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    _costs_grow_linearly(answer, size)


@fact(bernoulli_log_likelihood, "stability")
def saturated_pixels_in_float64(draw: Draw) -> Steps:
    """At logits ±30, ±50, ±200, ±1000, log p is proportional to |logit| and its gradient constant, in float64

    More digits move the problem from 17 to 37; they do not solve it.
    """
    x, logits, size = _saturated(draw, np.float64)
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    _costs_grow_linearly(answer, size)


# --- 9-1 (d), bernoulli_log_likelihood: shapes


@fact(bernoulli_log_likelihood, "shape")
def images_and_vectors(draw: Draw) -> Steps:
    """Images of shape (3,1,28,28) and the same as (3,784) both give (3,)

    The sum runs over all axes but the first.
    """
    x, logits = draw.uniform(0, 1, (3, 784), dtype=np.float32), draw.normal((3, 784), dtype=np.float32)
    flat, square = yield (
        bernoulli_log_likelihood(x, logits),
        bernoulli_log_likelihood(x.reshape(3, 1, 28, 28), logits.reshape(3, 1, 28, 28)),
    )
    same_shape(flat.value, (3,))
    close(square.value, flat.value, SINGLE, what="the result for (3, 1, 28, 28)")
    varies(flat.value)


@fact(bernoulli_log_likelihood, "shape")
def images_are_independent(draw: Draw) -> Steps:
    """One image alone, shape (1, 6), gives (1,) and its number in the batch; float32 agrees, nothing is changed

    No sum or mean over the batch, no rounding to half precision, nothing in place.
    """
    x, logits = draw.uniform(0, 1, (4, 6), dtype=np.float32), draw.normal((4, 6), dtype=np.float32)
    batch, alone = yield (
        bernoulli_log_likelihood(x, logits),
        bernoulli_log_likelihood(x[2:3].astype(np.float64), logits[2:3].astype(np.float64)),
    )
    same_shape(batch.value, (4,))
    same_shape(alone.value, (1,), "the result for one image")
    close(batch.value[2:3], alone.value, SINGLE, what="the image's number in a float32 batch")
    varies(batch.value)
    unchanged(batch.changed + alone.changed)


# --- 9-1 (d), elbo: values


def _unless_carried_forward(check: Callable[[], None], answer: Answer, *inputs: NDArray[Any]) -> Steps:
    """The check holds, or the ELBO is log p(x|z) − Σ of the student's *own* KL, in value and gradient.

    Then the slip is in `kl_standard_normal` and is charged there, at 9-1 (b). Asked only after a failed check.
    """
    try:
        check()
    except Broken as broken:
        if broken.failure is not None:
            raise
        likelihood, mu, logvar = inputs
        own = yield kl_standard_normal(mu, logvar, wrt=answer.call.params["wrt"])
        if not _is_likelihood_minus(own, answer, likelihood):
            raise


def _is_likelihood_minus(kl: Answer, answer: Answer, likelihood: NDArray[Any]) -> bool:
    try:
        same_shape(kl.value, kl.call.inputs["mu"].shape)
        pairs = [(answer.value, likelihood - kl.value.sum(-1))]
        for name in answer.call.params["wrt"]:
            if not (kl.facts["grads"][name] == answer.facts["grads"][name] == "none"):
                pairs.append((answer.gradient(name), -kl.gradient(name)))
    except Broken:
        return False
    same = all(
        got.shape == own.shape and np.allclose(got, own, 2e-4, ROUNDING, equal_nan=True) for got, own in pairs
    )
    return same and not np.isnan(answer.value).all() and set(answer.changed) <= set(kl.changed)


@fact(elbo, "value")
def nothing_paid_at_the_prior(draw: Draw) -> Steps:
    """ELBO = log p(x|z) when q is the prior: mu = 0, logvar = 0

    KL(N(0,I) ‖ N(0,I)) = 0.
    """
    likelihood = draw.normal(4, mean=-90, scale=10)
    prior = np.zeros((4, 3))
    answer = yield elbo(likelihood, prior, prior)
    yield from _unless_carried_forward(
        lambda: close(answer.value, likelihood), answer, likelihood, prior, prior
    )


@fact(elbo, "value")
def minus_the_kl(draw: Draw) -> Steps:
    """ELBO = −Σ_j ½(μ_j² + e^{v_j} − 1 − v_j) when log p(x|z) = 0; mu = (3, 0, 0), logvar = 0 gives −4.5

    The KL of independent latent components is the sum of theirs, here over 5: no mean.
    """
    mu, logvar = draw.normal((3, 5)), draw.normal((3, 5))
    mu[0], logvar[0] = [3, 0, 0, 0, 0], 0
    expected = -normal.kl_standard_normal(mu, logvar).sum(-1)
    answer = yield elbo(np.zeros(3), mu, logvar)
    yield from _unless_carried_forward(lambda: close(answer.value, expected), answer, np.zeros(3), mu, logvar)


@fact(elbo, "value")
def evidence_of_the_linear_gaussian(draw: Draw) -> Steps:
    """ELBO = log p(x) = Σ_j log N(x_j; b_j, w_j² + s_j²) for x_j = w_j z_j + b_j + s_j ε and q the exact posterior

    The one decoder whose posterior is known: the bound is tight there. Three components, four images.
    """
    x, w, b, s = _linear_gaussian(draw)
    mean, variance = reference.linear_gaussian_posterior(x, w, b, s)
    likelihood = reference.linear_gaussian_expected_log_likelihood(x, w, b, s, mean, variance).sum(-1)
    logvar, evidence = np.log(variance), reference.linear_gaussian_evidence(x, w, b, s).sum(-1)
    answer = yield elbo(likelihood, mean, logvar)
    yield from _unless_carried_forward(
        lambda: close(answer.value, evidence), answer, likelihood, mean, logvar
    )


def _linear_gaussian(draw: Draw) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    shape = (4, 3)
    return draw.normal(shape, scale=2), draw.weights(shape), draw.normal(shape), draw.uniform(0.5, 1.5, shape)


@fact(elbo, "value")
def gap_of_the_linear_gaussian(draw: Draw) -> Steps:
    """log p(x) − ELBO = KL(q ‖ p(z|x)) for any normal q, in the linear-Gaussian model

    Both sides in closed form; the gap is never negative.
    """
    x, w, b, s = _linear_gaussian(draw)
    mean, logvar = draw.normal((4, 3)), draw.normal((4, 3))
    likelihood = reference.linear_gaussian_expected_log_likelihood(x, w, b, s, mean, np.exp(logvar)).sum(-1)
    best_mean, best_variance = reference.linear_gaussian_posterior(x, w, b, s)
    gap = normal.kl_normal(mean, np.exp(logvar / 2), best_mean, np.sqrt(best_variance)).sum(-1)
    bound = reference.linear_gaussian_evidence(x, w, b, s).sum(-1) - gap
    answer = yield elbo(likelihood, mean, logvar)
    yield from _unless_carried_forward(lambda: close(answer.value, bound), answer, likelihood, mean, logvar)


@fact(elbo, "value")
def gap_of_a_bernoulli_decoder(draw: Draw) -> Steps:
    """log p(x) − ELBO = KL(q ‖ p(z|x)) for three pixels with D_j = sigmoid(a_j z_j + b_j)

    log p(x), E_q[log p(x|z)] and the gap by numerical integration: no closed form of any KL is used.
    """
    x, slope, offset = draw.binary((2, 3)), 1.5 * draw.weights((2, 3)), draw.normal((2, 3))
    mean, logvar = draw.normal((2, 3)), draw.normal((2, 3), scale=0.7)
    evidence, per_pixel, gap = reference.bernoulli_toy(x, slope, offset, mean, np.exp(logvar))
    likelihood, bound = per_pixel.sum(-1), (evidence - gap).sum(-1)
    answer = yield elbo(likelihood, mean, logvar)
    yield from _unless_carried_forward(lambda: close(answer.value, bound), answer, likelihood, mean, logvar)


# --- 9-1 (d), elbo: gradients


@fact(elbo, "gradient")
def derivative_in_the_likelihood(draw: Draw) -> Steps:
    """∂ELBO/∂ log p(x|z) = 1, each image for itself

    The decoder learns through this term alone.
    """
    likelihood = draw.normal(4, mean=-5)
    answer = yield elbo(likelihood, draw.normal((4, 3)), draw.normal((4, 3)), wrt=("log_px_given_z",))
    close(answer.gradient("log_px_given_z"), np.ones(4), what="the gradient in log_px_given_z")


@fact(elbo, "gradient")
def derivative_in_mu_and_logvar(draw: Draw) -> Steps:
    """∂ELBO/∂μ = −μ and ∂ELBO/∂v = ½(1 − eᵛ), v = logvar

    The encoder is drawn to the prior.
    """
    mu, logvar = draw.normal((4, 3)), draw.normal((4, 3))
    likelihood = draw.normal(4, mean=-5)
    answer = yield elbo(likelihood, mu, logvar, wrt=("mu", "logvar"))

    def check() -> None:
        close(answer.gradient("mu"), -mu, what="the gradient in mu")
        close(answer.gradient("logvar"), -np.expm1(logvar) / 2, what="the gradient in logvar")

    yield from _unless_carried_forward(check, answer, likelihood, mu, logvar)


# --- 9-1 (d), elbo: stability


@fact(elbo, "stability")
def whole_range_of_the_encoder(draw: Draw) -> Steps:
    """From logvar = −60 to 30 and up to mu = 2000, ELBO goes like v/2, −eᵛ/2 and −μ²/2, and its gradient likewise

    The graded range of the docstring, in float32. Clamping logvar or adding a constant to σ² bends one of the three.
    """
    mu, logvar = tails(draw)
    latent, likelihood = np.ones(3, dtype=np.float32), np.zeros(7, dtype=np.float32)
    mus, logvars = mu[:, None] * latent, logvar[:, None] * latent
    answer = yield elbo(likelihood, mus, logvars, wrt=("mu", "logvar"))

    def check() -> None:
        same_shape(answer.value, (7,))
        in_mu, in_logvar = answer.gradient("mu"), answer.gradient("logvar")
        follows_tails(answer.value, in_mu[:, 0], in_logvar[:, 0], mu, logvar)

    yield from _unless_carried_forward(check, answer, likelihood, mus, logvars)


# --- 9-1 (d), elbo: shapes


@fact(elbo, "shape")
def one_number_per_image(draw: Draw) -> Steps:
    """4 images with 3 latent components give (4,); one image alone gives (1,) and its number in the batch

    No sum or mean over the batch.
    """
    likelihood, mu, logvar = draw.normal(4, mean=-5), draw.normal((4, 3)), draw.normal((4, 3))
    batch, alone = yield elbo(likelihood, mu, logvar), elbo(likelihood[1:2], mu[1:2], logvar[1:2])
    same_shape(batch.value, (4,))
    close(alone.value, batch.value[1:2], what="the result for one image alone")
    varies(batch.value)


@fact(elbo, "shape")
def elbo_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding, and the arguments are left unchanged

    A function that rounds to half precision, or works in place, surprises its caller.
    """
    args = [a.astype(np.float32) for a in (draw.normal(5, mean=-5), draw.normal((5, 3)), draw.normal((5, 3)))]
    single, double = yield elbo(*args), elbo(*(a.astype(np.float64) for a in args))

    def check() -> None:
        same_shape(double.value, (5,))
        close(single.value, double.value, SINGLE, atol=ROUNDING)
        varies(double.value)
        unchanged(single.changed + double.changed)

    yield from _unless_carried_forward(check, single, *args)
