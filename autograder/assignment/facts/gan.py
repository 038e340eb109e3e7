"""Facts of exercise 9-2 (b)–(d): the losses of discriminator and generator.

r and f are the logits of N real and M generated images, σ the sigmoid, sp(a) = log(1 + eᵃ). Generator losses that
equal −(the student's own J_D) in value and gradient are right whatever J_D is: its mistake is charged at 9-2 (b).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.reference import gan
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import EXACT, RELATIVE, SINGLE, Tolerance, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Steps, fact

Numbers = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]

LOSING = np.array([30.0, 50.0, 200.0, 1000.0])
"""Logits at which D is as wrong as can be; several, because a clamp may be right at one of them by accident."""


def batches(draw: Draw) -> tuple[Numbers, Numbers]:
    """A batch of real and one of generated logits, of different sizes so that a joint mean shows."""
    return logits(draw, 5), logits(draw, 3)


def logits(draw: Draw, size: int) -> Numbers:
    """Moderate logits: what breaks at extremes only is left to the stability facts."""
    return draw.uniform(-4.0, 4.0, size).astype(np.float64)


def optimal_on_three_points(draw: Draw) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Two distributions p, q on three points as counts, and the best D's logits log(p/q) at samples of both."""
    p_counts, q_counts = draw.rng.permutation([5, 3, 2]), draw.rng.permutation([1, 3, 3])
    p, q = p_counts / p_counts.sum(), q_counts / q_counts.sum()
    best = np.log(p / q)
    return p, q, np.repeat(best, p_counts), np.repeat(best, q_counts)


def is_one_number(answer: Answer) -> float:
    """The loss as a float, if it is 0-dim."""
    same_shape(answer.value, (), "the loss")
    return float(answer.value)


def same_for_all_batches(flat: Answer, column: Answer, single: Answer) -> None:
    """One number for a batch as (N,) and as (N, 1), another for a batch of one, the inputs left alone."""
    values = [is_one_number(answer) for answer in (flat, column, single)]
    holds(
        abs(values[1] - values[0]) <= 1e-5 * abs(values[0]),
        f"logits of shape (N,) give {values[0]:.6g}, the same logits of shape (N, 1) give {values[1]:.6g}",
        got=values[1],
        expected=values[0],
    )
    finite(single.value, "the loss of a batch of one")
    holds(values[2] != values[0], "the loss is the same number for other logits", got=values[2])
    for answer in (flat, column, single):
        holds(not answer.changed, answer.say(f"changes its input {', '.join(answer.changed)} in place"))


def same_slope(slopes: Numbers, tolerance: Tolerance) -> None:
    """At ±30, ±50, ±200 and ±1000 on the wrong side every slope is the same and downhill, whatever its size."""
    holds((slopes > 0).all(), "where D is most wrong the gradient is 0 or points the wrong way", got=slopes)
    close(slopes, np.full_like(slopes, slopes[0]), tolerance, what="the slope at ±30, ±50, ±200, ±1000")


# ---------------------------------------------------------------------------------------------- discriminator


@fact(discriminator_loss, "value")
def undecided_discriminator(draw: Draw) -> Steps:
    """J_D = log 2 when all logits are 0

    D = ½ everywhere, so both terms are ½ log 2. Sheet 9-2 (b).
    """
    answer = yield discriminator_loss(np.zeros(4), np.zeros(3))
    close(answer.value, np.log(2.0))


@fact(discriminator_loss, "value")
def discriminator_formula(draw: Draw) -> Steps:
    """J_D = ½ mean log(1 + e⁻ʳ) + ½ mean log(1 + eᶠ), each mean over its own batch

    The formula of 9-2 (b) with D = σ(logit), at random logits and unequal batch sizes.
    """
    real, fake = batches(draw)
    answer = yield discriminator_loss(real, fake)
    close(answer.value, gan.discriminator_loss(real, fake))


@fact(discriminator_loss, "value")
def roles_exchanged(draw: Draw) -> Steps:
    """J_D(r, f) = J_D(−f, −r)

    σ(−a) = 1 − σ(a): calling real what is fake, and D's answers with it, changes nothing.
    """
    real, fake = batches(draw)
    one, other = yield discriminator_loss(real, fake), discriminator_loss(-fake, -real)
    close(other.value, one.value)


@fact(discriminator_loss, "value")
def best_discriminator(draw: Draw) -> Steps:
    """J_D = log 2 − JSD(p, q) at the best D, log(p/q), on a space of three points

    Goodfellow et al. 2014, theorem 1, halved as on the sheet; p and q are counts of a small sample.
    """
    p, q, real, fake = optimal_on_three_points(draw)
    answer = yield discriminator_loss(real, fake)
    close(answer.value, np.log(2.0) - gan.jensen_shannon(p, q))


@fact(discriminator_loss, "gradient")
def discriminator_derivatives(draw: Draw) -> Steps:
    """∂J_D/∂rᵢ = −σ(−rᵢ)/(2N) and ∂J_D/∂fⱼ = σ(fⱼ)/(2M)

    d log(1 + eᵃ)/da = σ(a). Sheet 9-2 (b).
    """
    real, fake = batches(draw)
    answer = yield discriminator_loss(real, fake, wrt=("logits_real", "logits_fake"))
    by_real, by_fake = gan.discriminator_gradients(real, fake)
    close(answer.gradient("logits_real"), by_real, what="∂J_D/∂logits_real")
    close(answer.gradient("logits_fake"), by_fake, what="∂J_D/∂logits_fake")


@fact(discriminator_loss, "gradient")
def best_discriminator_is_stationary(draw: Draw) -> Steps:
    """The derivative of J_D with respect to each value of D's logit is 0 at the best D, log(p/q)

    Real and generated samples at the same point pull with p·(1 − D) and q·D, equal at D = p/(p + q).
    """
    p, q, real, fake = optimal_on_three_points(draw)
    answer = yield discriminator_loss(real, fake, wrt=("logits_real", "logits_fake"))
    pull_real, pull_fake = answer.gradient("logits_real"), answer.gradient("logits_fake")
    holds((pull_real != 0).all() and (pull_fake != 0).all(), "a sample has no influence", got=pull_real)
    for logit in np.log(p / q):
        total = pull_real[real == logit].sum() + pull_fake[fake == logit].sum()
        holds(
            abs(total) <= 1e-6,
            f"at logit {logit:.4g} the derivative is {total:.3g}, not 0",
            got=total,
            expected=0.0,
        )


def _discriminator_at_extremes(dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    real: Floats = np.concatenate([-LOSING, LOSING]).astype(dtype)
    answer = yield discriminator_loss(real, -real, wrt=("logits_real", "logits_fake"))
    loss, by_real, by_fake = (
        answer.value.sum(),
        answer.gradient("logits_real"),
        answer.gradient("logits_fake"),
    )
    for numbers, what in ((loss, "the loss"), (by_real, "∂J_D/∂logits_real"), (by_fake, "∂J_D/∂logits_fake")):
        finite(numbers, what)
    slopes, flat = np.concatenate([-by_real[:4], by_fake[:4]]), np.concatenate([by_real[4:], by_fake[4:]])
    same_slope(slopes, tolerance)
    close(loss, (np.tile(LOSING, 2) * slopes).sum(), tolerance, what="the loss, against Σ aᵢ·∂J_D/∂aᵢ,")
    holds((np.abs(flat) <= 1e-6 * slopes[0]).all(), "where D is right the gradient should vanish", got=flat)


@fact(discriminator_loss, "stability")
def discriminator_at_extremes(draw: Draw) -> Steps:
    """Where D is wrong J_D grows by the same slope at ±30, ±50, ±200 and ±1000

    log(1 + eᵃ) → a, so J_D → Σ aᵢ·∂J_D/∂aᵢ: finite, with a gradient that neither vanishes nor overflows. float64.
    """
    yield from _discriminator_at_extremes(np.float64, EXACT)


@fact(discriminator_loss, "stability")
def discriminator_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(17) is already rounded to 1

    log(1 − σ(a)) taken literally is −inf from a = 17.
    """
    yield from _discriminator_at_extremes(np.float32, SINGLE)


@fact(discriminator_loss, "shape")
def discriminator_batches(draw: Draw) -> Steps:
    """J_D is one number without axes for logits (N,), (N, 1) and batches of one

    A discriminator that ends in a linear layer gives (N, 1).
    """
    real, fake, one = draw.uniform(0.1, 0.9, 5), draw.uniform(0.1, 0.9, 3), draw.uniform(0.1, 0.9, (2, 1))
    flat, column, single = yield (
        discriminator_loss(real, fake),
        discriminator_loss(real[:, None], fake[:, None]),
        discriminator_loss(*one),
    )
    same_for_all_batches(flat, column, single)


# ------------------------------------------------------------------------------------------ minimax generator


def with_own_discriminator(real: Floats, fake: Floats) -> tuple[Call, Call]:
    """The generator's loss and the student's own J_D at the same logits, with gradients in logits_fake."""
    return (
        generator_loss_minimax(real, fake, wrt=("logits_fake",)),
        discriminator_loss(real, fake, wrt=("logits_fake",)),
    )


def is_minus_own(loss: Answer, own: Answer) -> bool:
    """Whether the loss is −(the student's own J_D) in value and gradient, and that J_D depends on logits_fake."""
    if own.failure is not None:
        return False
    try:
        pull, own_value = own.gradient("logits_fake"), own.value
        push, value = loss.gradient("logits_fake"), loss.value
    except Broken:
        return False
    pairs = ((value, -own_value), (push, -pull))
    # nan equals nan: an overflow of J_D is charged at 9-2 (b), not again here.
    same = all(a.shape == b.shape and np.allclose(a, b, rtol=1e-5, atol=0, equal_nan=True) for a, b in pairs)
    return same and bool(np.any(pull != 0))


@fact(generator_loss_minimax, "value")
def minimax_formula(draw: Draw) -> Steps:
    """J_G = −J_D, both terms

    A zero-sum game: what D loses G wins. Sheet 9-2 (c).
    """
    real, fake = batches(draw)
    loss, own = yield with_own_discriminator(real, fake)
    if not is_minus_own(loss, own):
        close(loss.value, gan.generator_loss_minimax(real, fake))


@fact(generator_loss_minimax, "value")
def minimax_at_best_discriminator(draw: Draw) -> Steps:
    """J_G = −log 2 + JSD(p, q) at the best D, log(p/q), on a space of three points

    So G, playing against the best D, minimises the Jensen–Shannon divergence; Goodfellow et al. 2014, theorem 1.
    """
    p, q, real, fake = optimal_on_three_points(draw)
    loss, own = yield with_own_discriminator(real, fake)
    if not is_minus_own(loss, own):
        close(loss.value, gan.jensen_shannon(p, q) - np.log(2.0))


@fact(generator_loss_minimax, "gradient")
def minimax_derivative(draw: Draw) -> Steps:
    """∂J_G/∂fⱼ = −σ(fⱼ)/(2M)

    From 9-2 (c); negative everywhere: G raises D's logit. The real term does not reach G.
    """
    real, fake = batches(draw)
    loss, own = yield with_own_discriminator(real, fake)
    if not is_minus_own(loss, own):
        close(loss.gradient("logits_fake"), gan.minimax_gradient(fake), what="∂J_G/∂logits_fake")


@fact(generator_loss_minimax, "gradient")
def minimax_saturates(draw: Draw) -> Steps:
    """∂J_G/∂f = −σ(f)/(2M) stays relatively exact while D(G(z)) falls from ½ to e⁻²⁰

    The vanishing gradient that 9-2 (d) asks about. No absolute tolerance: 0 is not the answer.
    """
    fake = -np.concatenate([[0.0, 20.0], draw.uniform(0.0, 20.0, 10)])
    loss, own = yield with_own_discriminator(logits(draw, 4), fake)
    if not is_minus_own(loss, own):
        close(loss.gradient("logits_fake"), gan.minimax_gradient(fake), RELATIVE, what="∂J_G/∂logits_fake")


def generator_steps(by_fake: Numbers, latents: Numbers) -> Numbers:
    """‖∇_W J‖ of a linear generator G(z) = Wz under a linear D with f = v·G(z) + b, ‖v‖ = 1, for each group.

    ∂J/∂W = v (Σⱼ ∂J/∂fⱼ zⱼ)ᵀ by the chain rule, whose norm is that of the sum.
    """
    return np.asarray(np.linalg.norm((by_fake[..., None] * latents).sum(1), axis=-1))


def losing_generator(draw: Draw) -> tuple[Numbers, Numbers]:
    """Latents of three groups of generated images and their logits: D(G(z)) falls from σ(0) to σ(−2) and σ(−4)."""
    latents = draw.uniform(0.5, 2.0, (3, 4, 2)).astype(np.float64)  # in one quadrant: no sum of pulls cancels
    depths = np.array([[0.0], [-2.0], [-4.0]])
    return latents, depths + draw.uniform(-0.5, 0.5, (3, 4)).astype(np.float64)


@fact(generator_loss_minimax, "gradient")
def minimax_starves_the_generator(draw: Draw) -> Steps:
    """The step of a one-layer generator shrinks in proportion to D(G(z)) when D rejects its images

    ‖∇_W J_G‖ by the chain rule, for three groups of images that D rejects more and more, relative to the first.
    """
    latents, fake = losing_generator(draw)
    loss, own = yield with_own_discriminator(logits(draw, 4), fake.ravel())
    if is_minus_own(loss, own):
        return
    steps = generator_steps(loss.gradient("logits_fake").reshape(fake.shape), latents)
    wanted = generator_steps(gan.minimax_gradient(fake), latents)
    holds(steps[0] > 0, "the generator gets no gradient at all", got=steps)
    close(
        steps / steps[0], wanted / wanted[0], RELATIVE, what="the generator's step, relative to D(G(z)) = ½,"
    )


def _minimax_at_extremes(dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    fake: Floats = np.concatenate([LOSING, -LOSING]).astype(dtype)
    loss, own = yield with_own_discriminator(-fake, fake)
    if is_minus_own(loss, own):
        return
    by_fake = loss.gradient("logits_fake")
    finite(loss.value, "the loss")
    finite(by_fake, "∂J_G/∂logits_fake")
    same_slope(-by_fake[:4], tolerance)
    flat = by_fake[4:]
    holds((flat <= 0).all(), "raising D's logit must never raise the loss", got=flat)
    holds(
        (flat >= 1e-6 * by_fake[0]).all(), "where D rejects the image the gradient should be tiny", got=flat
    )


@fact(generator_loss_minimax, "stability")
def minimax_at_extremes(draw: Draw) -> Steps:
    """Where D is fooled J_G falls by the same slope at 30, 50, 200 and 1000

    −log(1 + eᵃ) → −a: finite, with a gradient that neither vanishes nor overflows. float64.
    """
    yield from _minimax_at_extremes(np.float64, EXACT)


@fact(generator_loss_minimax, "stability")
def minimax_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(17) is already rounded to 1

    log(1 − σ(a)) taken literally is −inf from a = 17.
    """
    yield from _minimax_at_extremes(np.float32, SINGLE)


@fact(generator_loss_minimax, "shape")
def minimax_batches(draw: Draw) -> Steps:
    """J_G is one number without axes for logits (N,), (N, 1) and batches of one

    A discriminator that ends in a linear layer gives (N, 1).
    """
    real, fake, one = draw.uniform(0.1, 0.9, 5), draw.uniform(0.1, 0.9, 3), draw.uniform(0.1, 0.9, (2, 1))
    flat, column, single = yield (
        generator_loss_minimax(real, fake),
        generator_loss_minimax(real[:, None], fake[:, None]),
        generator_loss_minimax(*one),
    )
    same_for_all_batches(flat, column, single)


# ----------------------------------------------------------------------------------- non-saturating generator


@fact(generator_loss_nonsaturating, "value")
def undecided_by_the_generator(draw: Draw) -> Steps:
    """The loss is ½ log 2 when all logits are 0

    D(G(z)) = ½. Sheet 9-2 (d).
    """
    answer = yield generator_loss_nonsaturating(np.zeros(3))
    close(answer.value, np.log(2.0) / 2)


@fact(generator_loss_nonsaturating, "value")
def nonsaturating_formula(draw: Draw) -> Steps:
    """The loss is ½ mean log(1 + e⁻ᶠ)

    −½ E[log D(G(z))] with D = σ(f), at random logits. Sheet 9-2 (d).
    """
    fake = logits(draw, 5)
    answer = yield generator_loss_nonsaturating(fake)
    close(answer.value, gan.generator_loss_nonsaturating(fake))


@fact(generator_loss_nonsaturating, "gradient")
def nonsaturating_derivative(draw: Draw) -> Steps:
    """∂J/∂fⱼ = −σ(−fⱼ)/(2M): −1/(2M) where D rejects the image, 0 where G has won

    d log(1 + e⁻ᶠ)/df = −σ(−f). Sheet 9-2 (d).
    """
    fake = np.concatenate([logits(draw, 4), [20.0, 30.0]])
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",))
    close(answer.gradient("logits_fake"), gan.nonsaturating_gradient(fake), what="∂J/∂logits_fake")


@fact(generator_loss_nonsaturating, "gradient")
def stronger_than_minimax(draw: Draw) -> Steps:
    """The gradient is e⁻ᶠ times that of the minimax loss, −σ(f)/(2M), and has its sign

    σ(−f)/σ(f) = e⁻ᶠ: both losses pull G the same way, this one also while D wins.
    """
    fake = draw.uniform(-5.0, 0.0, 8).astype(np.float64)
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",))
    ratio = answer.gradient("logits_fake") / gan.minimax_gradient(fake)
    close(ratio, np.exp(-fake), RELATIVE, what="the ratio of the gradients")


@fact(generator_loss_nonsaturating, "gradient")
def nonsaturating_feeds_the_generator(draw: Draw) -> Steps:
    """The step of a one-layer generator does not shrink when D rejects its images

    ‖∇_W J‖ by the chain rule, for three groups of images that D rejects more and more, relative to the first.
    """
    latents, fake = losing_generator(draw)
    answer = yield generator_loss_nonsaturating(fake.ravel(), wrt=("logits_fake",))
    steps = generator_steps(answer.gradient("logits_fake").reshape(fake.shape), latents)
    wanted = generator_steps(gan.nonsaturating_gradient(fake), latents)
    holds(steps[0] > 0, "the generator gets no gradient at all", got=steps)
    close(
        steps / steps[0], wanted / wanted[0], RELATIVE, what="the generator's step, relative to D(G(z)) = ½,"
    )


def _nonsaturating_at_extremes(dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    fake: Floats = np.concatenate([-LOSING, LOSING]).astype(dtype)
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",))
    loss, by_fake = answer.value.sum(), answer.gradient("logits_fake")
    finite(loss, "the loss")
    finite(by_fake, "∂J/∂logits_fake")
    slopes, flat = -by_fake[:4], by_fake[4:]
    same_slope(slopes, tolerance)
    close(loss, (LOSING * slopes).sum(), tolerance, what="the loss, against Σ aᵢ·∂J/∂aᵢ,")
    holds((np.abs(flat) <= 1e-6 * slopes[0]).all(), "where G has won the gradient should vanish", got=flat)


@fact(generator_loss_nonsaturating, "stability")
def nonsaturating_at_extremes(draw: Draw) -> Steps:
    """Where D rejects the image the loss grows by the same slope at −30, −50, −200 and −1000

    log(1 + e⁻ᵃ) → −a, so the loss → Σ aᵢ·∂J/∂aᵢ: finite, with a gradient that neither vanishes nor overflows. float64.
    """
    yield from _nonsaturating_at_extremes(np.float64, EXACT)


@fact(generator_loss_nonsaturating, "stability")
def nonsaturating_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(−104) is rounded to 0

    log σ(a) taken literally is −inf from a = −104.
    """
    yield from _nonsaturating_at_extremes(np.float32, SINGLE)


@fact(generator_loss_nonsaturating, "shape")
def nonsaturating_batches(draw: Draw) -> Steps:
    """The loss is one number without axes for logits (M,), (M, 1) and a batch of one

    A discriminator that ends in a linear layer gives (M, 1).
    """
    fake = draw.uniform(0.1, 0.9, 5)
    flat, column, single = yield (
        generator_loss_nonsaturating(fake),
        generator_loss_nonsaturating(fake[:, None]),
        generator_loss_nonsaturating(draw.uniform(0.1, 0.9, 1)),
    )
    same_for_all_batches(flat, column, single)
