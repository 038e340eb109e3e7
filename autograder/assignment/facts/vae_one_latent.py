"""The z of an instance with one latent variable, read off what it decodes: there decode is a curve, and each row shows its place.

With one latent variable nothing is left to a statistic of pixels: z itself is seen, and must be normal and fresh.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import PIXELS, Numbers, Single, instance
from autograder.assignment.reference import draws
from autograder.engine.calls import LEFT, Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import holds
from autograder.engine.facts import Steps

EVERY = 7  # every seventh pixel is enough
POINTS = np.linspace(-6.5, 6.5, 651)  # of the curve, in units of σ
TRIED = 149  # known z, to see whether the curve can be read
CALLS, ROWS = 6, 400
ERRORS = 6.0  # standard errors that a statistic may be off: by chance once in 5·10⁸
DOUBT = 2.5  # standard errors from which on more is read: by chance one time in seven
READABLE = 0.01  # by which a z may be read wrongly
NEARLY = 0.98  # correlation of numbers that are made of others
FURTHEST = 8  # images back


@dataclass(frozen=True)
class Curve:
    """z ↦ what is decoded, as straight lines between `at` (k,), `points` (k, pixels)."""

    at: Numbers
    points: Numbers

    def places(self, rows: Numbers) -> Numbers:
        """The z whose decoding is nearest to each row."""
        squares = (self.points**2).sum(1) - 2 * rows @ self.points.T
        nearest = squares.argmin(1).clip(1, len(self.at) - 2)
        found, least = self.at[nearest], np.full(len(rows), np.inf)
        for start in (nearest - 1, nearest):
            line = self.points[start + 1] - self.points[start]
            along = ((rows - self.points[start]) * line).sum(1) / ((line**2).sum(1) + 1e-30)
            along = along.clip(0, 1)
            off = ((rows - self.points[start] - along[:, None] * line) ** 2).sum(1)
            place = self.at[start] + along * (self.at[start + 1] - self.at[start])
            found, least = np.where(off < least, place, found), np.minimum(off, least)
        return np.asarray(found)


def sample_of_one_latent(draw: Draw, what: str, seen: Callable[[Numbers], Numbers]) -> Steps:
    """z of sample is N(0, 1). `seen`: what is shown of decode's logits."""
    call = VAE.method("sample", every=EVERY, n=ROWS)
    what += ": with one latent variable z"
    yield from _is_normal(lambda n: _read(draw, [call] * n, 0.0, 1.0, seen, what), what)


def forward_of_one_latent(draw: Draw, what: str, image: Single) -> Steps:
    """(z − mu)/σ of forward is N(0, 1), for one image (1, 784) again and again."""
    module = instance(latent_dim=1, hidden_dim=32, moved=1)
    once = VAE.method("forward", outputs=3, every=EVERY, x=image)
    new, answer = yield module, once
    if new.failure is not None or answer.failure is not None:
        return
    mu, logvar = (float(value.ravel()[0]) if value.size else math.nan for value in answer.values[1:])
    if not (abs(mu) <= 100 and abs(logvar) <= 10):
        return
    call, sigma = (
        VAE.method("forward", outputs=3, every=EVERY, x=image.repeat(ROWS, axis=0)),
        math.exp(logvar / 2),
    )
    what += ": with one latent variable (z − mu)/σ"
    yield from _is_normal(lambda n: _read(draw, [call] * n, mu, sigma, lambda logits: logits, what), what)


def _read(
    draw: Draw,
    calls: Sequence[Call],
    mean: float,
    sigma: float,
    seen: Callable[[Numbers], Numbers],
    what: str,
) -> Generator[Any, Any, Numbers | None]:
    """(z − mean)/σ behind the first results of these calls; None where that cannot be read, or is another fact's matter."""
    tried, seed = draw.normal(TRIED), draw.integer(0, 2**31)
    z = (mean + sigma * np.concatenate([POINTS, tried]))[:, None].astype(np.float32)
    halves = np.array_split(z, 2)
    first, *later = calls
    new, *answers = yield (
        instance(latent_dim=1, hidden_dim=32, moved=1),
        *(VAE.method("decode", every=EVERY, z=half) for half in halves),
        first.with_noise(seed),
        *(call.with_noise(LEFT) for call in later),
    )
    given = [*map(len, halves), *([ROWS] * len(calls))]
    if new.failure is not None or not all(map(_is_usable, answers, given)):
        return None
    shown = [np.asarray(answer.values[0], dtype=np.float64) for answer in answers]
    decoded = seen(np.concatenate(shown[:2]))
    curve = Curve(POINTS, decoded[: POINTS.size])
    wrong = np.abs(curve.places(decoded[POINTS.size :]) - tried)
    if (wrong > READABLE).any():
        return None
    found = curve.places(np.concatenate(shown[2:]))
    known = draws.standard_normal(seed, found.shape)
    nearly = bool(np.corrcoef(found, known)[0, 1] >= NEARLY)
    holds(
        not nearly or bool((np.abs(found - known) <= 2 * READABLE).all()),
        f"{what} is nearly what torch.randn draws, and not the same",
        got=found[:8],
        expected=known[:8],
    )
    return found


def _is_usable(answer: Answer, rows: int) -> bool:
    if answer.failure is not None or answer.facts.get("shape") != [rows, PIXELS]:
        return False
    return bool(np.isfinite(answer.values[0]).all())


def _is_normal(read: Callable[[int], Generator[Any, Any, Numbers | None]], what: str) -> Steps:
    """Moments, bounds and products of neighbours of N(0, 1), each within 6 standard errors; in doubt, of more numbers."""
    noise = yield from read(CALLS)
    if noise is not None and _errors(noise) > DOUBT:
        further = yield from read(4 * CALLS)
        noise = noise if further is None else further
    if noise is not None:
        _holds(noise, what)


def _moments(noise: Numbers) -> tuple[tuple[str, Numbers, float, float], ...]:
    """Name, numbers, and their mean and variance if the noise is N(0, 1)."""
    squares = noise**2
    return (
        ("mean", noise, 0, 1),
        ("variance", squares, 1, 2),
        ("skewness", squares * noise, 0, 15),
        ("kurtosis", squares**2, 3, 96),
        ("correlation with that of the image before", noise[1:] * noise[:-1], 0, 1),
        *(
            (f"correlation with that of the image {k} before", noise[k:] * noise[:-k], 0, 1)
            for k in range(2, FURTHEST + 1)
        ),
    )


def _errors(noise: Numbers) -> float:
    """How many standard errors the worst of the moments is off."""
    return max(
        abs(float(powers.mean()) - expected) / math.sqrt(variance / noise.size)
        for _, powers, expected, variance in _moments(noise)
    )


def _holds(noise: Numbers, what: str) -> None:
    for name, powers, expected, variance in _moments(noise):
        found = float(powers.mean())
        holds(
            abs(found - expected) <= ERRORS * math.sqrt(variance / noise.size),
            f"{what} has the {name} {found:.3g}, not {expected}",
            got=found,
            expected=expected,
        )
    largest = float(np.abs(noise).max())
    holds(largest > 2.6, f"{what} never leaves [−{largest:.3g}, {largest:.3g}]: it has bounds", got=largest)
    different = np.unique(np.round(noise, 2)).size
    holds(different > 150, f"{what} takes only {different} values", got=different)
