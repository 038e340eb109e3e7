"""Facts about exercise 9-1 (a) `kl_normal` and (b) `kl_standard_normal`.

Oracles: the sheet's formula and its derivatives (`reference.divergence`), numerical integration of the definition,
and laws that every KL divergence of normals obeys. Stability facts compare the student's own values with each
other (a scaling law, differences, ratios), so that a constant factor or offset costs the value and not them.
Gradients are those of the sum of all entries, so that a sum where none was asked costs shape and not gradient.
"""

import math

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import kl_normal, kl_standard_normal
from autograder.assignment.facts.arguments import unchanged
from autograder.assignment.reference import divergence as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import RELATIVE, SINGLE, Tolerance, close, finite, holds, same_shape
from autograder.engine.facts import Steps, fact

Numbers = NDArray[np.float64]

ROUNDING = 1e-6  # absolute, where the right value is 0: float32 inside is a legitimate style
LAW = Tolerance(rtol=1e-3, scale=1e-3)  # at the edge of the range: σ + 1e-8 is a legitimate style too
MANY = 300  # more than a batch in training: what is right for a few only has been handed in
COPIES = 14000  # of five numbers: as many as a batch of 90 images has pixels, more than a block of 2¹⁶


def _normals(draw: Draw, n: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """n pairs of normals in general position: all four parameters differ, and so do the two variances.

    The first means have opposite signs, and σ₂ is in turn the larger and the smaller one: what breaks at negative
    numbers breaks with every seed.
    """
    mu1, mu2 = draw.normal(n, scale=1.5), draw.normal(n, scale=1.5)
    mu1[:2], mu2[:2] = [-abs(mu1[0]), abs(mu1[1])], [abs(mu2[0]), -abs(mu2[1])]
    sigma1 = draw.log_uniform(0.4, 2.5, n)
    larger = np.arange(n) % 2 == 0
    sigma2 = sigma1 * np.where(larger, draw.uniform(1.3, 2.0, n), draw.uniform(0.5, 0.8, n))
    return mu1, sigma1, mu2, sigma2


def entries(answer: Answer, shape: tuple[int, ...], what: str = "the result") -> Numbers:
    """The result in the shape that it should have, checked in the order shape → finite.

    As many entries in another shape are taken in their order: that slip is told, and paid for, by the facts about
    shapes alone.
    """
    value = answer.value
    if value.size != math.prod(shape):
        same_shape(value, shape, what)
    value = value.reshape(shape)
    finite(value, what)
    return value


# --- 9-1 (a), values


@fact(kl_normal, "value")
def equal_normals(draw: Draw) -> Steps:
    """KL(N(μ,σ²) ‖ N(μ,σ²)) = 0 for every μ and σ

    The divergence of a distribution from itself vanishes.
    """
    mu, sigma = draw.normal(6, scale=2), draw.log_uniform(0.2, 5, 6)
    answer = yield kl_normal(mu, sigma, mu, sigma)
    close(entries(answer, (6,)), np.zeros(6), atol=ROUNDING)


@fact(kl_normal, "value")
def equal_sigmas(draw: Draw) -> Steps:
    """KL(N(μ₁,σ²) ‖ N(μ₂,σ²)) = (μ₁−μ₂)²/(2σ²)

    Put σ₁ = σ₂ into sheet 9-1 (a): the logarithm and the constants cancel. μ₁−μ₂ = 3, σ = 2 gives 9/8.
    """
    mu1 = draw.normal(5, scale=2)
    mu2 = mu1 + 3 * draw.weights(5)
    sigma = draw.log_uniform(1.4, 4, 5) ** draw.weights(5).clip(-1, 1)
    mu1[0], mu2[0], sigma[0] = 2.0, -1.0, 2.0
    answer = yield kl_normal(mu1, sigma, mu2, sigma)
    close(entries(answer, (5,)), (mu1 - mu2) ** 2 / (2 * sigma**2), atol=ROUNDING)


@fact(kl_normal, "value")
def equal_means(draw: Draw) -> Steps:
    """KL(N(μ,σ₁²) ‖ N(μ,σ₂²)) = r²/2 − ½ − log r with r = σ₁/σ₂

    Put μ₁ = μ₂ into sheet 9-1 (a). r = 2 gives 3/2 − log 2, r = ½ gives log 2 − 3/8.
    """
    mu, sigma2 = draw.normal(6), draw.log_uniform(0.5, 2, 6)
    r = np.concatenate([[2.0, 0.5], draw.uniform(1.5, 3, 2), draw.uniform(0.3, 0.7, 2)])
    answer = yield kl_normal(mu, r * sigma2, mu, sigma2)
    close(entries(answer, (6,)), r**2 / 2 - 0.5 - np.log(r))


@fact(kl_normal, "value")
def formula(draw: Draw) -> Steps:
    """KL = log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½

    Sheet 9-1 (a), at points where all four arguments matter.
    """
    points = _normals(draw, 12)
    answer = yield kl_normal(*points)
    close(entries(answer, (12,)), reference.kl_normal(*points))


@fact(kl_normal, "value")
def integral(draw: Draw) -> Steps:
    """KL = ∫ q(x) log (q(x)/p(x)) dx, integrated numerically

    The definition at the head of sheet 9-1, without the closed form.
    """
    points = _normals(draw, 5)
    answer = yield kl_normal(*points)
    close(entries(answer, (5,)), reference.kl_by_integration(*points))


@fact(kl_normal, "value")
def never_negative(draw: Draw) -> Steps:
    """KL ≥ 0 for 300 random pairs of normals, 100 of which are nearly equal

    Gibbs' inequality.
    """
    n, alike = 300, 100
    mu1, mu2 = draw.normal(n), draw.normal(n)
    sigma1, sigma2 = draw.log_uniform(0.2, 5, n), draw.log_uniform(0.2, 5, n)
    mu2[:alike] = mu1[:alike] + 0.05 * sigma1[:alike]
    sigma2[:alike] = 1.05 * sigma1[:alike]
    answer = yield kl_normal(mu1, sigma1, mu2, sigma2)
    value = entries(answer, (n,))
    varies(value)
    least = value.min()
    holds(least >= -ROUNDING, f"a KL divergence is never negative, got {least:.4g}", got=least)


@fact(kl_normal, "value")
def translation_and_reflection(draw: Draw) -> Steps:
    """KL depends on μ₁ and μ₂ only through |μ₁ − μ₂|

    Moving both normals by the same c, or mirroring both at 0, changes neither density ratio nor weight.
    """
    mu1, sigma1, mu2, sigma2 = _normals(draw, 4)
    c = draw.uniform(2, 5, 4)
    answer = yield kl_normal(
        np.concatenate([mu1, mu1 + c, -mu1]),
        np.tile(sigma1, 3),
        np.concatenate([mu2, mu2 + c, -mu2]),
        np.tile(sigma2, 3),
    )
    value = entries(answer, (12,))
    varies(value[:4])
    close(value[4:8], value[:4], what="the result after adding c to both means")
    close(value[8:], value[:4], what="the result after changing the sign of both means")


@fact(kl_normal, "value")
def formula_from_near_to_far(draw: Draw) -> Steps:
    """The formula for 200 pairs of normals with σ from 0.2 to 4 and means up to 12 and 35 σ₂ apart

    Every divergence by itself, from nearly 0 to hundreds.
    """
    sigma1, sigma2 = draw.log_uniform(0.2, 4, 200), draw.log_uniform(0.2, 4, 200)
    mu1 = draw.uniform(-6, 6, 200)
    apart = np.minimum(draw.log_uniform(0.05, 35, 200) * sigma2, 12)
    mu2 = mu1 + apart * np.sign(draw.weights(200))
    answer = yield kl_normal(mu1, sigma1, mu2, sigma2)
    expected = reference.kl_normal(mu1, sigma1, mu2, sigma2)
    close(entries(answer, (200,)), expected, RELATIVE, atol=ROUNDING)


# --- 9-1 (a), gradients


@fact(kl_normal, "gradient")
def derivative_in_the_means(draw: Draw) -> Steps:
    """∂KL/∂μ₁ = (μ₁−μ₂)/σ₂² = −∂KL/∂μ₂

    Differentiate sheet 9-1 (a).
    """
    points = _normals(draw, MANY)
    answer = yield kl_normal(*points, wrt=("mu1", "mu2"))
    in_mu1, _, in_mu2, _ = reference.kl_normal_gradient(*points)
    close(answer.gradient("mu1"), in_mu1, what="the gradient in mu1")
    close(answer.gradient("mu2"), in_mu2, what="the gradient in mu2")


@fact(kl_normal, "gradient")
def derivative_in_sigma1(draw: Draw) -> Steps:
    """∂KL/∂σ₁ = σ₁/σ₂² − 1/σ₁

    Differentiate sheet 9-1 (a): zero where σ₁ = σ₂, whatever the means.
    """
    points = _normals(draw, MANY)
    answer = yield kl_normal(*points, wrt=("sigma1",))
    _, in_sigma1, _, _ = reference.kl_normal_gradient(*points)
    close(answer.gradient("sigma1"), in_sigma1, what="the gradient in sigma1")


@fact(kl_normal, "gradient")
def derivative_in_sigma2(draw: Draw) -> Steps:
    """∂KL/∂σ₂ = 1/σ₂ − (σ₁² + (μ₁−μ₂)²)/σ₂³

    Differentiate sheet 9-1 (a): zero where σ₂² equals the mean square of q around μ₂.
    """
    points = _normals(draw, MANY)
    alone, together = yield (
        kl_normal(*points, wrt=("sigma2",)),
        kl_normal(*points, wrt=kl_normal.arguments),
    )
    _, _, _, in_sigma2 = reference.kl_normal_gradient(*points)
    close(alone.gradient("sigma2"), in_sigma2, what="the gradient in sigma2")
    close(
        together.gradient("sigma2"), in_sigma2, what="the gradient in sigma2, beside those in all arguments,"
    )


# --- 9-1 (a), stability


@fact(kl_normal, "stability")
def scale_invariance(draw: Draw) -> Steps:
    """KL does not change when μ and σ are all multiplied by c, at σ ≈ 1e-3, at σ ≈ 1e3 and between

    A change of the unit of x. Derivatives shrink by 1/c. A bound on σ, or a constant added to σ², breaks the law.
    """
    sigma1, sigma2 = draw.uniform(1, 2, 3), draw.uniform(1, 2, 3)
    mu1, mu2 = draw.uniform(2, 3, 3), draw.uniform(-1, 0, 3)
    between = [draw.log_uniform(2e-3, 0.1, ()), draw.log_uniform(3, 300, ())]
    c = np.array([1.0, 1e-3, 500.0, *between])[:, None]
    answer = yield kl_normal(c * mu1, c * sigma1, c * mu2, c * sigma2, wrt=("mu1", "sigma2"))
    value = entries(answer, (5, 3))
    varies(value)
    near = {row: f"near sigma = {1.5 * c[row, 0]:.1g}" for row in (3, 4)}
    near = {1: "near sigma = 1e-3", 2: "near sigma = 1e3", **near}
    for row, where in near.items():
        close(value[row], value[0], LAW, what=f"the result {where}, against sigma near 1,")
    for name in ("mu1", "sigma2"):
        slopes = c * answer.gradient(name)
        for row, where in near.items():
            close(slopes[row], slopes[0], LAW, what=f"c times the gradient in {name} {where}")


@fact(kl_normal, "stability")
def extremes_in_float32(draw: Draw) -> Steps:
    """Finite in float32 with the right size and gradient, for σ from 1e-3 to 1e3 and means from ⅛ to 4000 apart

    The graded range of the docstring; the last two means are far from 0 and near each other, where μ₁² − 2μ₁μ₂ + μ₂²
    loses all digits of (μ₁ − μ₂)². Size and gradient within a factor of 3: this is about overflow and cancellation, not
    about constants.
    """
    small, large = draw.uniform(1e-3, 2e-3, 6, dtype=np.float32), draw.uniform(500, 1e3, 5, dtype=np.float32)
    far = draw.uniform(1e3, 2e3, 6, dtype=np.float32)
    near = np.zeros_like(far)
    one = np.ones_like(far)
    points = tuple(
        np.array(p, dtype=np.float32)
        for p in (
            [far[0], far[1], near[2], near[3], -far[4], far[5] + 0.125],  # ⅛ is exact there
            [one[0], small[1], large[2], small[3], small[4], small[5]],
            [near[0], -far[1], near[2], near[3], far[4], far[5]],
            [one[0], small[1], small[2], large[3], large[4], 4 * small[5]],
        )
    )
    answer = yield kl_normal(*points, wrt=("mu1", "sigma1", "sigma2"))
    in_mu1, in_sigma1, _, in_sigma2 = reference.kl_normal_gradient(*points)
    _same_size(entries(answer, (6,)), reference.kl_normal(*points), "the result")
    _same_size(answer.gradient("mu1"), in_mu1, "the gradient in mu1")
    _same_size(answer.gradient("sigma1"), np.where(points[1] == 1, 0, in_sigma1), "the gradient in sigma1")
    _same_size(answer.gradient("sigma2"), in_sigma2, "the gradient in sigma2")


def _same_size(got: Numbers, expected: Numbers, what: str) -> None:
    """Finite, and within a factor of 3 wherever the expected number is not 0."""
    same_shape(got, expected.shape, what)
    finite(got, what)
    ratio = np.divide(got, expected, out=np.ones_like(got), where=expected != 0)
    fits = (ratio > 1 / 3) & (ratio < 3)
    holds(
        fits.all(),
        f"{what} is off by more than a factor of 3 or has the wrong sign",
        got=got,
        expected=expected,
    )


# --- 9-1 (a), shapes


@fact(kl_normal, "shape")
def broadcasting(draw: Draw) -> Steps:
    """Shapes (4,1) and (3,) broadcast to (4,3), like the same numbers written out, whichever argument has which

    Elementwise means: every entry as if computed alone.
    """
    mu1, sigma1 = draw.normal((4, 1)), draw.log_uniform(0.5, 2, (4, 1))
    mu2, sigma2 = draw.normal(3), draw.log_uniform(0.5, 2, 3)
    sigma1[0], mu2[0] = 2.5, -1.0  # as in `_normals`
    widened = [np.array(np.broadcast_to(a, (4, 3))) for a in (mu1, sigma1, mu2, sigma2)]
    one_is_wide = [[a if i == wide else a[0] for i, a in enumerate(widened)] for wide in range(4)]
    all_written_out = [
        np.concatenate([widened[i], *(np.broadcast_to(given[i], (4, 3)) for given in one_is_wide)])
        for i in range(4)
    ]
    together, *one_wide, written_out = yield (
        kl_normal(mu1, sigma1, mu2, sigma2),
        *(kl_normal(*given) for given in one_is_wide),
        kl_normal(*all_written_out),
    )
    same_shape(written_out.value, (20, 3))
    expected, *of_one_wide = np.split(written_out.value, 5)
    close(together.value, expected)
    for answer, expected in zip(one_wide, of_one_wide, strict=True):
        close(_broadcast(answer.value, expected.shape), expected)
    varies(together.value)


def _broadcast(got: Numbers, shape: tuple[int, ...]) -> Numbers:
    """The result in this shape, if it can have it: a formula that forgets the one wide argument is wrong, and not in its shape."""
    try:
        return np.broadcast_to(got, shape)
    except ValueError:
        return got


@fact(kl_normal, "shape")
def elementwise(draw: Draw) -> Steps:
    """One pair of normals alone, shape (1,), gives its entry of the whole batch, and so do 70 000 pairs: no sum, no mean

    The sheet's KL is a number per pair of distributions.
    """
    points = _normals(draw, 5)
    batch, alone, many = yield (
        kl_normal(*points),
        kl_normal(*(p[3:4] for p in points)),
        kl_normal(
            np.tile(points[0], (COPIES, 1)).astype(np.float32), *(p.astype(np.float32) for p in points[1:])
        ),
    )
    same_shape(batch.value, (5,))
    close(alone.value, batch.value[3:4])
    _as_often(many, batch.value[None])
    varies(batch.value)


def _as_often(many: Answer, once: Numbers) -> None:
    """The result for many copies of a row is as many copies of its result, in float32."""
    expected = np.broadcast_to(once, (COPIES, once.size))
    close(
        _broadcast(many.value, expected.shape),
        expected,
        SINGLE,
        what=f"the result for {expected.size} entries",
        atol=ROUNDING,
    )


@fact(kl_normal, "shape")
def float32_as_float64(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding, and the arguments are left unchanged

    A function that rounds to integers or half precision, or works in place, surprises its caller.
    """
    points = tuple(p.astype(np.float32) for p in _normals(draw, 6))
    single, double = yield (
        kl_normal(*points, twice=True),
        kl_normal(*(p.astype(np.float64) for p in points), wrt=("mu1", "sigma1"), twice=True),
    )
    same_shape(double.value, (6,))
    close(single.value, double.value, SINGLE, atol=ROUNDING)
    varies(double.value)
    unchanged(single, double)


def varies(got: Numbers) -> None:
    """A constant has every shape and obeys every symmetry: it must not pass for that."""
    finite(got)
    # Far above rounding and far below what inputs may differ by: three results of right code can lie close together.
    holds(
        got.size > 0 and np.ptp(got) > 1e-6 * np.abs(got).max(),
        "the result is the same for all inputs",
        got=got,
    )


# --- 9-1 (b), values


@fact(kl_standard_normal, "value")
def standard_normal(draw: Draw) -> Steps:
    """KL(N(0,1) ‖ N(0,1)) = 0, reached at mu = 0, logvar = 0 and nowhere else

    logvar = 0 is σ = 1.
    """
    up_and_down = np.array([[1.0], [-1.0]])
    mu, logvar = draw.uniform(0.5, 0.8, (2, 4)) * up_and_down, draw.uniform(0.5, 0.8, (2, 4)) * up_and_down
    mu[:, :2], logvar[:, 1:3] = 0, 0  # columns: logvar alone, both zero, mu alone, none
    answer = yield kl_standard_normal(mu, logvar)
    value = entries(answer, (2, 4))
    close(value[:, 1], np.zeros(2), atol=ROUNDING, what="the result at mu = 0, logvar = 0")
    elsewhere = np.delete(value, 1, axis=1)
    holds((elsewhere > 0.01).all(), "away from mu = 0, logvar = 0 the result must be positive", got=elsewhere)


@fact(kl_standard_normal, "value")
def worked_numbers(draw: Draw) -> Steps:
    """KL is μ²/2 at σ = 1, 3/2 − log 2 at μ = 0, σ = 2, and log 2 − 3/8 at μ = 0, σ = ½

    Sheet 9-1 (a) with μ₂ = 0, σ₂ = 1; σ = 2 is logvar = log 4.
    """
    drawn = float(draw.uniform(1, 4, ()))
    mu = np.array([[3.0, drawn], [0.0, 0.0]])
    logvar = np.log([[1.0, 1.0], [4.0, 0.25]])
    answer = yield kl_standard_normal(mu, logvar)
    close(entries(answer, (2, 2)), [[4.5, drawn**2 / 2], [1.5 - np.log(2), np.log(2) - 0.375]])


@fact(kl_standard_normal, "value")
def simplified_formula(draw: Draw) -> Steps:
    """KL = ½(μ² + eᵛ − 1 − v) with v = logvar = log σ²

    The simplification that sheet 9-1 (b) asks for, on an array of shape (3, 4).
    """
    mu, logvar = 1.5 * draw.weights((3, 4)), draw.normal((3, 4), scale=1.2)
    logvar[0, 0] = draw.uniform(0.3, 0.45, ())
    answer = yield kl_standard_normal(mu, logvar)
    close(entries(answer, (3, 4)), reference.kl_standard_normal(mu, logvar))


@fact(kl_standard_normal, "value")
def integral_over_q(draw: Draw) -> Steps:
    """KL = ∫ q(x) log (q(x)/p(x)) dx with q = N(mu, e^logvar), p = N(0,1), integrated numerically

    The definition at the head of sheet 9-1, without the closed form.
    """
    shape = (2, 3)
    mu, logvar = draw.weights(shape), draw.weights(shape)
    answer = yield kl_standard_normal(mu, logvar)
    expected = reference.kl_by_integration(mu, np.exp(logvar / 2), np.zeros(shape), np.ones(shape))
    close(entries(answer, shape), expected)


@fact(kl_standard_normal, "value")
def simplified_formula_from_near_to_far(draw: Draw) -> Steps:
    """The formula at 900 points with |μ| from 0.01 to 9.9 and v from −7 to 4

    Every divergence by itself, from nearly 0 to tens.
    """
    shape = (MANY, 3)
    mu = draw.log_uniform(0.01, 9.9, shape) * np.sign(draw.weights(shape))
    logvar = draw.uniform(-7, 4, shape)
    answer = yield kl_standard_normal(mu, logvar)
    expected = reference.kl_standard_normal(mu, logvar)
    close(entries(answer, shape), expected, RELATIVE, atol=ROUNDING)


# --- 9-1 (b), gradients


@fact(kl_standard_normal, "gradient")
def derivative_in_mu(draw: Draw) -> Steps:
    """∂KL/∂μ = μ

    Differentiate ½(μ² + eᵛ − 1 − v).
    """
    mu, logvar = 2 * draw.weights((MANY, 3)), draw.normal((MANY, 3))
    answer = yield kl_standard_normal(mu, logvar, wrt=("mu",))
    close(answer.gradient("mu"), mu, what="the gradient in mu")


@fact(kl_standard_normal, "gradient")
def derivative_in_logvar(draw: Draw) -> Steps:
    """∂KL/∂v = ½(eᵛ − 1), zero at v = 0

    Differentiate ½(μ² + eᵛ − 1 − v): the best variance is 1, whatever the mean.
    """
    mu, logvar = 2 * draw.weights((MANY, 3)), draw.normal((MANY, 3), scale=1.5).clip(-4, 4)
    logvar[0, :2] = 0, draw.uniform(0.3, 0.45, ())  # small is not 0
    expected = np.expm1(logvar) / 2
    alone, together = yield (
        kl_standard_normal(mu, logvar, wrt=("logvar",)),
        kl_standard_normal(mu, logvar, wrt=("mu", "logvar")),
    )
    close(alone.gradient("logvar"), expected, what="the gradient in logvar")
    close(together.gradient("logvar"), expected, what="the gradient in logvar, beside that in mu,")


# --- 9-1 (b), stability


def tails(draw: Draw) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ten float32 points (μ, v) at the edges of the graded range: three small v, two large v, two large μ; and one on the
    way to each."""
    low, high = draw.uniform(5, 10, ()), draw.uniform(18, 25, ())
    mu, further = draw.log_uniform(500, 1000, ()), draw.uniform(1500, 2000, ())
    less_low, less_high = draw.uniform(-38, -7.5, ()), draw.uniform(10.5, 17.5, ())
    edges = [-60, -60 + low, -60 + 2 * low, high, 30, 0, 0]
    logvar = np.array([*edges, less_low, less_high, 0], dtype=np.float32)
    means = [mu, further, 0, 0, draw.log_uniform(200, 480, ())]
    return np.array([0, 0, 0, 0, 0, *means], dtype=np.float32), logvar


def follows_tails(
    value: Numbers, in_mu: Numbers, in_logvar: Numbers, mu: NDArray[np.float32], logvar: NDArray[np.float32]
) -> None:
    """Along `tails` the KL falls linearly in v, then grows like eᵛ, then like μ², and so do its derivatives.

    Only ratios are judged, so that constants, factors and the sign do not matter here.
    """
    v, m = logvar.astype(np.float64), mu.astype(np.float64)
    for got, what in (
        (value, "the result"),
        (in_mu, "the gradient in mu"),
        (in_logvar, "the gradient in logvar"),
    ):
        finite(got, what)
    laws = [
        (
            "the fall of the result from logvar = -60 on, by equal steps",
            value[0] - value[1],
            value[1] - value[2],
            1.0,
        ),
        (
            f"the fall of the result from logvar = -60 to {v[7]:.4g}, over that to {v[1]:.4g},",
            value[0] - value[7],
            value[0] - value[1],
            (v[0] - v[7]) / (v[0] - v[1]),
        ),
        *(
            (f"the gradient in logvar at -60 over that at {v[at]:.4g}", in_logvar[0], in_logvar[at], 1.0)
            for at in (1, 7)
        ),
        *(
            (f"{what} at logvar = 30 over that at {v[at]:.4g}", got[4], got[at], np.exp(v[4] - v[at]))
            for at in (3, 8)
            for got, what in ((value, "the result"), (in_logvar, "the gradient in logvar"))
        ),
        *(
            (f"{what} at mu = {m[6]:.4g} over that at {m[at]:.4g}", got[6], got[at], (m[6] / m[at]) ** power)
            for at in (5, 9)
            for got, what, power in ((value, "the result", 2), (in_mu, "the gradient in mu", 1))
        ),
    ]
    for name, numerator, denominator, expected in laws:
        holds(abs(denominator) > 1e-2, f"{name} cannot be formed: nothing changes there", got=denominator)
        ratio = numerator / denominator
        holds(
            abs(ratio / expected - 1) < 1e-3,
            f"{name} should be {expected:.6g}, got {ratio:.6g}",
            got=ratio,
            expected=expected,
        )


@fact(kl_standard_normal, "stability")
def whole_range_in_float32(draw: Draw) -> Steps:
    """From logvar = −60 to 30 and up to mu = 2000, KL goes like −v/2, eᵛ/2 and μ²/2, and its gradient likewise

    The graded range of the docstring, in float32. Clamping logvar or adding a constant to σ² bends one of the three.
    """
    mu, logvar = tails(draw)
    answer = yield kl_standard_normal(mu[:, None], logvar[:, None], wrt=("mu", "logvar"))
    value = entries(answer, logvar.shape)
    follows_tails(value, answer.gradient("mu")[:, 0], answer.gradient("logvar")[:, 0], mu, logvar)


# --- 9-1 (b), shapes


@fact(kl_standard_normal, "shape")
def keeps_the_shape(draw: Draw) -> Steps:
    """The result has the shape of mu, (2,5), (2,3,4), (14000,5) or (1,1), and no entry changes by it: no sum, no mean

    The sum over latent components belongs to the ELBO, 9-1 (d).
    """
    mu, logvar = draw.normal((2, 5)), draw.normal((2, 5))
    shapes = (2, 3, 4), (1, 2, 1, 3, 4)
    batch, alone, many, *maps = yield (
        kl_standard_normal(mu, logvar),
        kl_standard_normal(mu[1:, 2:3], logvar[1:, 2:3]),
        kl_standard_normal(*(np.tile(a[0], (COPIES, 1)).astype(np.float32) for a in (mu, logvar))),
        *(kl_standard_normal(draw.normal(shape), draw.normal(shape)) for shape in shapes),
    )
    same_shape(batch.value, (2, 5))
    for answer, shape in zip(maps, shapes, strict=True):
        same_shape(answer.value, shape)
    close(alone.value, batch.value[1:, 2:3], atol=ROUNDING)
    _as_often(many, batch.value[:1])
    varies(batch.value)


@fact(kl_standard_normal, "shape")
def single_as_double(draw: Draw) -> Steps:
    """float32 gives what float64 gives, up to rounding, and the arguments are left unchanged

    A function that rounds to integers or half precision, or works in place, surprises its caller.
    """
    mu, logvar = draw.normal(6, dtype=np.float32), draw.normal(6, dtype=np.float32)
    single, double = yield (
        kl_standard_normal(mu, logvar, twice=True),
        kl_standard_normal(
            mu.astype(np.float64), logvar.astype(np.float64), wrt=("mu", "logvar"), twice=True
        ),
    )
    same_shape(double.value, (6,))
    close(single.value, double.value, SINGLE, atol=ROUNDING)
    varies(double.value)
    unchanged(single, double)
