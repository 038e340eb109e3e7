"""Facts of exercise 9-1 (e): no component of mu and logvar and no logit is bound by an activation, or to another one.

That is no matter of one instance, whose weights may well keep a number on one side: it is asked of more instances, with
large weights, as long as anything seems bound. Bounds that leave room are right: those of mu from ±1.5 on, of logvar
from −1.2 down and, as an upper one, any; of logits from ±8 on.
"""

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    Single,
    apart,
    images,
    instance,
    latents,
)
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import holds
from autograder.engine.facts import Broken, Steps, fact

FACTOR = 30.0  # times as large are the weights: an activation shows its bounds
GROUPS, GROUP = (1, 1, 2, 4), 5  # of instances, asked one after the other while something seems bound
PILE = 0.2  # share of the numbers that are at the bound
MOSTLY = 0.8
AT = 0.1  # of the bound, by which numbers may be off it
FAINT = 0.03  # of the way to the other side: the slope of a LeakyReLU is 0.01
TIED, SAME_LINE = 1e-6, 1e-3  # of the variance that another component leaves open; of the slope
LEAST_OF_MU, LEAST_OF_LOGVAR, LEAST_OF_LOGITS = 1.5, 1.2, 8.0

Where = NDArray[np.bool_]
Law = tuple[str, Where]
"""A sentence, and the components that it is said of."""


@fact(VAE, "value")
def every_output_is_free(draw: Draw) -> Steps:
    """Every component of mu and logvar and every logit that z moves takes both signs, far from 0, and none follows another

    Whatever is between, the last layer is linear: mean and logarithm have no bounds of their own.
    """
    x, z = light_and_dark(draw), near_and_far(draw)
    found: list[tuple[Numbers, ...]] = []
    for further in GROUPS:
        results = yield from given(draw, further, x, z)
        if results is None:
            return  # another fact's matter
        found += results
        if all(map(np.array_equal, found[0], found[-1])) and len(found) > 1:
            return  # __init__ seeds its random numbers: all instances are one, and its signs say nothing
        mu, logvar, logits = (np.stack(each) for each in zip(*found, strict=True))
        laws = *laws_of_moments(mu, logvar), *laws_of_logits(logits)
        if not any(where.any() for _, where in laws):
            return
    if not (yield from are_independent(draw, x)):
        return
    for says, where in laws:
        which = ", ".join(str(k + 1) for k in np.flatnonzero(where)[:5])
        holds(not where.any(), says.format(which), got=np.flatnonzero(where)[:16])


def light_and_dark(draw: Draw) -> Single:
    """Images that are far from each other: grey ones, and ones with few white pixels or few black ones, (8, 784)."""
    share = np.array([0.03, 0.03, 0.3, 0.7, 0.97, 0.97])[:, None]
    black_and_white = (draw.uniform(0, 1, (6, PIXELS)) < share).astype(np.float32)
    return np.concatenate([images(draw, 1), images(draw, 1, 0.0, 0.1), black_and_white])


def near_and_far(draw: Draw) -> Single:
    """z and −z, of the prior and ten times as far, (8, 20)."""
    z = latents(draw, 4) * np.repeat([1, 10], 2)[:, None].astype(np.float32)
    return np.concatenate([z, -z])


def large(factor: float, draw: Draw) -> Call:
    """An instance whose weights are so many times as large. (One that is to be shifted is not kept in the place of others.)"""
    return apart(instance(hidden_dim=16, moved=factor, shift={}), draw)


def given(
    draw: Draw, groups: int, x: Single, z: Single
) -> Generator[Any, Any, list[tuple[Numbers, ...]] | None]:
    """mu, logvar and logits of so many instances with large weights; None where their form is wrong."""
    questions = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    asked: list[Call] = []
    for _ in range(groups):
        for _ in range(GROUP):
            asked += [large(FACTOR, draw), *questions]
        asked.append(large(FACTOR**-GROUP, draw))  # what all instances may share has its size again
    answers = [answer for answer in (yield tuple(asked)) if answer.call.op == "module.call"]
    found = [(*results(e), *results(d)) for e, d in zip(answers[::2], answers[1::2], strict=True)]
    shapes = [(len(x), LATENT), (len(x), LATENT), (len(z), PIXELS)]
    fit = all([value.shape for value in values] == shapes for values in found)
    finite = [values for values in found if all(np.isfinite(value).all() for value in values)]
    return finite if fit and finite else None


def are_independent(draw: Draw, x: Single) -> Generator[Any, Any, bool]:
    """An instance is the same when it is made again: it shares no layer with others, which is another fact's matter."""
    same, encode = large(FACTOR, draw), VAE.method("encode", outputs=2, x=x)
    _, one, _, again, _ = yield same, encode, same, encode, large(FACTOR**-2, draw)
    return all(map(np.array_equal, results(one), results(again)))


def results(answer: Answer) -> tuple[Numbers, ...]:
    """What a method gave; nothing where its form is wrong."""
    with suppress(Broken):
        return answer.values
    return ()


def laws_of_moments(mu: Numbers, logvar: Numbers) -> Iterator[Law]:
    """mu and logvar: (instances, images, components)."""
    yield (
        "component {} of mu is never negative, or never positive: does encode end in an activation?",
        one_sided(mu),
    )
    bounded = piled(mu, LEAST_OF_MU) | piled(-mu, LEAST_OF_MU)
    yield f"component {{}} of mu stays within ±{LEAST_OF_MU}, and is mostly at its bound", bounded
    yield "component {} of mu is faint on one side: does encode end in a LeakyReLU?", one_side_faint(mu)
    length = np.linalg.norm(mu, axis=2, keepdims=True)
    shrunk = piled(length, LEAST_OF_MU, MOSTLY).repeat(LATENT)
    yield "mu has length {} at most, and mostly: z has no bounds".replace("{}", f"{length.max():.3g}"), shrunk
    yield "component {} of logvar is never negative: log σ² is below 0 where σ < 1", logvar.min((0, 1)) >= 0
    yield "component {} of logvar never changes", np.ptp(logvar, axis=(0, 1)) == 0
    yield (
        "component {} of logvar has a floor, where it mostly is: σ can be smaller",
        piled(-logvar, LEAST_OF_LOGVAR),
    )
    yield "component {} of mu follows another one: each needs outputs of its own", tied(mu, mu)
    both = tied(mu, logvar) | tied(mu**2, logvar)
    yield "component {} of logvar follows mu: each needs outputs of its own", both
    # One σ for all components of an image is a choice of q.


def laws_of_logits(logits: Numbers) -> Iterator[Law]:
    """logits: (instances, z, pixels). The edge of an image may be constant."""
    moved = (np.ptp(logits, axis=1) > 0).any(0)
    yield (
        "the logit of pixel {} is never negative, or never positive: does decode end in an activation?",
        moved & one_sided(logits),
    )
    bounded = piled(logits, LEAST_OF_LOGITS) | piled(-logits, LEAST_OF_LOGITS)
    yield (
        f"the logit of pixel {{}} stays within ±{LEAST_OF_LOGITS:g}, and is mostly at its bound",
        moved & bounded,
    )
    yield (
        "the logit of pixel {} is faint on one side: does decode end in a LeakyReLU?",
        moved & one_side_faint(logits),
    )


def one_sided(numbers: Numbers) -> Where:
    return np.asarray((numbers.min((0, 1)) >= 0) | (numbers.max((0, 1)) <= 0))


def one_side_faint(numbers: Numbers) -> Where:
    low, high = -numbers.min((0, 1)), numbers.max((0, 1))
    return np.asarray((low < FAINT * high) | (high < FAINT * low))


def piled(numbers: Numbers, least: float, share: float = PILE) -> Where:
    """The largest of the numbers is smaller than this, and so many of them are about as large."""
    highest = numbers.max((0, 1))
    at_it = numbers >= highest - AT * np.abs(highest)
    return np.asarray((highest < least) & (at_it.mean((0, 1)) >= share))


def tied(one: Numbers, other: Numbers) -> Where:
    """The components of the other that are one line of a component of the one, the same line in all instances."""
    a, b = (each - each.mean(1, keepdims=True) for each in (one, other))
    together, of_a, of_b = a.transpose(0, 2, 1) @ b, (a**2).sum(1)[:, :, None], (b**2).sum(1)[:, None]
    slope, left = together / of_a, 1 - together**2 / (of_a * of_b)
    on_a_line = (left < TIED).all(0) & (np.ptp(slope, axis=0) <= SAME_LINE * np.abs(slope).max(0))
    return np.asarray((np.triu(on_a_line, 1) if one is other else on_a_line).any(0))
