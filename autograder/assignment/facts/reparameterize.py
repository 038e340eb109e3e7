"""Facts of exercise 9-1 (e): the reparameterisation. Nothing here assumes a generator or a number of draws."""

import math

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import reparameterize
from autograder.assignment.facts.arguments import NOT_AGAIN, says_unchanged
from autograder.assignment.facts.divergence import MANY, entries
from autograder.assignment.reference import vae
from autograder.engine.calls import LEFT, Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Stage, Steps, fact

Numbers = NDArray[np.float64]
ERRORS = 6.0  # standard errors that a statistic may be off: by chance once in 5·10⁸
TURNED = 3e-7  # share by which a sum of squares in single precision may change when its vector is turned
DOUBT = (
    1.3  # standard errors of the kurtosis from which on a closer look is taken: by chance one time in five
)
SMALL_DOUBT = 2.5  # of the mean and the variance: by chance one time in forty


@fact(reparameterize, "gradient")
def reparameterize_derivatives(draw: Draw) -> Steps:
    """Of Σ c·z: ∂/∂μ = c and ∂/∂logvar = c·½(z − μ), whatever ε was drawn

    z = μ + e^(logvar/2)·ε, so ∂z/∂logvar = ½ e^(logvar/2)·ε. Sheet 9-1 (e).
    """
    shape = (MANY, 3)
    mu, logvar, weights = draw.normal(shape), draw.uniform(-2.0, 2.0, shape), draw.weights(shape)
    answer = yield reparameterize(mu, logvar, wrt=("mu", "logvar"), weights=weights)
    by_mu, by_logvar = vae.reparameterize_gradients(mu, entries(answer, shape, "z"), weights)
    close(answer.gradient("mu"), by_mu, what="∂Σcz/∂mu")
    close(answer.gradient("logvar"), by_logvar, what="∂Σcz/∂logvar")


@fact(reparameterize, "value")
def noise_is_standard_normal(draw: Draw) -> Steps:
    """ε = (z − μ)/σ is standard normal: mean 0, variance 1, skewness 0, kurtosis 3 and no bounds, for σ = 0.2, 1 and 2 alike

    Moments of N(0, 1) over 15 000 draws each; allowed are 6 standard errors, √(1/n), √(2/n), √(15/n) and √(96/n). So for
    the fraction of draws below t, √(Φ(t)(1−Φ(t))/n). Beyond ±3.5 lie 0.0465 % of all draws, here 21 of 45 000; that none does
    would happen once in 10⁹. In single precision nearly all draws are different numbers. Where the mean or kurtosis of all
    is a little off, or the variance at one σ, 160 000 more are drawn: the kurtosis of the sum of twelve uniform numbers, 2.9,
    gets that closer look 999 times in 1000.
    """
    n = 15000
    logvar = np.repeat(2 * np.log([[0.2, 1.0, 2.0]]), n, axis=0).astype(np.float32)
    mu = np.repeat(draw.normal((1, 3), scale=2.0, dtype=np.float32), n, axis=0)
    answer = yield reparameterize(mu, logvar)
    noise = vae.noise_of(mu, logvar, entries(answer, (n, 3), "z"))
    _is_noise(noise)
    squares = noise * noise
    for name, powers, expected, variance in (
        ("mean", noise, 0, 1),
        ("variance", squares, 1, 2),
        ("skewness", squares * noise, 0, 15),
        ("kurtosis", squares * squares, 3, 96),
    ):
        found = powers.mean(0)
        holds(
            (np.abs(found - expected) <= ERRORS * np.sqrt(variance / n)).all(),
            f"the {name} of (z − μ)/σ should be {expected} for σ = 0.2, 1 and 2, found {np.round(found, 3)}",
            got=found,
            expected=np.full(3, expected),
        )
    for t in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5):
        below, right = (noise < t).mean(0), (1 + math.erf(t / math.sqrt(2))) / 2
        holds(
            (np.abs(below - right) <= ERRORS * np.sqrt(right * (1 - right) / n)).all(),
            f"the fraction of (z − μ)/σ below {t:g} should be {right:.3f}, found {np.round(below, 3)}: the noise is not "
            "normal",
            got=below,
            expected=np.full(3, right),
        )
    holds(
        (np.abs(noise) > 3.5 + 1e-4).any(),
        f"none of {noise.size} (z − μ)/σ is beyond ±3.5, where about 21 should be: the noise has bounds",
        got=np.abs(noise).max(),
    )
    different = np.unique(noise[:, 1]).size
    holds(
        different > 0.9 * n or answer.dtype not in ("float32", "float64"),  # gradients tell a coarse z
        f"of {n} (z − μ)/σ only {different} are different: the noise is rounded, or picked from few numbers",
        got=different,
    )
    doubts = (
        (noise.mean(), SMALL_DOUBT / np.sqrt(noise.size)),
        (squares.mean(0) - 1, SMALL_DOUBT * np.sqrt(2 / n)),
        (_tails(noise), DOUBT * np.sqrt(24 / noise.size)),
    )
    if any((np.abs(found) > doubt).any() for found, doubt in doubts):
        yield from stays_normal()


def stays_normal() -> Steps:
    """Mean 0, variance 1 and E[ε⁴ − 6 ε² + 3] = 0 over 160 000 draws of σ = 0.2, within 6 standard errors.

    With a small σ, a floor under it is seen, too. The fourth Hermite polynomial tells a normal ε from a sum of a few uniform numbers, which looks like one.
    """
    mu = np.zeros((160000, 1), dtype=np.float32)
    logvar = np.full_like(mu, 2 * np.log(0.2))
    answer = yield reparameterize(mu, logvar)
    noise = vae.noise_of(mu, logvar, entries(answer, mu.shape, "z"))
    for name, found, expected, variance in (
        ("mean", noise.mean(), 0, 1),
        ("variance", np.square(noise).mean(), 1, 2),
    ):
        holds(
            abs(found - expected) <= ERRORS * np.sqrt(variance / noise.size),
            f"the {name} of {noise.size} (z − μ)/σ should be {expected}, found {found:.4f}",
            got=found,
            expected=expected,
        )
    found = _tails(noise)
    holds(
        abs(found) <= ERRORS * np.sqrt(24 / noise.size),
        f"the kurtosis of {noise.size} (z − μ)/σ should be 3, found {found + 3:.3f}: the noise is nearly normal only, as a "
        "sum of uniform numbers is",
        got=found + 3,
        expected=3.0,
    )


def _tails(noise: Numbers) -> float:
    """The mean of ε⁴ − 6 ε² + 3: by how much the kurtosis of numbers of variance 1 is off."""
    squares = noise * noise
    return float((squares * squares - 6 * squares + 3).mean())


def _is_noise(noise: Numbers) -> None:
    """What no moment is needed for; each of these would break one, and be named less well."""
    seen = {
        "z is mu: (z − μ)/σ is 0 everywhere, there is no noise": bool((np.abs(noise) < 1e-6).all()),
        "(z − μ)/σ is one and the same number for all elements: each needs a draw of its own": (
            np.ptp(noise) < 1e-6
        ),
        "(z − μ)/σ is only ever +1 or −1: the noise is not normal": bool(
            (np.abs(np.abs(noise) - 1) < 1e-6).all()
        ),
        "(z − μ)/σ is never negative: the noise is not normal": bool((noise >= 0).all()),
    }
    for what, found in seen.items():
        holds(not found, what, got=noise[:4])


@fact(reparameterize, "value")
def noise_is_fresh(draw: Draw) -> Steps:
    """Every element of every call has its own ε

    Products of different ε have mean 0: between calls, between neighbouring rows and between neighbouring columns, and
    so they have for rows and columns at any distance, whatever μ and logvar are; and so with |ε|, which a pair with one
    radius shares. No row is another one, nor its opposite, and no ε makes up for others, as in noise that was standardised:
    sums are not always 0.
    An image alone has noise, too. Nor is a part of the noise made of another one, by mixing it or by turning it.
    """
    shape = (200, 20)
    zero, wide, maps = np.zeros(shape), np.zeros((24, 60)), np.zeros((5, 2, 2, 3))
    mu, logvar = draw.normal(shape), draw.uniform(-2.0, 2.0, shape)
    first, second, alone, of_maps, *few = yield (
        reparameterize(zero, zero),
        reparameterize(mu, logvar).with_noise(LEFT),
        reparameterize(zero[:1], zero[:1]),
        reparameterize(maps, maps),
        reparameterize(wide, wide),
        reparameterize(wide, wide).with_noise(LEFT),
    )
    one, other = entries(first, shape, "z"), vae.noise_of(mu, logvar, entries(second, shape, "z"))
    holds(np.ptp(one) > 0, "all elements of z are the same number", got=one)
    of_one_image = entries(alone, (1, 20), "z")
    holds(np.ptp(of_one_image) > 1e-3, "z of a batch of one image has no noise", got=of_one_image)
    products = {
        "two calls": one * other,
        "two rows of a batch": one[1:] * one[:-1],
        "two columns": one[:, 1:] * one[:, :-1],
    }
    correlations = {name: float(product.mean()) for name, product in products.items()}
    name, worst = max(correlations.items(), key=lambda item: abs(item[1]))
    holds(
        abs(worst) <= ERRORS / np.sqrt(products[name].size),
        f"{name} share their noise: its correlation is {worst:.3f}",
        got=worst,
        expected=0.0,
    )
    for noise in (one, other):
        _is_unlike_itself_shifted(noise, "noise")
        sizes = np.abs(noise) - np.abs(noise).mean()
        _is_unlike_itself_shifted(sizes / (sizes.std() or 1), "|ε|")
    rows = one / np.linalg.norm(one, axis=1, keepdims=True)
    alike = np.argwhere(np.triu(np.abs(rows @ rows.T), 1) > 1 - 1e-6)
    holds(
        not alike.size,
        f"rows of a batch have the same ε up to its sign, {len(alike)} pairs of 200 rows",
        got=alike[:8],
    )
    if of_maps.failure is None:  # what cannot take it loses its shape, not its noise
        different = np.unique(of_maps.value).size
        holds(
            different > 50,
            f"of the 60 ε of mu of shape (5, 2, 2, 3) only {different} are different: axes of mu share them",
            got=of_maps.value,
        )
    for over, axis in (("all elements", None), ("every row", 1), ("every column", 0)):
        means = np.abs([np.mean(noise, axis) for noise in (one, other)])
        holds(
            means.max() > 1e-6,
            f"the noise of {over} has the mean 0 exactly: it was centred, so that its elements depend on each other",
            got=means.max(),
        )
        for ddof in (0, 1):
            off = np.abs(np.var(one, axis, ddof=ddof) - 1).max()
            holds(
                off > 1e-6,
                f"the noise of {over} has the variance 1 exactly: it was standardised, so that its elements depend on each other",
                got=off,
            )
    _is_made_of_nothing_else(
        (one, other), (entries(few[0], wide.shape, "z"), entries(few[1], wide.shape, "z"))
    )


def _is_unlike_itself_shifted(noise: Numbers, what: str) -> None:
    """Numbers of mean 0 and variance 1 have no correlation with themselves shifted by any number of rows and columns, the last ones
    to the front, as their power spectrum tells. Allowed are 9 standard errors, √(1/n), since a shift by half of the size counts
    every product twice."""
    power = np.abs(np.fft.fft2(noise)) ** 2
    correlations = np.fft.ifft2(power).real / noise.size
    correlations[0, 0] = 0
    worst = float(np.abs(correlations).max())
    rows, columns = divmod(int(np.abs(correlations).argmax()), noise.shape[1])
    holds(
        worst <= 1.5 * ERRORS / np.sqrt(noise.size),
        f"elements that are {rows} rows and {columns} columns apart share their {what}: its correlation is {worst:.3f}",
        got=worst,
        expected=0.0,
    )


def _is_made_of_nothing_else(long: tuple[Numbers, Numbers], wide: tuple[Numbers, Numbers]) -> None:
    """Of the noise of two calls each: no row is a mixture of others, and none is another one turned, mirrored or in another
    order, which leaves the sum of the squares as it is. Of two rows alone that agrees by chance, of so many never."""
    rows, columns = np.concatenate(wide), long[0].T
    for what, several in (("rows of two calls", rows), ("columns of a batch", columns)):
        smallest = float(np.linalg.eigvalsh(several @ several.T / several.shape[1])[0])
        holds(
            smallest > 1e-7,
            f"the noise of {len(several)} {what} is made of fewer: some are mixtures of others",
            got=smallest,
        )
    squares = np.sort(np.square(long[0]).sum(1))
    equal = int((np.diff(squares) <= TURNED * squares[1:]).sum())
    holds(
        equal < 20,
        f"{equal} of 200 rows have the sum of ε² of another one: they are made of it, turned or in another order, or "
        "of a few numbers",
        got=squares[:8],
    )
    sums = [[float(np.square(noise).sum()) for noise in calls] for calls in (long, wide)]
    holds(
        any(abs(before - after) > TURNED * before for before, after in sums),
        "two calls have the same sum of all ε²: the noise of the second is that of the first, turned or in another order",
        got=sums[0][1],
        expected=sums[0][0],
    )


@fact(reparameterize, "stability")
def extreme_variances(draw: Draw) -> Steps:
    """logvar = −60 gives z = μ, logvar = 30 gives |z − μ| of the order e¹⁵, with gradients, in float32

    The ends of the graded range: σ = e⁻³⁰ and σ = e¹⁵, nothing clamped; ∂z/∂logvar is in proportion to z − μ.
    Where μ = 0, z itself is of the order e⁻³⁰; up to 1e-7 passes, since σ + 1e-8 is a legitimate style.
    """
    mu = draw.normal((2, 50), dtype=np.float32)
    mu[0, :25] = 0
    logvar = np.repeat(np.array([[-60.0], [30.0]], dtype=np.float32), 50, axis=1)
    answer = yield reparameterize(mu, logvar, wrt=("logvar",))
    z = entries(answer, (2, 50), "z")
    shift = z - mu
    close(z[0], mu[0], SINGLE, what="z at logvar = −60")
    largest = np.abs(z[0, :25]).max()
    holds(
        largest <= 1e-7,
        f"at mu = 0 and logvar = −60 z should vanish with σ = e⁻³⁰, got {largest:.3g}",
        got=largest,
    )
    spread = float(np.sqrt((shift[1] ** 2).mean()))
    holds(
        spread >= np.exp(15) / 50,
        f"at logvar = 30 the spread of z is {spread:.3g}; σ is e¹⁵ = 3.27e+06",
        got=spread,
    )
    slope = answer.gradient("logvar")
    finite(slope, "∂z/∂logvar")
    holds((np.abs(slope[0]) <= 1e-6).all(), "at logvar = −60 ∂z/∂logvar should vanish with σ", got=slope[0])
    ratio = slope[1] / shift[1]
    holds((ratio > 0).all(), "at logvar = 30 ∂z/∂logvar is not in proportion to z − μ", got=slope[1])
    close(ratio, np.full_like(ratio, ratio[0]), SINGLE, what="(∂z/∂logvar)/(z − μ) at logvar = 30")


@fact(reparameterize, "shape")
def sample_has_the_shape_of_mu(draw: Draw) -> Steps:
    """z has the shape of μ: one image, a batch, or any other shape; μ and logvar stay as they are

    One z per element with its gradients, in single precision for a decoder in single precision. Sheet 9-1 (e).
    """
    shapes: tuple[tuple[int, ...], ...]
    shapes = (1, 1), (4, 1), (5,), (2, 1, 4), (3, 2, 2, 1, 4), (6, 10), ()
    mu, logvar = draw.normal((7, 60)), np.full((7, 60), 4.0)
    logvar[:3] = -60
    *answers, usual, of_number, again, single = yield (
        *(reparameterize(draw.normal(s), draw.uniform(-1.0, 1.0, s), wrt=("mu", "logvar")) for s in shapes),
        reparameterize(mu, logvar, twice=True),
        reparameterize(draw.normal((2, 3), dtype=np.float32), np.zeros((2, 3), dtype=np.float32)),
    )
    for answer in (*answers, usual, again):
        same_shape(answer.value, answer.call.inputs["mu"].shape, "z")
        says_unchanged(answer)
    whole = [bool(np.isfinite(answer.value).all()) for answer in (*answers, usual, again, single)]
    holds(all(whole) or not whole[-2], "z is finite for mu of shape (7, 60), and not for other shapes")
    elements = np.concatenate([answer.value.ravel() for answer in (*answers, usual, again)])
    holds(
        np.unique(elements[np.isfinite(elements)]).size > 1,
        "all elements of z are the same number",
        got=elements,
    )
    if single.dtype == "float64":
        text = "z is float64 for mu and logvar in float32: a decoder in float32 cannot take it"
        raise Broken(text, stage=Stage.DTYPE)
    first, second = again.value, again.again(0)
    holds(
        not _belongs_to(first, mu, logvar) or _belongs_to(second, mu, logvar),
        again.say(NOT_AGAIN),
        got=second,
        expected=first,
    )
    if all(whole):
        # A number without axes is asked for in the docstring's example, but some right code unbinds an axis.
        _as_in_a_batch(usual, answers if of_number.failure is not None else [*answers, of_number])


def _as_in_a_batch(usual: Answer, others: list[Answer]) -> None:
    """If a batch has noise of its own for every element, every shape has; and so with gradients."""
    in_batch, noises = _noise(usual), [_noise(answer) for answer in others]
    centred = any(np.abs(in_batch.mean(axis)).max() < 1e-6 for axis in (None, 0, 1))
    if _different(in_batch, 0.9) and not centred:
        for answer, noise in zip(others, noises, strict=True):
            shape = answer.call.inputs["mu"].shape
            same_shape(answer.value, shape, "z")
            holds(_different(noise, 0.6), f"elements of z of shape {shape} share their noise", got=noise)
        alone = np.concatenate([noise.ravel() for noise in noises if noise.size == 1])
        holds(alone.size < 2 or alone.any(), "z of a single number has no noise", got=alone)
    try:
        _have_gradients([usual])
    except Broken:
        return
    _have_gradients(others)


def _noise(answer: Answer) -> Numbers:
    return vae.noise_of(z=answer.value, **answer.call.inputs)


def _different(noise: Numbers, share: float) -> bool:
    """Whether so many ε differ, as single precision rounds them. Where an axis shares them, no more than half do."""
    return bool(np.unique(noise.round(5)).size >= share * noise.size)


def _have_gradients(answers: list[Answer]) -> None:
    mus = [answer.call.inputs["mu"] for answer in answers]
    zs = [entries(answer, mu.shape, "z") for answer, mu in zip(answers, mus, strict=True)]
    mu, z = _joined(mus), _joined(zs)
    slopes = vae.reparameterize_gradients(mu, z, np.ones_like(mu))
    for name, slope in zip(("mu", "logvar"), slopes, strict=True):
        what = f"∂Σz/∂{name} for all shapes, one after the other,"
        close(_joined([answer.gradient(name) for answer in answers]), slope, what=what, atol=1e-6)


def _joined(arrays: list[Numbers]) -> Numbers:
    return np.concatenate([array.ravel() for array in arrays])


def _belongs_to(z: Numbers, mu: Numbers, logvar: Numbers) -> bool:
    """Whether z is μ where σ = e⁻³⁰, and has about the variance σ² where σ is large, whatever noise was drawn.

    A second call may draw other noise. Of 240 numbers the variance is off by a factor of 2 once in 10⁹; a logvar that
    was halved or exponentiated changes it by e² or more.
    """
    if z.shape != mu.shape:
        return False
    vanishing = logvar < 0
    spread = np.square(z - mu) / np.exp(logvar)
    return bool(np.abs(z - mu)[vanishing].max() <= 1e-7 and 0.5 < spread[~vanishing].mean() < 2)
