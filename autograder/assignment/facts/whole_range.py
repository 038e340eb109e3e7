"""What is right at typical arguments is right in the whole graded range, between the extremes as well.

Every fact compares with the sheet's formula (`reference`) at hundreds or thousands of points spread over the range that
the docstring grades, to a five hundredth: it is about ranges that were left out, not about digits. Judged is only what is
right at the typical arguments, which come first: any other slip is told, and paid for, by the facts about values,
gradients and shapes.
"""

from collections.abc import Mapping
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
from autograder.assignment.reference import divergence, vae
from autograder.assignment.reference import elbo as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import holds
from autograder.engine.facts import Broken, Evidence, Steps, fact

Numbers = NDArray[np.float64]
Arguments = Mapping[str, NDArray[np.float32] | Numbers]

TYPICAL = 40  # entries that belong to arguments as every other fact asks them
AS_ELSEWHERE = 2e-5  # of what is added up to the expected number, at typical arguments
SHARE = 2e-3  # and at others: σ + 1e-8 is a legitimate style
BEYOND = 2.01  # what one of 22 standard normal numbers is beyond, one way or the other
ERRORS = 6.0  # standard errors that a statistic may be off: by chance once in 5·10⁸


def _right_everywhere(got: Numbers, expected: Numbers, size: Numbers, what: str, given: Arguments) -> None:
    """|got − expected| ≤ size/500 in every entry, unless the typical ones are wrong already, or all in another shape.

    The first wrong entry is told, with its arguments.
    """
    if got.shape != expected.shape:
        return
    with np.errstate(invalid="ignore"):
        off = np.abs(got - expected) / size
    wrong = ~(off <= SHARE)
    if not (off.ravel()[:TYPICAL] <= AS_ELSEWHERE).all() or not wrong.any():
        return
    first = tuple(np.argwhere(wrong)[0])
    # The number that belongs to an entry of the result; of a table, its row.
    inputs = {name: np.asarray(argument[first[: argument.ndim]]) for name, argument in given.items()}
    where = ", ".join(f"{name} = {_written(value)}" for name, value in inputs.items())
    raise Broken(
        f"{what} is right at typical arguments, and at {int(wrong.sum())} of {wrong.size} points of the graded range it is "
        f"not: at {where} it is {got[first]:.6g}",
        Evidence(got[first], expected[first], inputs=inputs),
    )


def _written(argument: NDArray[Any]) -> str:
    numbers = ", ".join(f"{number:.4g}" for number in argument.ravel())
    return f"[{numbers}]" if argument.ndim else numbers


def _rows(argument: Numbers, length: int) -> NDArray[np.float32]:
    """Numbers in rows: code that takes matrices only is right here."""
    return argument.astype(np.float32).reshape(-1, length)


def _either_sign(draw: Draw, sizes: Numbers) -> Numbers:
    return np.asarray(sizes * np.sign(draw.weights(sizes.shape)))


# --- 9-1 (a)


@fact(kl_normal, "stability")
def any_two_normals(draw: Draw) -> Steps:
    """The formula and its derivatives at 4000 pairs of normals, with σ from 1e-3 to 1e3 and means up to 2000 apart

    In one half both σ are of one size and the means some σ apart, in the other nothing is like anything. In float32.
    """
    n, alike = 4000, 2000
    sigma1, sigma2 = draw.log_uniform(1e-3, 1e3, n), draw.log_uniform(1e-3, 1e3, n)
    apart = draw.log_uniform(0.01, 1990, n)
    sigma1[:TYPICAL] = draw.log_uniform(0.5, 2, TYPICAL)
    sigma2[:alike] = (sigma1[:alike] * draw.log_uniform(0.5, 2, alike)).clip(1e-3, 1e3)
    apart[:alike] = (sigma2[:alike] * draw.log_uniform(0.05, 20, alike)).clip(0.01, 1990)
    apart[:TYPICAL] = draw.log_uniform(0.01, 2, TYPICAL)
    sigma2[: TYPICAL // 4] = 1.05 * sigma1[: TYPICAL // 4]
    mu2 = draw.uniform(-5, 5, n)
    mu1 = mu2 + _either_sign(draw, apart)
    names = ("mu1", "sigma1", "mu2", "sigma2")
    points = tuple(_rows(argument, 4) for argument in (mu1, sigma1, mu2, sigma2))
    given = dict(zip(names, points, strict=True))
    answer = yield kl_normal(*points, wrt=names)
    expected = divergence.kl_normal(*points)
    _right_everywhere(answer.value, expected, 1 + expected, "the result", given)
    m1, s1, m2, s2 = (argument.astype(np.float64) for argument in points)
    ratio, distance = (s1 / s2) ** 2, np.abs(m1 - m2)
    sizes = {
        "mu1": distance / s2**2,
        "sigma1": (1 + ratio) / s1,
        "mu2": distance / s2**2,
        "sigma2": (1 + ratio + (distance / s2) ** 2) / s2,
    }
    for name, slope in zip(names, divergence.kl_normal_gradient(*points), strict=True):
        _gradient_everywhere(answer, name, slope, sizes[name], given)


def _gradient_everywhere(
    answer: Answer, name: str, expected: Numbers, size: Numbers, given: Arguments
) -> None:
    """As `_right_everywhere`; that there is no gradient is told by the facts about gradients."""
    if answer.facts["grads"].get(name) == "ok":
        _right_everywhere(answer.gradient(name), expected, size, f"the gradient in {name}", given)


# --- 9-1 (b)


def _encodings(draw: Draw, n: int) -> tuple[Numbers, Numbers]:
    """mu and logvar over the whole graded range: of every three one is extreme in mu only, one in logvar, one in both."""
    mu, logvar = _either_sign(draw, draw.log_uniform(0.01, 2000, n)), draw.uniform(-60, 30, n)
    mu[::3] = draw.normal(mu[::3].shape)
    logvar[1::3] = draw.normal(logvar[1::3].shape)
    mu[:TYPICAL], logvar[:TYPICAL] = draw.normal((2, TYPICAL))
    return mu, logvar


@fact(kl_standard_normal, "stability")
def any_normal(draw: Draw) -> Steps:
    """The formula and its derivatives at 3000 points with |μ| up to 2000 and v from −60 to 30

    Of every three one is extreme in μ only, one in v only, one in both. In float32.
    """
    mu, logvar = (_rows(argument, 4) for argument in _encodings(draw, 3000))
    given = {"mu": mu, "logvar": logvar}
    answer = yield kl_standard_normal(mu, logvar, wrt=("mu", "logvar"))
    expected = divergence.kl_standard_normal(mu, logvar)
    _right_everywhere(answer.value, expected, 1 + expected, "the result", given)
    in_mu, in_logvar, size = _derivatives(mu, logvar)
    _gradient_everywhere(answer, "mu", in_mu, np.abs(in_mu), given)
    _gradient_everywhere(answer, "logvar", in_logvar, size, given)


def _derivatives(mu: NDArray[np.float32], logvar: NDArray[np.float32]) -> tuple[Numbers, Numbers, Numbers]:
    """∂KL/∂μ = μ, ∂KL/∂v = ½(eᵛ − 1), and ½(eᵛ + 1), of which a thousandth may be wrong in the second."""
    v = logvar.astype(np.float64)
    return mu.astype(np.float64), np.expm1(v) / 2, (np.exp(v) + 1) / 2


# --- 9-1 (c)


def _tables(draw: Draw, n: int, sharpest: float) -> Numbers:
    """n tables of log-probabilities of 5 values, from nearly equal ones to nearly all mass on one; the first are typical."""
    sharpness = draw.log_uniform(0.1, sharpest, (n, 1))
    sharpness[:TYPICAL] = 0.5
    scores = (sharpness * draw.normal((n, 5))).clip(-40, 40)
    scores[: TYPICAL // 2, 0] = np.log(draw.log_uniform(1e-6, 1e-2, TYPICAL // 2))  # rare is typical, too
    return np.asarray(scores - reference.log_evidence(scores)[:, None])


def _logarithms(draw: Draw, n: int) -> Numbers:
    """n tables of logarithms of densities from −1000 to 1000; the first are typical."""
    moved = draw.uniform(-500, 500, (n, 1)) * draw.binary((n, 1))
    moved[:TYPICAL] = -4
    spread = draw.log_uniform(0.5, 150, (n, 1))
    spread[:TYPICAL] = 1
    logarithms = (moved + spread * draw.normal((n, 5))).clip(-1000, 1000)
    logarithms[: TYPICAL // 2, 0] = 12
    return np.asarray(logarithms)


@fact(elbo_definition, "stability")
def any_tables(draw: Draw) -> Steps:
    """Σ q(z) (log p(z,x) − log q(z)) for 800 tables: flat and sharp q, log p(z,x) from −1000 to 1000

    With its derivative in log p(z,x), which is q(z).
    """
    joint, log_q = _logarithms(draw, 800), _tables(draw, 800, 15)
    given = {"log_joint": joint, "log_q": log_q}
    answer = yield elbo_definition(joint, log_q, wrt=("log_joint",))
    q = np.exp(log_q)
    size = 1 + (q * (np.abs(joint) + np.abs(log_q))).sum(-1)
    _right_everywhere(answer.value, reference.elbo_definition(joint, log_q), size, "the result", given)
    _gradient_everywhere(answer, "log_joint", q, 0.01 + q, given)


@fact(elbo_decomposition, "stability")
def any_tables_of_both(draw: Draw) -> Steps:
    """Both terms for 800 tables: flat and sharp q and p(z), log p(x|z) from −1000 to 1000

    With their derivatives in log p(x|z), which are q(z) and 0.
    """
    n = 800
    likelihood, prior, log_q = _logarithms(draw, n), _tables(draw, n, 15), _tables(draw, n, 15)
    given = {"log_likelihood": likelihood, "log_prior": prior, "log_q": log_q}
    answer = yield elbo_decomposition(likelihood, prior, log_q, wrt=("log_likelihood",))
    q = np.exp(log_q)
    sizes = (q * np.abs(likelihood)).sum(-1), (q * (np.abs(log_q) + np.abs(prior))).sum(-1)
    expected = reference.elbo_decomposition(likelihood, prior, log_q)
    for got, right, size, name in zip(answer.values, expected, sizes, ("reconstruction", "kl"), strict=True):
        _right_everywhere(got, right, 1 + size, name, given)
    _gradient_everywhere(answer, "log_likelihood", q, 0.01 + q, given)


# --- 9-1 (d)


@fact(bernoulli_log_likelihood, "stability")
def any_pixels(draw: Draw) -> Steps:
    """The formula and its derivative for 600 images of 6 pixels, with logits of one size in each, from ±0.02 to ±1000

    Pixels are grey, nearly black, nearly white, black and white. In float32.
    """
    n = 600
    size = draw.log_uniform(0.04, 1000, (n, 1))
    size[:TYPICAL] = 2
    logits = (size * draw.weights((n, 6))).clip(-1000, 1000).astype(np.float32)
    faint, kind = draw.log_uniform(1e-3, 0.05, (n, 6)), draw.uniform(0, 1, (n, 6))
    x = draw.uniform(0, 1, (n, 6))
    for low, number in ((0.5, faint), (0.6, 1 - faint), (0.7, np.zeros_like(x)), (0.85, np.ones_like(x))):
        x = np.where(kind > low, number, x)
    x = x.astype(np.float32)
    given = {"x": x, "logits": logits}
    answer = yield bernoulli_log_likelihood(x, logits, wrt=("logits",))
    expected = reference.bernoulli_log_likelihood(x, logits)
    _right_everywhere(answer.value, expected, 0.1 - expected, "the result", given)
    slope = reference.bernoulli_gradient(x, logits)
    _gradient_everywhere(answer, "logits", slope, 0.01 + np.abs(slope), given)


@fact(elbo, "stability")
def any_encoding(draw: Draw) -> Steps:
    """The formula and its derivatives for 1000 images with log p(x|z) from −900 to 0, |μ| up to 2000 and v from −60 to 30

    The two latent components of an image are alike. In float32.
    """
    n = 1000
    mu, logvar = (_rows(np.repeat(one, 2) * np.tile([1, 0.9], n), 2) for one in _encodings(draw, n))
    likelihood = np.where(draw.binary(n), draw.uniform(-900, 0, n), 0).astype(np.float32)
    given = {"log_px_given_z": likelihood, "mu": mu, "logvar": logvar}
    answer = yield elbo(likelihood, mu, logvar, wrt=("mu", "logvar"))

    def check() -> None:
        expected = reference.elbo(likelihood, mu, logvar)
        paid = divergence.kl_standard_normal(mu, logvar).sum(-1)
        _right_everywhere(answer.value, expected, 1 + np.abs(likelihood) + paid, "the result", given)
        in_mu, in_logvar, size = _derivatives(mu, logvar)
        _gradient_everywhere(answer, "mu", -in_mu, np.abs(in_mu), given)
        _gradient_everywhere(answer, "logvar", -in_logvar, size, given)

    return (yield from unless_carried_forward(check, answer, likelihood, mu, logvar))


# --- 9-1 (e), reparameterize


@fact(reparameterize, "stability")
def any_spread(draw: Draw) -> Steps:
    """∂z/∂logvar = ½(z − μ), and (z − μ)/σ is standard normal, at 5400 points with v from −30 to 30 and |μ| up to 2000

    Its mean and variance are taken over nine parts of the range of v, nine of that of |μ| and nine of that of |μ|/σ, up to
    where single precision still tells σ beside μ. Allowed are 6 standard errors, if they are right at 600 typical points with
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
    given = {"mu": mu, "logvar": logvar}
    answer = yield reparameterize(mu, logvar, wrt=("mu", "logvar"))
    z = answer.value
    if z.shape != mu.shape:
        return
    _gradient_everywhere(answer, "mu", np.ones_like(mu), np.ones_like(mu), given)
    slope = (z - mu) / 2
    _gradient_everywhere(answer, "logvar", slope, np.abs(slope) + 1e-3 * np.abs(mu) + 2e-5, given)
    noise = vae.noise_of(mu, logvar, z).ravel()
    typical, others, smallest = np.split(noise, [n // parts, n // parts + n])
    above = logvar.ravel()[: typical.size] > 0
    if np.unique(typical.round(5)).size < 0.9 * typical.size:
        return
    if any(_unlike_noise(part) for part in (typical, typical[above], typical[~above])):
        return
    ratio = np.abs(mu) / vae.sigma(logvar)
    for name, argument in (("logvar", logvar), ("|mu|", np.abs(mu)), ("|mu|/σ", ratio)):
        along = argument.ravel()[typical.size : -tiny]
        order = np.argsort(along)
        for part in order.reshape(parts, -1):
            unlike = _unlike_noise(others[part])
            holds(
                not unlike,
                f"(z − μ)/σ should be standard normal, and {unlike} for {name} from {along[part[0]]:.3g} to {along[part[-1]]:.3g}",
                got=others[part],
            )
        beyond = np.flatnonzero(np.abs(others[order]) > BEYOND)
        longest = int(np.diff(beyond, prepend=-1, append=n).max())
        holds(
            longest <= n // parts,
            f"(z − μ)/σ should be standard normal, and none of {longest} in a row is beyond ±2, in the order of {name}",
            got=longest,
        )
    sigma = vae.sigma(logvar.ravel()[-tiny:])
    largest = np.abs(smallest * sigma / (sigma + 1e-8)).max()
    holds(
        largest <= 7 and np.count_nonzero(smallest) > tiny / 2,
        f"at mu = 0 and logvar from −60 to −30 z should be some σ, found up to {largest:.3g} σ",
        got=smallest,
    )


def _unlike_noise(noise: Numbers) -> str:
    """In what these numbers differ from as many standard normal ones by more than 6 standard errors: in nothing, if it is empty."""
    for name, found, expected, variance in (
        ("mean", noise.mean(), 0, 1),
        ("variance", np.square(noise).mean(), 1, 2),
    ):
        if not abs(found - expected) <= ERRORS * np.sqrt(variance / noise.size):
            return f"its {name} is {found:.3g}"
    return "" if (np.abs(noise) > BEYOND).any() else "none of it is beyond ±2"
