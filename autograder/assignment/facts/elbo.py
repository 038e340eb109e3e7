"""Facts about exercise 9-1 (d): `bernoulli_log_likelihood`, and `elbo` of a variational autoencoder.

Oracles: log p(x) in closed form (the linear-Gaussian model), by enumeration of all images and by numerical
integration; the sheet's formulas and their derivatives (`reference.elbo`). Gradients are those of the sum over the
batch, so that a wrong reduction of the batch costs value and shape and not the gradient.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    bernoulli_log_likelihood,
    elbo,
    kl_standard_normal,
)
from autograder.assignment.facts.arguments import unchanged
from autograder.assignment.facts.divergence import LAW, MANY, ROUNDING, follows_tails, tails, varies
from autograder.assignment.reference import divergence as normal
from autograder.assignment.reference import elbo as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import EXACT, SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Excuse, Steps, fact

Numbers = NDArray[np.float64]


# --- 9-1 (d), bernoulli_log_likelihood: values


@fact(bernoulli_log_likelihood, "value")
def undecided_decoder(draw: Draw) -> Steps:
    """Logits 0 on 784 pixels give −784 log 2 = −543.427, whatever x is; on 3072 pixels −3072 log 2

    D = ½ everywhere: each pixel costs log 2, and there may be any number of them.
    """
    answer, larger = yield tuple(
        bernoulli_log_likelihood(draw.uniform(0, 1, (3, pixels)), np.zeros((3, pixels)))
        for pixels in (784, 3072)
    )
    close(answer.value, np.full(3, -784 * np.log(2)))
    close(larger.value, np.full(3, -3072 * np.log(2)), what="the result for 3072 pixels")


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
    """Σ x log D + (1−x) log(1−D), D = sigmoid(logits), for grey x and logits from −9.5 to 9.5

    Sheet 9-1 (d) with x as weights: no rounding and no sampling of x, of what is nearly black or white neither. Out there
    log(1 + eᵃ) is nearly a, and not a.
    """
    x, logits = draw.uniform(0.05, 0.95, (5, 8)), draw.uniform(-6.0, 6.0, (5, 8))
    logits[2] = draw.uniform(6.0, 9.5, 8) * np.sign(draw.weights(8))
    x[3], logits[3] = draw.log_uniform(2e-3, 0.05, 8), 2 * np.abs(draw.weights(8)) + 2
    x[4], logits[4] = 1 - x[3], -logits[3]
    answer = yield bernoulli_log_likelihood(x, logits)
    close(answer.value, reference.bernoulli_log_likelihood(x, logits))


@fact(bernoulli_log_likelihood, "value")
def every_image_of_a_large_batch(draw: Draw) -> Steps:
    """Σ x log D + (1−x) log(1−D) for each of 300 images of 8 pixels

    A batch in training is that long.
    """
    x, logits = draw.uniform(0, 1, (MANY, 8)), draw.normal((MANY, 8), scale=1.5)
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
    finite(answer.value)
    close(answer.value[3:6], answer.value[:3], what="the result for 1 − x and −logits")
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
    x, logits = draw.uniform(0.05, 0.95, (MANY, 5)), draw.normal((MANY, 5), scale=1.5)
    x[:, 0] = reference.sigmoid(logits[:, 0])
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    close(answer.gradient("logits"), reference.bernoulli_gradient(x, logits), what="the gradient in logits")


# --- 9-1 (d), bernoulli_log_likelihood: stability


def _saturated(
    draw: Draw, dtype: type[np.float32 | np.float64]
) -> tuple[NDArray[Any], NDArray[Any], Numbers]:
    """Grey images at logits +a (first half) and −a: the same image at every |a|."""
    near, far = draw.uniform(0, 4.3, 5) + np.arange(9.5, 31, 4.3), draw.log_uniform(1, 3, 3) * [31, 100, 300]
    size = np.concatenate([near, far, [16.7, 36.8, 88.8, 1000.0]])
    image = draw.uniform(0.2, 0.8, 3, dtype=dtype)
    logits = np.concatenate([size, -size])[:, None] * np.ones(3)
    return np.array(np.broadcast_to(image, logits.shape)), logits.astype(dtype), size


def _costs_grow_linearly(answer: Answer, size: Numbers) -> None:
    """log p/|a| and the gradient are the same at every |a|, on both sides, and not zero.

    What is left of σ(−|a|) is allowed besides: e⁻ᵃ counts where images of wrong brightness (x/255) make the numbers small.
    """
    n, left = size.size, np.exp(-size)
    same_shape(answer.value, (2 * n,))
    finite(answer.value)
    sides = [
        (rows, f"at logits from {side}{size.min():.0f} to {side}1000")
        for rows, side in ((slice(0, n), "+"), (slice(n, 2 * n), "−"))
    ]
    for rows, where in sides:
        per_logit = answer.value[rows] / size
        close(
            per_logit,
            np.full(n, per_logit[-1]),
            LAW,
            what=f"log p divided by |logit| {where}",
            atol=left,
        )
    gradient = answer.gradient("logits")
    finite(gradient, "the gradient in logits")
    for rows, where in sides:
        slopes = gradient[rows]
        holds(
            (np.abs(slopes) > 1e-6).all(),
            f"the gradient vanishes {where}: such pixels cannot learn",
            got=slopes,
        )
        close(slopes, slopes[-1:].repeat(n, 0), LAW, what=f"the gradient {where}", atol=left[:, None])


@fact(bernoulli_log_likelihood, "stability")
def saturated_pixels_in_float32(draw: Draw) -> Steps:
    """From logits of ±9.5 to ±1000, log p is proportional to |logit| and its gradient constant, in float32

    log σ(a) → a for a → −∞. Taken literally, the logarithm of a rounded 0 is −∞, and any clamp stops the growth
    and the gradient.
    """
    x, logits, size = _saturated(draw, np.float32)
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    _costs_grow_linearly(answer, size)


@fact(bernoulli_log_likelihood, "stability")
def saturated_pixels_in_float64(draw: Draw) -> Steps:
    """From logits of ±9.5 to ±1000, log p is proportional to |logit| and its gradient constant, in float64

    More digits move the problem from 17 to 37; they do not solve it.
    """
    x, logits, size = _saturated(draw, np.float64)
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    _costs_grow_linearly(answer, size)


# --- 9-1 (d), bernoulli_log_likelihood: shapes


@fact(bernoulli_log_likelihood, "shape")
def images_and_vectors(draw: Draw) -> Steps:
    """Images of shape (3,1,28,28), (3,28,28) and (3,4,14,14) and the same as (3,784) give (3,), one alone gives (1,)

    The sum runs over all axes but the first, whatever their length.
    """
    x, logits = draw.uniform(0, 1, (3, 784), dtype=np.float32), draw.normal((3, 784), dtype=np.float32)
    flat, square, *others, alone = yield (
        bernoulli_log_likelihood(x, logits),
        bernoulli_log_likelihood(x.reshape(3, 1, 28, 28), logits.reshape(3, 1, 28, 28)),
        *(
            bernoulli_log_likelihood(x.reshape(shape), logits.reshape(shape))
            for shape in ((3, 28, 28), (3, 4, 14, 14))
        ),
        bernoulli_log_likelihood(x[:1].reshape(1, 1, 28, 28), logits[:1].reshape(1, 1, 28, 28)),
    )
    same_shape(flat.value, (3,))
    varies(flat.value)
    for answer in (square, *others):
        shape = tuple(answer.call.tensors["x"].shape)
        close(answer.value, flat.value, SINGLE, what=f"the result for {shape}")
    close(alone.value, flat.value[:1], SINGLE, what="the result for one image of shape (1, 1, 28, 28)")


@fact(bernoulli_log_likelihood, "shape")
def images_are_independent(draw: Draw) -> Steps:
    """One image alone, shape (1, 6), gives (1,) and its number in the batch; float32 agrees, nothing is changed

    No sum or mean over the batch, no rounding to half precision, nothing in place.
    """
    x, logits = draw.uniform(0, 1, (4, 6), dtype=np.float32), draw.normal((4, 6), dtype=np.float32)
    batch, alone = yield (
        bernoulli_log_likelihood(x, logits, wrt=("logits",), twice=True),
        bernoulli_log_likelihood(x[2:3].astype(np.float64), logits[2:3].astype(np.float64), twice=True),
    )
    same_shape(batch.value, (4,))
    same_shape(alone.value, (1,), "the result for one image")
    varies(batch.value)
    close(alone.value, batch.value[2:3], SINGLE, what="the result for one image")
    unchanged(batch, alone)


# --- 9-1 (d), elbo: values


def unless_carried_forward(check: Callable[[], None], answer: Answer, *inputs: NDArray[Any]) -> Steps:
    """The check holds, or the ELBO is log p(x|z) − Σ of the student's *own* KL, in value and gradient.

    Then the slip is in `kl_standard_normal` and is charged there, at 9-1 (b): returns that name. Asked only after a
    failed check; a KL that is one number whatever its arguments, or never finite, excuses nothing. (An ELBO that calls it
    is asked with ours in its place later.)
    """
    try:
        check()
    except Broken as broken:
        if broken.failure is not None:
            raise
        likelihood, mu, logvar = inputs
        asked = answer.call.params
        own = yield kl_standard_normal(mu, logvar, wrt=asked["wrt"], twice=asked["twice"])
        if not _is_likelihood_minus(own, answer, likelihood):
            raise
        return Excuse(kl_standard_normal.name, broken, (own,))
    return None


def _is_likelihood_minus(kl: Answer, answer: Answer, likelihood: NDArray[Any]) -> bool:
    rtol = (EXACT if likelihood.dtype == np.float64 else SINGLE).rtol
    try:
        same_shape(kl.value, kl.call.inputs["mu"].shape)
        if any(np.ptp(given) > 0 for given in kl.call.inputs.values()):
            varies(kl.value[np.isfinite(kl.value)])
        paid = kl.value.sum(-1)
        # A KL that is lost in rounding excuses none that is missing.
        holds(not (np.abs(paid) <= 10 * ROUNDING).all(), "the KL is 0 everywhere")
        pairs = [(answer.value, likelihood - paid)]
        for name in answer.call.params["wrt"]:
            if not (kl.facts["grads"][name] == answer.facts["grads"][name] == "none"):
                pairs.append((answer.gradient(name), -kl.gradient(name)))
    except Broken:
        return False
    same = all(
        got.shape == own.shape and np.allclose(got, own, rtol, ROUNDING, equal_nan=True) for got, own in pairs
    )
    # A slip in place, or with torch's settings, is the KL's only where the KL has it.
    own_slip = set(answer.changed) <= set(kl.changed) and (answer.repeats() or not kl.repeats())
    own_slip = own_slip and answer.leaves in (None, kl.leaves)
    return same and not np.isnan(answer.value).all() and own_slip


@fact(elbo, "value")
def nothing_paid_at_the_prior(draw: Draw) -> Steps:
    """ELBO = log p(x|z) when q is the prior: mu = 0, logvar = 0

    KL(N(0,I) ‖ N(0,I)) = 0, whatever log p(x|z) is: −784 log 2 of an undecided decoder, or positive, as of a density.
    """
    likelihood = draw.normal(4, mean=-90, scale=10)
    likelihood[:2] = -784 * np.log(2), draw.uniform(20, 90, ())
    prior = np.zeros((4, 3))
    answer = yield elbo(likelihood, prior, prior)
    return (
        yield from unless_carried_forward(
            lambda: close(answer.value, likelihood), answer, likelihood, prior, prior
        )
    )


@fact(elbo, "value")
def minus_the_kl(draw: Draw) -> Steps:
    """ELBO = −Σ_j ½(μ_j² + e^{v_j} − 1 − v_j) when log p(x|z) = 0; mu = (3, 0, 0), logvar = 0 gives −4.5

    The KL of independent latent components is the sum of theirs, here over 5: no mean.
    """
    mu, logvar = (
        draw.normal((5, 5)),
        draw.normal((5, 5)),
    )  # as many images as components: no axis is told by its length
    mu[0], logvar[0] = [3, 0, 0, 0, 0], 0
    mu[1, 0], logvar[1, 0] = draw.uniform(2, 9, ()), draw.uniform(-7, 4, ())
    expected = -normal.kl_standard_normal(mu, logvar).sum(-1)
    answer = yield elbo(np.zeros(5), mu, logvar)
    return (
        yield from unless_carried_forward(
            lambda: close(answer.value, expected), answer, np.zeros(5), mu, logvar
        )
    )


@fact(elbo, "value")
def evidence_of_the_linear_gaussian(draw: Draw) -> Steps:
    """ELBO = log p(x) = Σ_j log N(x_j; b_j, w_j² + s_j²) for x_j = w_j z_j + b_j + s_j ε and q the exact posterior

    The one decoder whose posterior is known: the bound is tight there. 40 components, four images.
    """
    x, w, b, s = _linear_gaussian(draw, 4, 40)
    w /= 5  # so that the divergence of all of them is a usual one
    mean, variance = reference.linear_gaussian_posterior(x, w, b, s)
    likelihood = reference.linear_gaussian_expected_log_likelihood(x, w, b, s, mean, variance).sum(-1)
    logvar, evidence = np.log(variance), reference.linear_gaussian_evidence(x, w, b, s).sum(-1)
    answer = yield elbo(likelihood, mean, logvar)
    return (
        yield from unless_carried_forward(
            lambda: close(answer.value, evidence), answer, likelihood, mean, logvar
        )
    )


def _linear_gaussian(draw: Draw, images: int, components: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    shape = (images, components)
    return draw.normal(shape, scale=2), draw.weights(shape), draw.normal(shape), draw.uniform(0.5, 1.5, shape)


@fact(elbo, "value")
def gap_of_the_linear_gaussian(draw: Draw) -> Steps:
    """log p(x) − ELBO = KL(q ‖ p(z|x)) for any normal q, in the linear-Gaussian model

    Both sides in closed form; the gap is never negative. For 300 images.
    """
    x, w, b, s = _linear_gaussian(draw, MANY, 3)
    mean, logvar = draw.normal(x.shape), draw.normal(x.shape)
    likelihood = reference.linear_gaussian_expected_log_likelihood(x, w, b, s, mean, np.exp(logvar)).sum(-1)
    best_mean, best_variance = reference.linear_gaussian_posterior(x, w, b, s)
    gap = normal.kl_normal(mean, np.exp(logvar / 2), best_mean, np.sqrt(best_variance)).sum(-1)
    bound = reference.linear_gaussian_evidence(x, w, b, s).sum(-1) - gap
    answer = yield elbo(likelihood, mean, logvar)
    return (
        yield from unless_carried_forward(
            lambda: close(answer.value, bound), answer, likelihood, mean, logvar
        )
    )


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
    return (
        yield from unless_carried_forward(
            lambda: close(answer.value, bound), answer, likelihood, mean, logvar
        )
    )


# --- 9-1 (d), elbo: gradients


@fact(elbo, "gradient")
def derivative_in_the_likelihood(draw: Draw) -> Steps:
    """∂ELBO/∂ log p(x|z) = 1, each image for itself

    The decoder learns through this term alone.
    """
    likelihood, (mu, logvar) = draw.normal(MANY, mean=-5), draw.normal((2, MANY, 3))
    alone, together = yield (
        elbo(likelihood, mu, logvar, wrt=("log_px_given_z",)),
        elbo(likelihood, mu, logvar, wrt=elbo.arguments),
    )
    what = "the gradient in log_px_given_z"
    close(alone.gradient("log_px_given_z"), np.ones(MANY), what=what)
    close(together.gradient("log_px_given_z"), np.ones(MANY), what=f"{what}, beside those in all arguments,")


@fact(elbo, "gradient")
def derivative_in_mu_and_logvar(draw: Draw) -> Steps:
    """∂ELBO/∂μ = −μ and ∂ELBO/∂v = ½(1 − eᵛ), v = logvar

    The encoder is drawn to the prior.
    """
    mu, logvar = draw.normal((2, MANY, 3))
    likelihood = draw.normal(MANY, mean=-5)
    answer = yield elbo(likelihood, mu, logvar, wrt=("mu", "logvar"))

    def check() -> None:
        close(answer.gradient("mu"), -mu, what="the gradient in mu")
        close(answer.gradient("logvar"), -np.expm1(logvar) / 2, what="the gradient in logvar")

    return (yield from unless_carried_forward(check, answer, likelihood, mu, logvar))


# --- 9-1 (d), elbo: stability


@fact(elbo, "stability")
def whole_range_of_the_encoder(draw: Draw) -> Steps:
    """From logvar = −60 to 30 and up to mu = 2000, ELBO goes like v/2, −eᵛ/2 and −μ²/2, and its gradient likewise

    The graded range of the docstring, in float32. Clamping logvar or adding a constant to σ² bends one of the three. At
    logvar = −60 and near it p(x|z) is e⁻¹²⁰, which exists in float32 as a logarithm only.
    """
    mu, logvar = tails(draw)
    latent, likelihood = np.ones(3, dtype=np.float32), np.zeros_like(mu)
    likelihood[logvar < 0] = -120
    mus, logvars = mu[:, None] * latent, logvar[:, None] * latent
    answer = yield elbo(likelihood, mus, logvars, wrt=("mu", "logvar"))

    def check() -> None:
        same_shape(answer.value, mu.shape)
        finite(answer.value)
        in_mu, in_logvar = answer.gradient("mu"), answer.gradient("logvar")
        follows_tails(answer.value, in_mu[:, 0], in_logvar[:, 0], mu, logvar)

    return (yield from unless_carried_forward(check, answer, likelihood, mus, logvars))


# --- 9-1 (d), elbo: shapes


@fact(elbo, "shape")
def one_number_per_image(draw: Draw) -> Steps:
    """4 images with 3 latent components, or with one, give (4,); one image alone gives (1,) and its number in the batch

    No sum or mean over the batch.
    """
    likelihood, mu, logvar = draw.normal(4, mean=-5), draw.normal((4, 3)), draw.normal((4, 3))
    batch = yield elbo(likelihood, mu, logvar)
    same_shape(batch.value, (4,))
    varies(batch.value)
    # Asked by themselves: what goes wrong with one component only is shown with its own arguments.
    one_component, alone = yield (
        elbo(likelihood, mu[:, :1], logvar[:, :1]),
        elbo(likelihood[1:2], mu[1:2, :1], logvar[1:2, :1]),
    )
    same_shape(one_component.value, (4,), "the result for one latent component")
    close(
        alone.value,
        one_component.value[1:2],
        what="the result for the second image alone, with one latent component, against that of 4 images,",
    )


@fact(elbo, "shape")
def elbo_in_float32(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding, and the arguments are left unchanged

    A function that rounds to half precision, or works in place, surprises its caller.
    """
    args = [a.astype(np.float32) for a in (draw.normal(5, mean=-5), draw.normal((5, 3)), draw.normal((5, 3)))]
    single, double = yield (
        elbo(*args, twice=True),
        elbo(*(a.astype(np.float64) for a in args), wrt=elbo.arguments, twice=True),
    )

    def check() -> None:
        same_shape(double.value, (5,))
        varies(double.value)
        close(single.value, double.value, SINGLE, what="the result in float32", atol=ROUNDING)
        unchanged(single, double)

    return (yield from unless_carried_forward(check, single, *args))
