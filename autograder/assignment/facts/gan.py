"""Facts of exercise 9-2 (b)–(d): the losses of discriminator and generator.

r and f are the logits of N real and M generated images, σ the sigmoid, sp(a) = log(1 + eᵃ). Minimax losses that
equal −(the student's own J_D) in value and gradient are right whatever J_D is: its mistake is charged at 9-2 (b).

Each kind sees one kind of fault: batches have the same size except where the shape is judged, logits are moderate except
where stability is, and at extreme logits a wrong label or factor is as good as a right one. What the formula says of other
batches is judged where it is right for the usual one.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.facts.arguments import NOT_AGAIN, leaves_settings
from autograder.assignment.reference import gan
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import EXACT, RELATIVE, SINGLE, Tolerance, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Evidence, Excuse, Stage, Steps, fact

ORDINARY = 15.0
"""Logits up to here overflow in no form of the loss: a J_D whose gradient is not finite there excuses nothing."""

BOTH = ("logits_real", "logits_fake")

Numbers = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]

STEPS = np.geomspace(2.0, 800.0, 41)
ROUNDED = np.array(
    [16.7, 36.8, 88.8, 709.9]
)  # where σ(a) is 1 and eᵃ is infinite, in single and double precision
FURTHEST = np.linspace(850.0, 1000.0, 26)
"""Large logits up to the end of the graded range: between every two of these steps one is drawn, so that no window is left
open; of the largest so many that the mean over all and their opposites is above 100, where a loss may be cut off."""

ROUGHLY = Tolerance(rtol=1e-2, scale=0.0)
"""For relations whose breach is no matter of digits: half precision and small epsilons are not their business."""


def batches(draw: Draw, zeros: bool = False) -> tuple[Numbers, Numbers]:
    """A batch of real and one of generated logits, of a size that no small one divides.

    Some are equal, some whole numbers (other than 0 and 1, where logarithms of logits are infinite), some tiny and some,
    where no gradient is asked for, zero: all count alike.
    """
    size = (263, 307, 389, 439, 509)[draw.integer(0, 4)]
    real, fake = logits(draw, size), logits(draw, size)
    for batch in (real, fake):
        batch[::7] = batch[0]
        batch[1::7] = np.copysign(2, batch[1::7])
        batch[2::7] *= 4e-4
        if zeros:
            batch[3::7] = 0
    return real, fake


def all_equal(draw: Draw) -> tuple[Numbers, Numbers]:
    """Two batches of one and the same number."""
    same = np.full(6, draw.uniform(0.5, 2.0, ()))
    return same, same


def far_from_1(draw: Draw) -> Numbers:
    """A weight of the loss: each image's share in a mean over some hundred still gets a gradient that is large and negative."""
    return np.asarray(-draw.uniform(3000.0, 4000.0, ()))


def logits(draw: Draw, size: int) -> Numbers:
    """Moderate logits: what breaks at extremes only is left to the stability facts."""
    return draw.uniform(-2.0, 2.0, size).astype(np.float64)


def large(draw: Draw) -> Numbers:
    """Large logits, others for every submission but for the end of the range."""
    between = STEPS[:-1] * (STEPS[1:] / STEPS[:-1]) ** draw.uniform(0.0, 1.0, STEPS.size - 1)
    return np.concatenate([between, ROUNDED, FURTHEST])


def both_signs(logits: Numbers) -> Numbers:
    """These, then their opposites."""
    return np.concatenate([logits, -logits])


def optimal_on_three_points(draw: Draw) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Two distributions p, q on three points as counts, and the best D's logits log(p/q) at samples of both."""
    p_counts, q_counts = draw.rng.permutation([5, 3, 2]), draw.rng.permutation([1, 3, 6])
    p, q = p_counts / p_counts.sum(), q_counts / q_counts.sum()
    best = np.log(p / q)
    return p, q, np.repeat(best, p_counts), np.repeat(best, q_counts)


def number(answer: Answer) -> Numbers:
    """The loss: one number, whatever its axes, which only the shape facts judge."""
    return answer.value.reshape(()) if answer.value.size == 1 else answer.value


def spread(draw: Draw) -> Numbers:
    """Three logits that are far apart and in (0, 1), where they may pass for probabilities as well."""
    return np.array([0.15, 0.5, 0.85]) + draw.uniform(-0.1, 0.1, 3)


def single_images(draw: Draw) -> tuple[Numbers, Numbers]:
    """One real logit at the upper end of `spread` and one generated at the lower: no loss is the same by accident."""
    return draw.uniform(0.8, 0.9, 1), draw.uniform(0.1, 0.2, 1)


def forms(draw: Draw) -> tuple[tuple[Floats, Floats], ...]:
    """One image against several, a column of one, and batches of two; then large logits, flat and as columns."""
    shapes = ((1,), (5,)), ((1, 1), (1, 1)), ((2,), (2,))
    several = (tuple(draw.uniform(0.1, 0.9, shape) for shape in pair) for pair in shapes)
    wide = both_signs(draw.log_uniform(1.0, 1000.0, 20)).astype(np.float32)
    return (*((real, fake) for real, fake in several), (wide, -wide), (wide[:, None], -wide[:, None]))


def is_one_number(answer: Answer) -> float:
    """The loss as a float, if it is 0-dim."""
    same_shape(answer.value, (), "the loss")
    return float(answer.value)


def alike(one: float, other: float) -> bool:
    """Whether two losses are the same but for rounding, that of half precision included."""
    return abs(one - other) <= 2e-2 * abs(one)


Formula = Callable[..., tuple[float, Mapping[str, Numbers]]]
"""A loss and its gradients, by the names of the logits that it is called with."""


def formula_of_discriminator(logits_real: Floats, logits_fake: Floats) -> tuple[float, Mapping[str, Numbers]]:
    slopes = gan.discriminator_gradients(logits_real, logits_fake)
    return gan.discriminator_loss(logits_real, logits_fake), dict(zip(BOTH, slopes, strict=True))


def formula_of_minimax(logits_real: Floats, logits_fake: Floats) -> tuple[float, Mapping[str, Numbers]]:
    slope = gan.minimax_gradient(logits_fake)
    return gan.generator_loss_minimax(logits_real, logits_fake), {"logits_fake": slope}


def formula_of_nonsaturating(logits_fake: Floats) -> tuple[float, Mapping[str, Numbers]]:
    slope = gan.nonsaturating_gradient(logits_fake)
    return gan.generator_loss_nonsaturating(logits_fake), {"logits_fake": slope}


def follows(formula: Formula, answer: Answer) -> None:
    """The loss is that of the formula, and so are its gradients, where they are asked for."""
    inputs = answer.call.inputs
    value, slopes = formula(**inputs)
    tolerance = SINGLE if any(given.dtype == np.float32 for given in inputs.values()) else EXACT
    where = "for logits of shape " + " and ".join(str(given.shape) for given in inputs.values())
    close(answer.value, value, tolerance, what=f"the loss {where}")
    for name in slopes.keys() & answer.call.params["wrt"]:
        close(answer.gradient(name), slopes[name], tolerance, what=f"the gradient in {name} {where}")


def follows_as_usual(formula: Formula, usual: Answer, *others: Answer) -> None:
    """What follows the formula for the usual batch does so for others: any other slip is charged by its own facts."""
    try:
        follows(formula, usual)
    except Broken:
        return
    for answer in others:
        follows(formula, answer)


def same_for_all_batches(
    formula: Formula, flat: Answer, column: Answer, single: Answer, rounded: Answer, *others: Answer
) -> None:
    """One number for a batch as (N,), as (N, 1) and in float32, another for a batch of one, the inputs left alone.

    The formula holds for all batches in which it holds for the first, and so it does for large logits.
    """
    value, of_column, of_one, in_float32 = (
        is_one_number(answer) for answer in (flat, column, single, rounded)
    )
    holds(
        alike(value, of_column),
        f"logits of shape (N,) give {value:.6g}, the same logits of shape (N, 1) give {of_column:.6g}",
        got=of_column,
        expected=value,
    )
    holds(
        alike(value, in_float32),
        f"logits in float64 give {value:.6g}, the same logits in float32 give {in_float32:.6g}",
        got=in_float32,
        expected=value,
    )
    finite(single.value, "the loss of a batch of one")
    holds(of_one != value, "the loss is the same number for other logits", got=of_one)
    for answer in (flat, column, single):
        holds(not answer.changed, answer.say(f"changes its input {', '.join(answer.changed)} in place"))
        leaves_settings(answer, "the call")
        holds(answer.repeats(), answer.say(NOT_AGAIN), got=answer.value)
    *small, wide, wide_column = others
    follows_as_usual(formula, flat, column, single, *small)
    follows_as_usual(formula, wide, wide_column)


def same_for_all_sizes(once: Answer, more_real: Answer, more_fake: Answer, both_twice: Answer) -> None:
    """Images that are counted twice change nothing; a sum, which counts each, is charged where the value is wrong."""
    value, of_both = is_one_number(once), is_one_number(both_twice)
    for answer, images in ((more_real, "real"), (more_fake, "generated")):
        unequal = is_one_number(answer)
        holds(
            alike(value, unequal) or not alike(value, of_both),
            f"with every {images} image twice in its batch the loss changes from {value:.6g} to {unequal:.6g}: "
            "each mean is over its own batch",
            got=unequal,
            expected=value,
        )


def smooth(answer: Answer, name: str, logits: Numbers, tolerance: Tolerance) -> Numbers:
    """What the logits add to a loss whose gradient runs from that at −1000 to that at 1000 as σ does, and is not 0 at both.

    Labels and factors only choose the ends: s₋ and s₊ belong to the loss s₋·a + (s₊ − s₋)·sp(a).
    """
    slopes = answer.gradient(name)
    finite(slopes, f"the gradient in {name}")
    low, high = slopes[logits.argmin()], slopes[logits.argmax()]
    holds(low != 0 or high != 0, f"the gradient in {name} is 0 at logits of −1000 and 1000", got=slopes)
    expected = low + (high - low) * gan.sigmoid(logits)
    off = (
        np.abs(slopes - expected) > tolerance.rtol * np.abs(expected) + tolerance.scale * np.abs(slopes).max()
    )
    if off.any():
        raise Broken(
            f"the gradient in {name} fades or grows at large logits: from −1000 to 1000 it should run as the sigmoid does",
            Evidence(got=slopes, expected=expected, relation="equal", off=np.flatnonzero(off)),
            stage=Stage.GRADIENT,
        )
    return np.asarray(low * logits + (high - low) * gan.softplus(logits))


def outlier(draw: Draw, dtype: type[np.floating[Any]]) -> Floats:
    """A large logit and its opposite amid 300 small ones."""
    far = draw.uniform(30, 900, ())
    return np.concatenate([[far, -far], draw.uniform(-1, 1, 300)]).astype(dtype)


def outlier_counts(answer: Answer, name: str) -> None:
    """One of the first two logits has its gradient: it is not left out as one that is far from all others.

    Which of them has none at all is a matter of the labels.
    """
    slopes = np.abs(answer.gradient(name))
    holds(
        slopes[:2].max() > ROUGHLY.rtol * slopes.max(),
        f"the gradient in {name} vanishes at large logits amid {slopes.size - 2} small ones: all count alike",
        got=slopes,
    )


def all_at_the_end(draw: Draw, size: int, dtype: type[np.floating[Any]]) -> Floats:
    """Large logits, all near the end of the range: their mean is above any at which a loss may be cut off."""
    return draw.uniform(900.0, 1000.0, size, dtype=dtype)


def nearly_rounded(draw: Draw, size: int, dtype: type[np.floating[Any]]) -> Floats:
    """Logits a for which 1 − σ(a) lies between two numbers of single precision, where there are few: amid larger logits that
    would not show."""
    return np.full(size, -np.log((draw.integer(2, 6) + 0.5) * 2.0**-24), dtype)


def adds_up(answer: Answer, terms: Numbers, tolerance: Tolerance) -> None:
    """The loss is the sum of what the logits add to it."""
    rounding = tolerance.scale * float(np.abs(terms).sum())  # terms may cancel, their rounding does not
    close(
        answer.value.sum(),
        terms.sum(),
        tolerance,
        what="the loss, against the integral of its gradient,",
        atol=rounding,
    )


# ---------------------------------------------------------------------------------------------- discriminator


@fact(discriminator_loss, "value")
def undecided_discriminator(draw: Draw) -> Steps:
    """J_D = log 2 when all logits are 0

    D = ½ everywhere, so both terms are ½ log 2. Sheet 9-2 (b).
    """
    answer = yield discriminator_loss(np.zeros(4), np.zeros(4))
    close(number(answer), np.log(2.0), what="the loss")


@fact(discriminator_loss, "value")
def discriminator_formula(draw: Draw) -> Steps:
    """J_D = ½ mean log(1 + e⁻ʳ) + ½ mean log(1 + eᶠ), each mean over its own batch

    The formula of 9-2 (b) with D = σ(logit), at random logits.
    """
    asked = tuple(discriminator_loss(*pair) for pair in (batches(draw, zeros=True), all_equal(draw)))
    for answer in (yield asked):
        close(number(answer), gan.discriminator_loss(**answer.call.inputs), what="the loss")


@fact(discriminator_loss, "value")
def roles_exchanged(draw: Draw) -> Steps:
    """J_D(r, f) = J_D(−f, −r)

    σ(−a) = 1 − σ(a): calling real what is fake, and D's answers with it, changes nothing.
    """
    real, fake = batches(draw)
    one, other = yield discriminator_loss(real, fake), discriminator_loss(-fake, -real)
    close(number(other), number(one), what="J_D(−f, −r)")


@fact(discriminator_loss, "value")
def best_discriminator(draw: Draw) -> Steps:
    """J_D = log 2 − JSD(p, q) at the best D, log(p/q), on a space of three points

    Goodfellow et al. 2014, theorem 1, halved as on the sheet; p and q are counts of a small sample.
    """
    p, q, real, fake = optimal_on_three_points(draw)
    answer = yield discriminator_loss(real, fake)
    close(number(answer), np.log(2.0) - gan.jensen_shannon(p, q), what="the loss")


@fact(discriminator_loss, "gradient")
def discriminator_derivatives(draw: Draw) -> Steps:
    """∂J_D/∂rᵢ = −σ(−rᵢ)/(2N) and ∂J_D/∂fⱼ = σ(fⱼ)/(2M)

    d log(1 + eᵃ)/da = σ(a). Sheet 9-2 (b).
    """
    real, fake, weight = *batches(draw), far_from_1(draw)
    answer = yield discriminator_loss(real, fake, wrt=BOTH, weights=weight)
    by_real, by_fake = gan.discriminator_gradients(real, fake)
    close(answer.gradient("logits_real") / weight, by_real, what="∂J_D/∂logits_real")
    close(answer.gradient("logits_fake") / weight, by_fake, what="∂J_D/∂logits_fake")


@fact(discriminator_loss, "gradient")
def best_discriminator_is_stationary(draw: Draw) -> Steps:
    """The derivative of J_D with respect to each value of D's logit is 0 at the best D, log(p/q)

    Real and generated samples at the same point pull with p·(1 − D) and q·D, equal at D = p/(p + q).
    """
    p, q, real, fake = optimal_on_three_points(draw)
    answer = yield discriminator_loss(real, fake, wrt=BOTH)
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


def _discriminator_at_extremes(draw: Draw, dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    real, far = both_signs(-large(draw)).astype(dtype), outlier(draw, dtype)
    end, nearly = all_at_the_end(draw, 8, dtype), nearly_rounded(draw, 4, dtype)
    answer, of_outlier, *others = yield (
        discriminator_loss(real, -real, wrt=BOTH),
        discriminator_loss(-far, far, wrt=BOTH),
        discriminator_loss(-end, end, wrt=BOTH),
        discriminator_loss(-nearly, nearly, wrt=BOTH),
    )
    finite(answer.value, "the loss")
    of_real = smooth(answer, "logits_real", real.astype(np.float64), tolerance)
    of_fake = smooth(answer, "logits_fake", -real.astype(np.float64), tolerance)
    adds_up(answer, np.concatenate([of_real, of_fake]), tolerance)
    follows_as_usual(formula_of_discriminator, answer, *others)
    for name in BOTH:
        outlier_counts(of_outlier, name)
    return None


@fact(discriminator_loss, "stability")
def discriminator_at_extremes(draw: Draw) -> Steps:
    """J_D is finite, and its gradients run as σ from logits of −1000 to 1000

    log(1 + eᵃ) → a on one side and 0 on the other, with slope σ(a) between. J_D is the integral of its gradient. float64.
    """
    return (yield from _discriminator_at_extremes(draw, np.float64, EXACT))


@fact(discriminator_loss, "stability")
def discriminator_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(17) is already rounded to 1

    log(1 − σ(a)) taken literally is −inf from a = 17.
    """
    return (yield from _discriminator_at_extremes(draw, np.float32, SINGLE))


@fact(discriminator_loss, "shape")
def discriminator_batches(draw: Draw) -> Steps:
    """J_D is one number without axes for logits (N,), (N, 1) and batches of one, in float32 and float64

    A discriminator that ends in a linear layer gives (N, 1). Formula and gradients hold for batches of any sizes alike.
    """
    real, fake, one = spread(draw), spread(draw), single_images(draw)
    answers = yield (
        discriminator_loss(real, fake, wrt=BOTH, twice=True),
        discriminator_loss(real[:, None], fake[:, None], twice=True),
        discriminator_loss(*one, twice=True),
        discriminator_loss(real.astype(np.float32), fake.astype(np.float32)),
        *(discriminator_loss(*form, wrt=BOTH) for form in forms(draw)),
    )
    same_for_all_batches(formula_of_discriminator, *answers)


@fact(discriminator_loss, "shape")
def discriminator_sizes(draw: Draw) -> Steps:
    """J_D stays the same when every image of one batch is counted twice

    Each expectation is the mean over its own batch, and N may differ from M. Sheet 9-2 (b).
    """
    asked = [discriminator_loss(*sizes) for sizes in _repeated(spread(draw), spread(draw))]
    same_for_all_sizes(*(yield tuple(asked)))


def _repeated(real: Numbers, fake: Numbers) -> tuple[tuple[Numbers, Numbers], ...]:
    """The two batches, then with each image of the first, of the second (as columns), and of both twice in a row."""
    twice, fake_twice = np.repeat(real, 2), np.repeat(fake, 2)
    return (real, fake), (twice, fake), (real[:, None], fake_twice[:, None]), (twice, fake_twice)


# ------------------------------------------------------------------------------------------ minimax generator


def carried_forward(
    check: Callable[..., None],
    *logits: tuple[Floats, Floats],
    wrt: tuple[str, ...] = ("logits_fake",),
    weights: Numbers | None = None,
    twice: bool = False,
) -> Steps:
    """Check the losses at each pair of logits; what fails is excused if they are −(the student's own J_D).

    That J_D is asked for only then, and the losses with it again.
    """
    asked = tuple(generator_loss_minimax(*pair, wrt=wrt, weights=weights, twice=twice) for pair in logits)
    try:
        check(*(yield asked))
    except Broken as broken:
        own = tuple(discriminator_loss(*pair, wrt=wrt, weights=weights, twice=twice) for pair in logits)
        answers = yield (*asked, *own)
        losses, of_discriminator = answers[: len(asked)], answers[len(asked) :]
        if all(is_minus_own(*pair) for pair in zip(losses, of_discriminator, strict=True)):
            return Excuse(discriminator_loss.name, broken, of_discriminator)
        raise
    return None


def is_minus_own(loss: Answer, own: Answer) -> bool:
    """Whether the loss is −(the student's own J_D) in value and gradient, and that J_D depends on logits_fake."""
    if own.failure is not None:
        return False
    try:
        pull, own_value = own.gradient("logits_fake"), own.value
        push, value = loss.gradient("logits_fake"), loss.value
    except Broken:
        return False
    if (loss.changed, loss.leaves, loss.repeats()) != (own.changed, own.leaves, own.repeats()):
        return False
    ordinary = all(np.abs(given).max() <= ORDINARY for given in own.call.inputs.values())
    if ordinary and not np.isfinite(pull).all():
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

    def check(*losses: Answer) -> None:
        for loss in losses:
            close(number(loss), gan.generator_loss_minimax(**loss.call.inputs), what="the loss")

    real, fake = batches(draw)
    real[3::7] = 0
    return (yield from carried_forward(check, (real, fake), all_equal(draw)))


@fact(generator_loss_minimax, "value")
def minimax_at_best_discriminator(draw: Draw) -> Steps:
    """J_G = −log 2 + JSD(p, q) at the best D, log(p/q), on a space of three points

    So G, playing against the best D, minimises the Jensen–Shannon divergence; Goodfellow et al. 2014, theorem 1.
    """
    p, q, real, fake = optimal_on_three_points(draw)

    def check(loss: Answer) -> None:
        close(number(loss), gan.jensen_shannon(p, q) - np.log(2.0), what="the loss")

    return (yield from carried_forward(check, (real, fake)))


@fact(generator_loss_minimax, "gradient")
def minimax_derivative(draw: Draw) -> Steps:
    """∂J_G/∂fⱼ = −σ(fⱼ)/(2M)

    From 9-2 (c); negative everywhere: G raises D's logit. The real term does not reach G, whether or not its logits are
    tracked.
    """
    real, fake, weight = *batches(draw), far_from_1(draw)

    def check(loss: Answer) -> None:
        close(loss.gradient("logits_fake") / weight, gan.minimax_gradient(fake), what="∂J_G/∂logits_fake")

    return (yield from carried_forward(check, (real, fake), wrt=BOTH, weights=weight))


@fact(generator_loss_minimax, "gradient")
def minimax_saturates(draw: Draw) -> Steps:
    """∂J_G/∂f = −σ(f)/(2M) stays relatively exact while D(G(z)) falls from ½ to e⁻²⁰

    The vanishing gradient that 9-2 (d) asks about. No absolute tolerance: 0 is not the answer. Not at f = 0 itself, where
    right forms may have a kink.
    """
    fake = -np.concatenate([[0.01, 20.0], draw.uniform(0.01, 20.0, 10)])

    def check(loss: Answer) -> None:
        close(loss.gradient("logits_fake"), gan.minimax_gradient(fake), RELATIVE, what="∂J_G/∂logits_fake")

    return (yield from carried_forward(check, (logits(draw, 12), fake)))


def generator_steps(by_fake: Numbers, latents: Numbers) -> Numbers:
    """‖∇_W J‖ of a linear generator G(z) = Wz under a linear D with f = v·G(z) + b, ‖v‖ = 1, for each group.

    ∂J/∂W = v (Σⱼ ∂J/∂fⱼ zⱼ)ᵀ by the chain rule, whose norm is that of the sum.
    """
    groups = by_fake.reshape(latents.shape[:2])
    return np.asarray(np.linalg.norm((groups[..., None] * latents).sum(1), axis=-1))


def losing_generator(draw: Draw) -> tuple[Numbers, Numbers]:
    """Latents of three groups of generated images and their logits: D(G(z)) falls from σ(0) to σ(−2) and σ(−4)."""
    latents = draw.uniform(0.5, 2.0, (3, 4, 2)).astype(np.float64)  # in one quadrant: no sum of pulls cancels
    depths = np.array([[0.0], [-2.0], [-4.0]])
    return latents, (depths + draw.uniform(-0.5, 0.5, (3, 4))).astype(np.float64).ravel()


def steps_in_proportion(by_fake: Numbers, expected: Numbers, latents: Numbers) -> None:
    """The generator's steps of the three groups, relative to the first, are those of the expected gradient."""
    steps, wanted = generator_steps(by_fake, latents), generator_steps(expected, latents)
    holds(steps[0] > 0, "the generator gets no gradient at all", got=steps)
    what = "the generator's step, relative to D(G(z)) = ½,"
    close(steps / steps[0], wanted / wanted[0], ROUGHLY, what=what)


@fact(generator_loss_minimax, "gradient")
def minimax_starves_the_generator(draw: Draw) -> Steps:
    """The step of a one-layer generator shrinks in proportion to D(G(z)) when D rejects its images

    ‖∇_W J_G‖ by the chain rule, for three groups of images that D rejects more and more, relative to the first.
    """
    latents, fake = losing_generator(draw)

    def check(loss: Answer) -> None:
        steps_in_proportion(loss.gradient("logits_fake"), gan.minimax_gradient(fake), latents)

    return (yield from carried_forward(check, (logits(draw, 12), fake)))


def _minimax_at_extremes(draw: Draw, dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    fake, far = both_signs(large(draw)).astype(dtype), outlier(draw, dtype)

    def check(loss: Answer, of_outlier: Answer) -> None:
        finite(loss.value, "the loss")
        smooth(loss, "logits_fake", fake.astype(np.float64), tolerance)
        outlier_counts(of_outlier, "logits_fake")

    return (yield from carried_forward(check, (-fake, fake), (-far, far)))


@fact(generator_loss_minimax, "stability")
def minimax_at_extremes(draw: Draw) -> Steps:
    """J_G is finite, and its gradient runs as −σ from logits_fake of −1000 to 1000

    −log(1 + eᵃ) → −a: where D is fooled the gradient neither vanishes nor overflows. float64.
    """
    return (yield from _minimax_at_extremes(draw, np.float64, EXACT))


@fact(generator_loss_minimax, "stability")
def minimax_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(17) is already rounded to 1

    log(1 − σ(a)) taken literally is −inf from a = 17.
    """
    return (yield from _minimax_at_extremes(draw, np.float32, SINGLE))


@fact(generator_loss_minimax, "stability")
def minimax_follows_the_real_logits(draw: Draw) -> Steps:
    """J_G runs with the logits of real images as log σ does, from ±2 to ±1000

    log σ(r) → r where D rejects them, 0 where it does not. By values alone, since ∂J_G/∂logits_real is not asked for: of
    r and its opposite together, the change from 0 is −½ log(1 + eʳ) − ½ log(1 + e⁻ʳ) + log 2 up to the factor. A loss
    that follows the formula at moderate logits does so at all, those of generated images included. In float32.
    """
    real = both_signs(np.append(draw.uniform(0.5, 1.0, 7), 1.0)).astype(np.float32)
    fake, sizes = (
        logits(draw, real.size).astype(np.float32),
        np.array([0.0, 4.0, 20.0, 1000.0], np.float32),
    )

    wide, end = both_signs(large(draw)).astype(np.float32), all_at_the_end(draw, 8, np.float32)
    nearly = nearly_rounded(draw, 4, np.float32)
    nearly_all = np.append(
        end[1:], fake[:1]
    )  # where all are clamped, one shows that a student's own J_D depends on them

    def check(*losses: Answer) -> None:
        values = np.array([number(loss).sum() for loss in losses[: sizes.size]])
        finite(values, "the loss")
        changes = values[1:] - values[0]
        expected = np.array([(gan.softplus(size * real) - np.log(2.0)).mean() for size in sizes[1:]])
        # A loss without the real term does not change at all.
        what = "the change of the loss from logits of 0 to ±4 and ±20, against that to ±1000,"
        close(changes, changes[-1] / expected[-1] * expected, ROUGHLY, what=what, atol=1e-6)
        of_usual, *others = losses[sizes.size :]
        follows_as_usual(formula_of_minimax, of_usual, *others)

    of_real = ((real * size, fake) for size in sizes)
    return (
        yield from carried_forward(
            check,
            *of_real,
            (fake[::2], fake[1::2]),
            (-wide, wide),
            (-end, nearly_all),
            (-nearly, nearly),
        )
    )


@fact(generator_loss_minimax, "shape")
def minimax_batches(draw: Draw) -> Steps:
    """J_G is one number without axes for logits (N,), (N, 1) and batches of one, in float32 and float64

    A discriminator that ends in a linear layer gives (N, 1). Formula and gradient hold for batches of any sizes alike.
    """
    real, fake, one = spread(draw), spread(draw), single_images(draw)
    sizes: tuple[tuple[Floats, Floats], ...] = (
        (real, fake),
        (real[:, None], fake[:, None]),
        one,
        (real.astype(np.float32), fake.astype(np.float32)),
        *forms(draw),
    )
    check = partial(same_for_all_batches, formula_of_minimax)
    return (yield from carried_forward(check, *sizes, twice=True))


@fact(generator_loss_minimax, "shape")
def minimax_sizes(draw: Draw) -> Steps:
    """J_G stays the same when every image of one batch is counted twice

    Each expectation is the mean over its own batch, and N may differ from M. Sheet 9-2 (c).
    """
    sizes = _repeated(spread(draw), spread(draw))
    return (yield from carried_forward(same_for_all_sizes, *sizes))


# ----------------------------------------------------------------------------------- non-saturating generator


@fact(generator_loss_nonsaturating, "value")
def undecided_by_the_generator(draw: Draw) -> Steps:
    """The loss is ½ log 2 when all logits are 0

    D(G(z)) = ½. Sheet 9-2 (d).
    """
    answer = yield generator_loss_nonsaturating(np.zeros(3))
    close(number(answer), np.log(2.0) / 2, what="the loss")


@fact(generator_loss_nonsaturating, "value")
def nonsaturating_formula(draw: Draw) -> Steps:
    """The loss is ½ mean log(1 + e⁻ᶠ)

    −½ E[log D(G(z))] with D = σ(f), at random logits. Sheet 9-2 (d).
    """
    asked = tuple(
        generator_loss_nonsaturating(fake) for _, fake in (batches(draw, zeros=True), all_equal(draw))
    )
    for answer in (yield asked):
        close(number(answer), gan.generator_loss_nonsaturating(**answer.call.inputs), what="the loss")


@fact(generator_loss_nonsaturating, "gradient")
def nonsaturating_derivative(draw: Draw) -> Steps:
    """∂J/∂fⱼ = −σ(−fⱼ)/(2M): −1/(2M) where D rejects the image, 0 where G has won

    d log(1 + e⁻ᶠ)/df = −σ(−f). Sheet 9-2 (d).
    """
    fake, weight = np.concatenate([batches(draw)[1], [20.0, 30.0]]), far_from_1(draw)
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",), weights=weight)
    close(answer.gradient("logits_fake") / weight, gan.nonsaturating_gradient(fake), what="∂J/∂logits_fake")


@fact(generator_loss_nonsaturating, "gradient")
def stronger_than_minimax(draw: Draw) -> Steps:
    """The gradient is e⁻ᶠ times that of the minimax loss, −σ(f)/(2M), and has its sign

    σ(−f)/σ(f) = e⁻ᶠ: both losses pull G the same way, this one also while D wins.
    """
    fake = draw.uniform(-2.0, 0.0, 8).astype(np.float64)
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",))
    ratio = answer.gradient("logits_fake") / gan.minimax_gradient(fake)
    close(ratio, np.exp(-fake), RELATIVE, what="the ratio of the gradients")


@fact(generator_loss_nonsaturating, "gradient")
def nonsaturating_feeds_the_generator(draw: Draw) -> Steps:
    """The step of a one-layer generator does not shrink when D rejects its images

    ‖∇_W J‖ by the chain rule, for three groups of images that D rejects more and more, relative to the first.
    """
    latents, fake = losing_generator(draw)
    answer = yield generator_loss_nonsaturating(fake, wrt=("logits_fake",))
    steps_in_proportion(answer.gradient("logits_fake"), gan.nonsaturating_gradient(fake), latents)


def _nonsaturating_at_extremes(draw: Draw, dtype: type[np.floating[Any]], tolerance: Tolerance) -> Steps:
    fake, far = both_signs(-large(draw)).astype(dtype), outlier(draw, dtype)
    end, nearly = all_at_the_end(draw, 8, dtype), nearly_rounded(draw, 4, dtype)
    answer, of_outlier, *others = yield (
        generator_loss_nonsaturating(fake, wrt=("logits_fake",)),
        generator_loss_nonsaturating(-far, wrt=("logits_fake",)),
        generator_loss_nonsaturating(-end, wrt=("logits_fake",)),
        generator_loss_nonsaturating(-nearly, wrt=("logits_fake",)),
    )
    finite(answer.value, "the loss")
    adds_up(answer, smooth(answer, "logits_fake", fake.astype(np.float64), tolerance), tolerance)
    follows_as_usual(formula_of_nonsaturating, answer, *others)
    outlier_counts(of_outlier, "logits_fake")
    return None


@fact(generator_loss_nonsaturating, "stability")
def nonsaturating_at_extremes(draw: Draw) -> Steps:
    """The loss is finite, and its gradient runs as σ from logits of −1000 to 1000

    log(1 + e⁻ᵃ) → −a on one side and 0 on the other, with slope −σ(−a) between. The loss is the integral of its
    gradient. float64.
    """
    return (yield from _nonsaturating_at_extremes(draw, np.float64, EXACT))


@fact(generator_loss_nonsaturating, "stability")
def nonsaturating_at_extremes_in_float32(draw: Draw) -> Steps:
    """The same in float32, where σ(−104) is rounded to 0

    log σ(a) taken literally is −inf there, and from a = −89 on where σ is formed as 1/(1 + e⁻ᵃ).
    """
    return (yield from _nonsaturating_at_extremes(draw, np.float32, SINGLE))


@fact(generator_loss_nonsaturating, "shape")
def nonsaturating_batches(draw: Draw) -> Steps:
    """The loss is one number without axes for logits (M,), (M, 1) and a batch of one, in float32 and float64

    A discriminator that ends in a linear layer gives (M, 1). Formula and gradient hold for batches of any size alike.
    """
    fake, (one, _), wrt = spread(draw), single_images(draw), ("logits_fake",)
    answers = yield (
        generator_loss_nonsaturating(fake, wrt=wrt, twice=True),
        generator_loss_nonsaturating(fake[:, None], twice=True),
        generator_loss_nonsaturating(one, twice=True),
        generator_loss_nonsaturating(fake.astype(np.float32)),
        *(generator_loss_nonsaturating(form, wrt=wrt) for _, form in forms(draw)[1:]),
    )
    same_for_all_batches(formula_of_nonsaturating, *answers)
