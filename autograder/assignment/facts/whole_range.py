"""What is right at typical arguments is right in the whole graded range, between the extremes as well.

Every fact compares with the sheet's formula (`reference`) at hundreds or thousands of points spread over the range that
the docstring grades, to a five hundredth: it is about ranges that were left out, not about digits. Judged is only what is
right at the typical arguments, which come first: any other slip is told, and paid for, by the facts about values,
gradients and shapes.
"""

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
    reparameterize,
)
from autograder.assignment.facts.elbo import unless_carried_forward
from autograder.assignment.facts.laws import (
    AS_ELSEWHERE,
    BERNOULLI_LOG_LIKELIHOOD,
    ELBO,
    ELBO_DECOMPOSITION,
    ELBO_DEFINITION,
    KL_NORMAL,
    KL_STANDARD_NORMAL,
    SHARE,
    Expected,
    Law,
    has_gradient,
)
from autograder.assignment.reference import elbo as reference
from autograder.assignment.reference import vae
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import close, holds
from autograder.engine.facts import Broken, Evidence, Steps, fact

Numbers = NDArray[np.float64]

WRITTEN = 8  # numbers of an argument in a message
TYPICAL = 40  # entries that belong to arguments as every other fact asks them
BEYOND = 2.01  # what one of 22 standard normal numbers is beyond, one way or the other
ERRORS = 7.0  # standard errors that a statistic of 600 numbers may be off: by chance in none of 10⁷ gradings


def _right_everywhere(law: Law, answer: Answer, *others: Answer) -> None:
    """Every result, and every gradient that was asked for, as the law has it. Where others fail, a shape is to blame."""
    for one in (answer, *(other for other in others if other.failure is None)):
        _right(law, one)


def _right(law: Law, answer: Answer) -> None:
    given = tuple(answer.call.inputs.values())
    for got, what, expected in zip(answer.values, law.results, law.expected(given), strict=True):
        _as_expected(answer, got, expected, what)
    gradients = law.gradients(given)
    for name in answer.call.params["wrt"]:
        if has_gradient(answer, name):
            _as_expected(answer, answer.gradient(name), gradients[name], f"the gradient in {name}")


def _as_expected(answer: Answer, got: Numbers, expected: Expected, what: str) -> None:
    """Within a five hundredth of its size in every entry, unless the typical ones are wrong already, or all in another shape.

    The first wrong entry is told, with its arguments.
    """
    if got.shape != expected.number.shape:
        return
    off = expected.off(got)
    wrong = ~(off <= SHARE)
    if not (off.ravel()[:TYPICAL] <= AS_ELSEWHERE).all() or not wrong.any():
        return
    first = tuple(np.argwhere(wrong)[0])
    # The number that belongs to an entry of the result; of a table or an image, all of it.
    inputs = {name: np.asarray(a[first[: a.ndim]]) for name, a in answer.call.inputs.items()}
    where = ", ".join(f"{name} = {_written(value)}" for name, value in inputs.items())
    raise Broken(
        f"{what} is right at typical arguments, and at {int(wrong.sum())} of {wrong.size} points of the graded range it is "
        f"not: at {where} it is {got[first]:.6g}",
        Evidence(got[first], expected.number[first], inputs=inputs),
    )


def _written(argument: NDArray[Any]) -> str:
    numbers = ", ".join(f"{number:.4g}" for number in argument.ravel()[:WRITTEN])
    more = ", …" if argument.size > WRITTEN else ""
    return f"[{numbers}{more}]" if argument.ndim else numbers


def _rows(argument: Numbers, length: int) -> NDArray[np.float32]:
    """Numbers in rows: code that takes matrices only is right here."""
    return argument.astype(np.float32).reshape(-1, length)


def _either_sign(draw: Draw, sizes: Numbers) -> Numbers:
    return np.asarray(sizes * np.sign(draw.weights(sizes.shape)))


# --- 9-1 (a)


@fact(kl_normal, "stability")
def any_two_normals(draw: Draw) -> Steps:
    """The formula and its derivatives at 4800 pairs of normals, with σ from 1e-3 to 1e3 and means up to 4000 apart

    In one half both σ are of one size and the means some σ apart, in the other nothing is like anything. In float32 with
    means that are far apart or near 0; where they are far from 0 and near each other, in float64 with numbers that float32
    holds.
    """
    mu1, sigma1, mu2, sigma2 = _pairs_of_normals(draw, 800, nearest=0)
    moved = draw.uniform(-1900, 1900, 800)
    moved[:TYPICAL] = 0
    far = (mu1 + moved).clip(-2000, 2000), sigma1, (mu2 + moved).clip(-2000, 2000), sigma2
    answers = yield (
        kl_normal(
            *(_rows(a, 4) for a in _pairs_of_normals(draw, 4000, nearest=0.01)), wrt=kl_normal.arguments
        ),
        kl_normal(*(_rows(a, 4).astype(np.float64) for a in far), wrt=kl_normal.arguments),
    )
    _right_everywhere(KL_NORMAL, *answers)


def _pairs_of_normals(draw: Draw, n: int, nearest: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """n pairs over the whole graded range: typical ones, then some of one size and a few σ apart, then any."""
    alike = n // 2
    sigma1, sigma2 = draw.log_uniform(1e-3, 1e3, n), draw.log_uniform(1e-3, 1e3, n)
    apart = draw.log_uniform(0.01, 3990, n)
    sigma1[:TYPICAL] = draw.log_uniform(0.5, 2, TYPICAL)
    sigma2[:alike] = (sigma1[:alike] * draw.log_uniform(0.5, 2, alike)).clip(1e-3, 1e3)
    apart[:alike] = (sigma2[:alike] * draw.log_uniform(0.05, 20, alike)).clip(nearest, 3990)
    apart[:TYPICAL] = draw.log_uniform(0.01, 2, TYPICAL)
    sigma2[: TYPICAL // 4] = 1.05 * sigma1[: TYPICAL // 4]
    difference = _either_sign(draw, apart)
    mu2 = draw.uniform(-5, 5, n) - np.where(apart > 100, difference / 2, 0)
    return mu2 + difference, sigma1, mu2, sigma2


# --- 9-1 (b)


def _encodings(draw: Draw, n: int) -> tuple[Numbers, Numbers]:
    """mu and logvar over the whole graded range: of every three one is extreme in mu only, one in logvar, one in both."""
    mu, logvar = _either_sign(draw, draw.log_uniform(0.01, 2000, n)), draw.uniform(-60, 30, n)
    mu[::3] = draw.normal(mu[::3].shape)
    logvar[1::3] = draw.normal(logvar[1::3].shape)
    mu[:TYPICAL], logvar[:TYPICAL] = draw.normal((2, TYPICAL))
    mu[: TYPICAL // 8], logvar[: TYPICAL // 8] = 0.1 * draw.weights((2, TYPICAL // 8))  # nearly the prior
    return mu, logvar


@fact(kl_standard_normal, "stability")
def any_normal(draw: Draw) -> Steps:
    """The formula and its derivatives at 3000 points with |μ| up to 2000 and v from −60 to 30, and at 400 in float64

    Of every three one is extreme in μ only, one in v only, one in both.
    """
    single, double = _encodings(draw, 3000), _encodings(draw, 400)
    answers = yield (
        kl_standard_normal(*(_rows(a, 4) for a in single), wrt=("mu", "logvar")),
        kl_standard_normal(*(a.reshape(20, 5, 4) for a in double), wrt=("mu", "logvar")),
    )
    _right_everywhere(KL_STANDARD_NORMAL, *answers)


# --- 9-1 (c)


def _tables(draw: Draw, n: int, sharpest: float) -> Numbers:
    """n tables of log-probabilities of 5 values, from nearly equal ones to nearly all mass on one; the first are typical."""
    sharpness = draw.log_uniform(0.1, sharpest, (n, 1))
    sharpness[:TYPICAL] = 0.5
    scores = (sharpness * draw.normal((n, 5))).clip(-40, 40)
    scores[: TYPICAL // 2, 0] = np.log(draw.log_uniform(1e-6, 1e-2, TYPICAL // 2))  # rare is typical, too
    return np.asarray(scores - reference.log_evidence(scores)[:, None])


def _some_impossible(draw: Draw, log_q: Numbers) -> Numbers:
    """The tables, every fourth of which leaves out one value of z."""
    scores = log_q.copy()
    scores[::4, draw.integer(0, 4)] = -np.inf
    return np.asarray(scores - reference.log_evidence(scores)[:, None])


def _logarithms(draw: Draw, n: int) -> Numbers:
    """n tables of logarithms of densities from −1000 to 1000; the first are typical."""
    moved = draw.uniform(-900, 900, (n, 1)) * draw.binary((n, 1))
    moved[:TYPICAL] = -4
    spread = draw.log_uniform(0.5, 150, (n, 1))
    spread[:TYPICAL] = 1
    logarithms = (moved + spread * draw.normal((n, 5))).clip(-1000, 1000)
    logarithms[: TYPICAL // 2, 0] = 12
    return np.asarray(logarithms)


@fact(elbo_definition, "stability")
def any_tables(draw: Draw) -> Steps:
    """Σ q(z) (log p(z,x) − log q(z)) for 800 tables: flat and sharp q, some with q(z) = 0, log p(z,x) from −1000 to 1000

    With its derivatives in log p(z,x), which is q(z), and in log q along directions that keep Σ q = 1.
    """
    joint, log_q = _logarithms(draw, 800), _some_impossible(draw, _tables(draw, 800, 15))
    _right_everywhere(ELBO_DEFINITION, (yield elbo_definition(joint, log_q, wrt=elbo_definition.arguments)))


@fact(elbo_decomposition, "stability")
def any_tables_of_both(draw: Draw) -> Steps:
    """Both terms for 800 tables: flat and sharp q and p(z), some with q(z) = 0, log p(x|z) from −1000 to 1000

    With their derivatives: in log p(z) and log q along directions that keep the sum of the probabilities. And kl knows nothing
    of log p(x|z), however large that is: as a difference of large numbers it has no digits left in float32.
    """
    n = 800
    likelihood, prior = _logarithms(draw, n), _tables(draw, n, 15)
    tables = likelihood, prior, _some_impossible(draw, _tables(draw, n, 15))
    moderate = tuple(table[TYPICAL:300].astype(np.float32) for table in (likelihood / 200, *tables[1:]))
    answer, *with_another = yield (
        elbo_decomposition(*tables, wrt=elbo_decomposition.arguments),
        elbo_decomposition(*moderate),
        elbo_decomposition(200 * moderate[0], *moderate[1:]),
    )
    _right_everywhere(ELBO_DECOMPOSITION, answer)
    kl, of_large = (other.values[1] for other in with_another)
    if ELBO_DECOMPOSITION.expected(moderate)[1].is_met(kl):
        what = "kl for log p(x|z) up to ±1000, against that for ±5,"
        close(of_large, kl, what=what, atol=1e-6)


# --- 9-1 (d)


@fact(bernoulli_log_likelihood, "stability")
def any_pixels(draw: Draw) -> Steps:
    """The formula and its derivative hold for 850 images with logits of ±0.02 to ±1000, binary or grey, of 6 or 196 pixels

    Pixels are grey, nearly black, nearly white, black and white. Half of the images are met by their logits, so that
    small numbers count; in some one logit is large and the others are not. In float32.
    """
    n = 800
    size = draw.log_uniform(0.04, 1000, (n, 1)) * np.ones(6)
    size[:TYPICAL] = 2
    size[700:, 1:] = 1
    logits = size * draw.weights((n, 6))
    faint, kind = draw.log_uniform(1e-5, 0.05, (n, 6)), draw.uniform(0, 1, (n, 6))
    x = draw.uniform(0, 1, (n, 6))
    for low, number in ((0.5, faint), (0.6, 1 - faint), (0.7, np.zeros_like(x)), (0.85, np.ones_like(x))):
        x = np.where(kind > low, number, x)
    met = slice(TYPICAL, 400)
    x[met] = np.where(kind[met] > 0.5, faint[met], 1 - faint[met])
    logits[met] = np.abs(logits[met]) * np.where(kind[met] > 0.5, -1, 1)
    images = (50, 1, 14, 14)
    brightness = draw.log_uniform(2, 1000, (50, 1, 1, 1))
    brightness[:TYPICAL] = 2
    binary = draw.binary(images, dtype=np.float32)
    answers = yield (
        bernoulli_log_likelihood(
            x.astype(np.float32), logits.clip(-1000, 1000).astype(np.float32), wrt=("logits",)
        ),
        bernoulli_log_likelihood(
            binary, (brightness * draw.weights(images)).clip(-1000, 1000).astype(np.float32), wrt=("logits",)
        ),
    )
    _right_everywhere(BERNOULLI_LOG_LIKELIHOOD, *answers)


@fact(elbo, "stability")
def any_encoding(draw: Draw) -> Steps:
    """The formula and its derivatives hold for 1000 images, log p(x|z) from −800 000 to 1000, |μ| up to 2000, v from −60 to 30

    Of the latent components two are alike, and two are typical. In float32, and for 200 images in float64.
    """
    single, double = _images_and_encodings(draw, 1000), _images_and_encodings(draw, 200)
    rounded = [argument.astype(np.float32) for argument in single]
    for given in (rounded, double):
        answer, of_likelihood = yield (
            elbo(*given, wrt=("mu", "logvar")),
            elbo(*given, wrt=("log_px_given_z",)),
        )

        def check(answer: Answer = answer, of_likelihood: Answer = of_likelihood) -> None:
            _right_everywhere(ELBO, answer, of_likelihood)

        excuse = yield from unless_carried_forward(check, answer, *given)
        if excuse is not None:
            return excuse
    return None


def _images_and_encodings(draw: Draw, n: int) -> tuple[Numbers, Numbers, Numbers]:
    """log p(x|z), mu and logvar of n images; the first are typical."""
    mu, logvar = (np.repeat(one, 4).reshape(n, 4) * [1, 0.9, 0, 0] for one in _encodings(draw, n))
    mu[:, 2:], logvar[:, 2:] = draw.normal((2, n, 2))
    likelihood = -draw.log_uniform(1, 8e5, n)
    likelihood[::3], likelihood[1::6] = 0, draw.log_uniform(1, 1000, likelihood[1::6].shape)
    likelihood[:TYPICAL] = draw.normal(TYPICAL, mean=-5)
    likelihood[: TYPICAL // 8], likelihood[TYPICAL // 8 : TYPICAL // 4] = draw.uniform(20, 90, ()), -600
    return likelihood, mu, logvar


# --- 9-1 (e), reparameterize


@fact(reparameterize, "stability")
def any_spread(draw: Draw) -> Steps:
    """∂z/∂logvar = ½(z − μ), and (z − μ)/σ is standard normal, at 5400 points with v from −30 to 30 and |μ| up to 2000

    Its mean and variance are taken over nine parts of the range of v, nine of that of |μ| and nine of that of |μ|/σ, up to
    where single precision still tells σ beside μ. Allowed are 7 standard errors, if they are right at 600 typical points with
    σ below and above 1. Of 600 in a row some pass ±2: that none does would happen once in 10⁹. From v = −30 to −60 z is some
    σ at μ = 0. An addition of 1e-8 to σ, a legitimate style, is not seen.
    """
    n, parts, tiny = 5400, 9, 200
    v = np.append(draw.uniform(-30, 30, n), draw.uniform(-60, -30, tiny))
    some, most = draw.log_uniform(0.01, 2000, v.size), np.minimum(vae.sigma(v) / 3e-7, 2000)
    sizes = np.where(v > -8, some, most)
    sizes[v < -20] = 0
    usual = 2 * draw.weights((2, n // parts))
    usual[0] *= draw.binary(n // parts)
    mu = np.append(usual[0], _either_sign(draw, sizes)).reshape(-1, 4) + 0.0  # no −0
    logvar = np.append(usual[1], v).reshape(-1, 4)
    answer = yield reparameterize(mu, logvar, wrt=("mu", "logvar"))
    z = answer.value
    if z.shape != mu.shape:
        return
    slope = (z - mu) / 2
    gradients = {
        "mu": Expected(np.ones_like(mu), np.ones_like(mu)),
        "logvar": Expected(slope, np.abs(slope) + 1e-3 * np.abs(mu) + 2e-5),
    }
    for name, expected in gradients.items():
        if has_gradient(answer, name):
            _as_expected(answer, answer.gradient(name), expected, f"the gradient in {name}")
    noise = vae.noise_of(mu, logvar, z).ravel()
    typical, others, smallest = np.split(noise, [n // parts, n // parts + n])
    above = logvar.ravel()[: typical.size] > 0
    if np.unique(typical.round(5)).size < 0.9 * typical.size:
        return
    if any(_unlike_noise(part) for part in (typical, typical[above], typical[~above])):
        return
    ratio = np.abs(mu) / vae.sigma(logvar)
    for name, argument in (("logvar", logvar), ("|mu|", np.abs(mu)), ("|mu|/σ", ratio)):
        _is_noise_along(name, argument.ravel()[typical.size : -tiny], others, parts)
    sigma = vae.sigma(logvar.ravel()[-tiny:])
    largest = np.abs(smallest * sigma / (sigma + 1e-8)).max()
    holds(
        largest <= 7 and np.count_nonzero(smallest) > tiny / 2,
        f"at mu = 0 and logvar from −60 to −30 z should be some σ, found up to {largest:.3g} σ",
        got=smallest,
    )


def _is_noise_along(name: str, along: Numbers, noise: Numbers, parts: int) -> None:
    """Standard normal in every part of the range of what it is sorted by, and large here and there."""
    order = np.argsort(along)
    for part in order.reshape(parts, -1):
        unlike = _unlike_noise(noise[part])
        holds(
            not unlike,
            f"(z − μ)/σ should be standard normal, and {unlike} for {name} from {along[part[0]]:.3g} to {along[part[-1]]:.3g}",
            got=noise[part],
        )
    beyond = np.flatnonzero(np.abs(noise[order]) > BEYOND)
    longest = int(np.diff(beyond, prepend=-1, append=noise.size).max())
    holds(
        longest <= noise.size // parts,
        f"(z − μ)/σ should be standard normal, and none of {longest} in a row is beyond ±2, in the order of {name}",
        got=longest,
    )


def _unlike_noise(noise: Numbers) -> str:
    """In what these numbers differ from as many standard normal ones by more than 7 standard errors: in nothing, if it is empty."""
    for name, found, expected, variance in (
        ("mean", noise.mean(), 0, 1),
        ("variance", np.square(noise).mean(), 1, 2),
    ):
        if not abs(found - expected) <= ERRORS * np.sqrt(variance / noise.size):
            return f"its {name} is {found:.3g}"
    return "" if (np.abs(noise) > BEYOND).any() else "none of it is beyond ±2"
