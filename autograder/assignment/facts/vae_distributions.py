"""Facts of exercise 9-1 (e): the distributions that forward and sample draw z from, seen through decode."""

from collections.abc import Mapping

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    images,
    instance,
    made,
    same_noise,
)
from autograder.assignment.facts.vae_latents import CLOSE, DOUBTFUL, ERRORS, SUSPECT, Lens, distinct
from autograder.assignment.facts.vae_seen import (
    alike,
    has_no_tight_bounds,
    pressed,
    sums_to_one,
    within,
)
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, holds, same_shape
from autograder.engine.facts import Broken, Stage, Steps, fact

ROWS = 100  # of each sample of decoded latents
MORE = 400  # of each supposition of what went wrong
EVERY = 7  # every seventh pixel is enough to tell them apart
SIGMOID_OF_1 = 0.7310586
RIGHT = ""  # the supposition that nothing went wrong


def has_shape(answer: Answer, shape: tuple[int, ...], what: str) -> None:
    """The shape of a first result of which not every column came back."""
    found = answer.facts.get("shape")
    if found != list(shape):
        raise Broken(f"{what} should have shape {list(shape)}, got {found}", stage=Stage.SHAPE)


@fact(VAE, "value")
def latents_follow_the_encoder(draw: Draw) -> Steps:
    """forward's logits have the distribution of decode(z), z ~ N(mu, exp(logvar)), with noise of its own in every row

    For the mu and logvar that forward returns, both without tight bounds. Sheet 9-1 (e).
    """
    several, start = images(draw, 16), draw.integer(0, 2**31)
    x = several[:1].repeat(ROWS, axis=0)
    larger = same_noise(instance(hidden_dim=32, moved=2), start)
    new, forward = yield larger, VAE.method("forward", outputs=3, every=EVERY, x=x)
    made(new)
    logits, mus, logvars = forward.values
    has_shape(forward, (ROWS, PIXELS), "the first result of forward")
    for name, value in (("mu", mus), ("logvar", logvars)):
        same_shape(value, (ROWS, LATENT), f"{name} of forward")
    mu, logvar = mus[0], logvars[0]
    if not (np.abs(mu).max() <= 2e3 and within(logvar, -60, 30) and np.isfinite(logits).all()):
        return  # doubled weights may leave the graded range
    noise = draw.normal((2 * ROWS, LATENT))
    z = mu + np.exp(logvar / 2) * noise
    new, again, decoded = yield (
        larger,
        VAE.method("forward", outputs=3, x=several),
        VAE.method("decode", every=EVERY, z=z.astype(np.float32)),
    )
    made(new)
    _, mus, logvars = again.values
    holds(not pressed(mus), "mu never leaves [−1, 1]: z has no bounds", got=mus[0])
    holds(not pressed(logvars), "logvar never leaves [−1, 1]: σ can be far smaller", got=logvars[0])
    if not all(alike(one[0], other) for one, other in zip(again.values[1:], (mu, logvar), strict=True)):
        return  # another instance than before: its start is drawn from random numbers that no seed sets
    has_shape(decoded, (2 * ROWS, PIXELS), "the result of decode")
    decodings = decoded.value
    if not np.isfinite(decodings).all():
        return
    learned, right = decodings[:ROWS], decodings[ROWS:]
    has_no_tight_bounds(right)
    holds(
        2 * distinct(logits) > distinct(right),
        "equal images of a batch get equal logits: every image needs noise of its own",
        got=logits[:2, :8],
    )
    lens = Lens.learn(learned, noise[:ROWS], logvar)
    if lens.apart(logits, right) <= DOUBTFUL:
        return
    supposed = suppositions(draw, mu, logvar)
    new, forward, decoded = yield (
        larger,
        VAE.method("forward", outputs=3, every=EVERY, x=x.repeat(MORE // ROWS, axis=0)),
        VAE.method("decode", every=EVERY, z=supposed[RIGHT].astype(np.float32)),
    )
    made(new)
    logits, under = forward.values[0], {RIGHT: decoded.value}
    if lens.apart(logits, under[RIGHT]) <= SUSPECT:
        return
    slips = [slip for slip in supposed if slip != RIGHT]
    zs = np.concatenate([supposed[slip] for slip in slips])
    new, decoded = yield larger, VAE.method("decode", every=EVERY, z=zs.astype(np.float32))
    made(new)
    under |= zip(slips, np.split(decoded.value, len(slips)), strict=True)
    follows(lens, logits, under, "forward's logits are not those of z ~ N(mu, exp(logvar))")


def suppositions(draw: Draw, mu: Numbers, logvar: Numbers) -> dict[str, Numbers]:
    """z as typical slips draw it (each `MORE` times), by what they do; the right one first."""

    def noise() -> Numbers:
        return draw.normal((MORE, mu.size))

    sigma, between = np.exp(logvar / 2), draw.uniform(0, 1, (MORE, mu.size))
    return {
        RIGHT: mu + sigma * noise(),
        "e^logvar is taken for σ": mu + np.exp(logvar) * noise(),
        "logvar is taken for σ": mu + logvar * noise(),
        "the noise is not multiplied by σ": mu + noise(),
        "mu is not added": sigma * noise(),
        "all components of z share one ε": mu + sigma * draw.normal((MORE, 1)),
        "ε is squared": mu + sigma * noise() ** 2,
        "ε is uniform in [0, 1)": mu + sigma * between,
        "ε is uniform in [−1, 1)": mu + sigma * (2 * between - 1),
        **{f"ε is scaled by {factor}": mu + sigma * factor * noise() for factor in (0.1, 0.5, 2)},
    }


@fact(VAE, "value")
def sample_decodes_the_prior(draw: Draw) -> Steps:
    """sample(n) gives probabilities with the distribution of σ(decode(z)), z ~ N(0, I), fresh in every call

    Generating is decoding draws from the prior; the sigmoid makes probabilities of logits.
    """
    noise, start = draw.normal((2 * ROWS, LATENT)), draw.integer(0, 2**31)
    moved = same_noise(instance(hidden_dim=32, moved=1), start)
    new, first, second, decoded = yield (
        moved,
        VAE.method("sample", every=EVERY, n=ROWS),
        VAE.method("sample", n=2),
        VAE.method("decode", every=EVERY, z=noise.astype(np.float32)),
    )
    made(new)
    got = first.value
    has_shape(first, (ROWS, PIXELS), "the result of sample")
    same_shape(second.value, (2, PIXELS), "the result of sample")
    finite(got, "the result of sample")
    is_probability(got, second.value)
    again = any(alike(one, other) for one, other in zip(second.value[:, ::EVERY], got, strict=False))
    holds(
        bool((got != got[:1]).any()),
        "the result of sample is the same for every row" + (" and in every call" if again else ""),
        got=got[:2, :8],
    )
    holds(not again, "two calls of sample give the same images", got=got[0, :8])
    has_shape(decoded, (2 * ROWS, PIXELS), "the result of decode")
    logits = within_logit(decoded.value)
    if not np.isfinite(logits).all():
        return  # another fact's matter
    right = logits[ROWS:]
    lens = Lens.learn(logits[:ROWS], noise[:ROWS], np.zeros(LATENT))
    if lens.apart(logit(got), right) <= SUSPECT:
        return
    supposed = prior_suppositions(draw)
    new, sampled, decoded = yield (
        moved,
        VAE.method("sample", every=EVERY, n=MORE),
        VAE.method("decode", every=EVERY, z=np.concatenate([*supposed.values()]).astype(np.float32)),
    )
    made(new)
    decodings = dict(zip(supposed, np.split(within_logit(decoded.value), len(supposed)), strict=True))
    follows(
        lens,
        logit(sampled.value),
        decodings,
        "sample's images are not those of σ(decode(z)), z ~ N(0, I)",
    )


def prior_suppositions(draw: Draw) -> dict[str, Numbers]:
    """z as typical slips of sample draw it (each `MORE` times), by what they do; the right one first."""
    between, noise = draw.uniform(0, 1, (MORE, LATENT)), draw.normal((MORE, LATENT))
    return {
        RIGHT: noise,
        "z is uniform in [0, 1)": between,
        "z is uniform in [−1, 1)": 2 * between - 1,
        "all components of z are one number": noise[:, :1].repeat(LATENT, axis=1),
        **{f"z is scaled by {factor}": factor * noise for factor in (0.1, 0.5, 2, 3)},
    }


def follows(lens: Lens, found: Numbers, supposed: Mapping[str, Numbers], what: str) -> None:
    """The second look, with more rows: `found` is distributed like the first of `supposed`; or else, like which?"""
    off = {slip: lens.apart(found, logits) for slip, logits in supposed.items()}
    fitting = [slip for slip, errors in off.items() if errors <= CLOSE]
    reason = f": {fitting[0]}" if len(fitting) == 1 else ""
    errors = off[RIGHT]
    holds(errors <= ERRORS, f"{what}, by {errors:.0f} standard errors{reason}", got=errors, expected=0.0)


def is_probability(got: Numbers, whole: Numbers) -> None:
    """What sample returns is σ(logits); `whole`: images with all their pixels."""
    low, high = float(got.min()), float(got.max())
    where = f"(from {low:.3g} to {high:.3g})"
    holds(
        within(got, 0, 1 + 1e-6),
        f"probabilities lie in [0, 1] {where}: is the sigmoid missing?",
        got=[low, high],
    )
    holds(
        not bool(((got == 0) | (got == 1)).all()), "every pixel of sample is 0 or 1: those are drawn pixels"
    )
    holds(not sums_to_one(whole), "the pixels of an image of sample add up to 1: that is a softmax")
    holds(
        not within(got, 0.5 - 1e-6, SIGMOID_OF_1 + 1e-6) or high - low < 0.1,
        f"the probabilities of sample lie between σ(0) and σ(1) {where}: is the sigmoid applied twice?",
        got=[low, high],
    )


def logit(p: Numbers) -> Numbers:
    """σ⁻¹, as far as single precision can tell."""
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def within_logit(logits: Numbers) -> Numbers:
    """`logit` of the probabilities of these logits."""
    furthest = np.log(1e6 - 1)
    return np.clip(logits, -furthest, furthest)
