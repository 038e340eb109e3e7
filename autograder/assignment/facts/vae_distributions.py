"""Facts of exercise 9-1 (e): the distributions that forward and sample draw z from, seen through decode.

Most code takes its noise from torch.randn, whose numbers for a given seed are known (`reference.draws`). Then forward
is right, or wrong by a known slip, row for row. Only where the results fit none of these does a statistic decide, with
bounds that right code never meets.
"""

from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    images,
    instance,
    made,
    state_of,
)
from autograder.assignment.facts.vae_latents import CLOSE, ERRORS, SAME, SHOWN, SUSPECT, Lens, distinct
from autograder.assignment.facts.vae_one_latent import forward_of_one_latent, sample_of_one_latent
from autograder.assignment.facts.vae_seen import (
    TIGHT,
    alike,
    has_no_tight_bounds,
    has_shape,
    nearly,
    pressed,
    rounded_to_half,
    sums_to_one,
    within,
)
from autograder.assignment.reference import draws
from autograder.engine.calls import LEFT, Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, holds, same_shape
from autograder.engine.facts import Broken, Evidence, Steps, fact

LEARNED = 200  # decoded to learn how to read the noise of others
MORE = 400  # of each sample that a statistic compares
MANY_IMAGES = 70  # of a second sample: more than the usual 64
SAME_IMAGE = 2e-6  # by which no probability of two images differs: the rounding of one z in two batches
EVERY = 7  # every seventh pixel is enough to tell them apart
SIGMOID_OF_1 = 0.7310586
WHAT = "forward's logits are not those of z ~ N(mu, exp(logvar))"
RIGHT = ""  # the supposition that nothing went wrong
SCALED = "the noise is scaled"
X_ADDED = "x is added to them"
EQUAL_ROWS = "every image needs noise of its own"
HIGHEST = 80.0  # an exponent beyond which a supposed σ leaves float32
BELOW_ONE = -0.2  # of log σ²: an upper bound of σ is not graded from 1 on
NEAR, MANY = 0.05, 0.08
"""The share of entries in the highest part of their range, as after a sigmoid; of normal ones a thousandth."""
HARDLY = 0.1  # of the spread that logits should have
MIXED = 0.01  # of that spread, by which logits may be off by rounding amid large weights
FAR = 100.0  # of logvar: three times the graded range
FACTORS = (0.1, 0.2, 5**-0.5, 0.5, 2**-0.5, 2**0.5, 2)

Source = Callable[[tuple[int, ...]], Numbers]


@fact(VAE, "value")
def latents_follow_the_encoder(draw: Draw) -> Steps:
    """forward's logits have the distribution of decode(z), z ~ N(mu, exp(logvar)), with noise of its own in every row

    For the mu and logvar that forward returns, both without tight bounds. Sheet 9-1 (e).
    """
    x, seed = images(draw, some_rows(draw)), draw.integer(0, 2**31)
    for moved in (3, 2, 1):
        larger = instance(hidden_dim=32, moved=moved)
        new, forward = yield (
            larger,
            VAE.method("forward", outputs=3, every=EVERY, x=x).with_noise(seed),
        )
        made(new)
        mus, logvars = moments_of(forward)
        if np.abs(mus).max() <= 2e3 and within(logvars, -60, 30) and np.isfinite(forward.value).all():
            break  # larger weights may leave the graded range
    else:
        yield from z_is_finite(larger, forward)
        raise Broken(
            "forward's results leave the graded range: |mu| ≤ 2000, logvar in [−60, 30], finite logits"
        )
    holds(not pressed(mus), "mu never leaves [−1, 1]: z has no bounds", got=mus[0])
    holds(not pressed(logvars), "logvar never leaves [−1, 1]: σ can be far smaller", got=logvars[0])
    highest, one_for_all = float(logvars.max()), not np.ptp(logvars, axis=1).any()
    piled = float((logvars > highest - NEAR * np.ptp(logvars)).mean()) >= MANY
    holds(
        highest > BELOW_ONE or not piled or one_for_all,
        f"logvar never exceeds {highest:.3g}, where many of its entries are: σ can be larger",
        got=logvars[0],
    )
    yield from follows_the_encoder(draw, larger, forward, seed)
    if moved > 1:
        # Large logits hide what is added to them, and a large σ what is added to it, or another one that is small.
        smaller = instance(hidden_dim=32, moved=1)
        new, forward = yield smaller, forward.call
        made(new)
        moments_of(forward)
        yield from follows_the_encoder(draw, smaller, forward, seed)


def follows_the_encoder(draw: Draw, module: Call, forward: Answer, seed: int) -> Steps:
    """The logits are those of z with torch's own noise, or at least have their distribution."""
    if not (yield from decodes_known_noise(module, forward, seed)):
        yield from follow_the_moments(draw, module, forward, seed)


def moments_of(forward: Answer) -> tuple[Numbers, Numbers]:
    """mu and logvar of forward, where all results have their shapes."""
    forward.values  # noqa: B018  (a reply of the wrong form is named first)
    rows = len(forward.call.tensors["x"])
    has_shape(forward, (rows, PIXELS), "the first result of forward")
    for name, value in zip(("mu", "logvar"), forward.values[1:], strict=True):
        same_shape(value, (rows, LATENT), f"{name} of forward")
    return forward.values[1], forward.values[2]


def decodes_known_noise(module: Call, forward: Answer, seed: int) -> Generator[Any, Any, bool]:
    """Whether the logits are, number for number, those of z with the noise that torch.randn draws."""
    mus, logvars = forward.values[1:]
    normal, _ = known_noise(seed)
    new, decoded = yield module, decodings([mus + np.exp(logvars / 2) * normal(mus.shape)])
    made(new)
    of_right = logits_of(decoded)
    if np.isfinite(of_right).all():
        has_no_tight_bounds(of_right)
    return alike(forward.value, of_right, TIGHT)


def follow_the_moments(draw: Draw, module: Call, forward: Answer, seed: int) -> Steps:
    """The logits are not those of a known slip, and have the distribution of decode(z)."""
    x, (logits, mus, logvars) = forward.call.tensors["x"], forward.values
    normal, uniform = known_noise(seed)
    supposed = suppositions(mus, logvars, normal, uniform)
    # One image many times, so that its latents are many draws of one distribution.
    mu, logvar = (np.broadcast_to(moment[0], (MORE, LATENT)) for moment in (mus, logvars))
    noise, epsilon = draw.normal((LEARNED, LATENT)), normal((MORE, LATENT))
    learned = mu[:LEARNED] + np.exp(logvar[:LEARNED] / 2) * noise
    random = suppositions(mu, logvar, draw.normal, partial(draw.uniform, 0.0, 1.0))
    new, again, now, many, of_slips, decoded = yield (
        module,
        VAE.method("forward", outputs=3, every=EVERY, x=x),
        forward.call,  # sample may have changed the weights meanwhile
        VAE.method("forward", outputs=3, every=EVERY, x=x[:1].repeat(MORE, axis=0)).with_noise(seed),
        decodings([*supposed.values()]),
        decodings([learned, random[RIGHT], mu + np.exp(logvar / 2) * epsilon]),
    )
    made(new)
    of_slip = dict(zip(supposed, np.split(logits_of(of_slips), len(supposed)), strict=True))
    of_right = of_slip.pop(RIGHT)
    holds(
        alike(logits, of_right) or not all(any(alike(row, other) for other in of_right) for row in logits),
        f"{WHAT}: an image is decoded from the z of another one of its batch",
        got=logits[:2, :8],
    )
    if not all(alike(one, other) for one, other in zip(again.values[1:], (mus, logvars), strict=True)):
        yield from follow_the_moments_of_one(draw, module, forward, seed)
        return
    many.values  # noqa: B018  (a reply of the wrong form is named first)
    has_shape(many, (MORE, PIXELS), f"the first result of forward for {MORE} images")
    found, *moments = many.values
    for name, one, other in zip(("mu", "logvar"), moments, (mus, logvars), strict=True):
        holds(
            one.shape == (MORE, LATENT) and alike(one, np.broadcast_to(other[0], one.shape)),
            f"{name} of an image is another one among {MORE} images than among {len(mus)}",
            got=one[:2],
        )
    if not alike(logits, of_right):
        is_no_slip(logits, {**of_slip, X_ADDED: of_right + x[:, ::EVERY]}, WHAT)
    finite(found, f"forward's logits of {MORE} images")
    learned_logits, right, known = np.split(logits_of(decoded), [LEARNED, LEARNED + MORE])
    finite(decoded.value, f"the logits of {len(decoded.value)} latents")
    moments_of(now)
    apart = min(np.linalg.norm(each - of_right) for each in (logits, now.values[0]))
    holds(
        not (apart > MIXED * np.linalg.norm(of_right - of_right.mean(0)) and alike(found, known)),
        f"{WHAT} where other images are in the batch: images are mixed where z is drawn",
        got=logits[:2, :8],
        expected=of_right[:2, :8],
    )
    if 2 * distinct(found) <= distinct(right):
        yield from draws_anew(module, many, found)
    lens = Lens.learn(learned_logits, noise, logvar[0])
    shown = lens.shown(found, epsilon)
    if lens.apart(found, right) > SUSPECT:
        new, decoded = yield module, decodings([z for slip, z in random.items() if slip != RIGHT])
        made(new)
        others = slips(random, logits_of(decoded))
        if shown > SHOWN:
            # No known slip, row by row, with the noise that is there: one that is like it here is another one.
            others = {slip: logits for slip, logits in others.items() if slip.startswith(SCALED)}
        follows(lens, found, {RIGHT: right, **others}, WHAT)
    is_this_noise(lens, found, known, epsilon, f"{WHAT}, though ε is what torch.randn draws")
    if not alike(found, known):
        pairs_are_free(lens, found, right, WHAT)
        yield from forward_of_one_latent(draw, WHAT, x[:1])


def is_this_noise(lens: Lens, found: Numbers, known: Numbers, epsilon: Numbers, what: str) -> None:
    """Where as much of ε is seen as in the logits that it makes, these are the logits."""
    shown, of_known = lens.shown(found, epsilon), lens.shown(known, epsilon)
    holds(
        alike(found, known) or nearly(found, known) or shown <= max(SHOWN, SAME * of_known),
        what,
        got=found[0, :8],
        expected=known[0, :8],
    )


def pairs_are_free(lens: Lens, found: Numbers, right: Numbers, what: str) -> None:
    """No component of the noise depends on another one."""
    errors = lens.pairs_apart(found, right)
    holds(
        errors <= ERRORS,
        f"{what}: two components of the noise depend on each other",
        got=errors,
        expected=0.0,
    )


def draws_anew(module: Call, many: Answer, found: Numbers) -> Steps:
    """Equal images share their noise, or z is so large that few different logits are left: then a later call gives them, too."""
    new, later = yield module, many.call.with_noise(LEFT)
    made(new)
    has_shape(later, (MORE, PIXELS), f"the first result of forward for {MORE} images")
    same_shape(later.values[0], found.shape, "the first result of forward in a later call")
    holds(
        distinct(found) > 1 and distinct(np.concatenate([found, later.values[0]])) < 2 * distinct(found),
        f"equal images of a batch get equal logits: {EQUAL_ROWS}",
        got=found[:2, :8],
    )
    raise Broken(
        f"{WHAT}: many draws of z give the same, as where z is very large", Evidence(got=found[:2, :8])
    )


def z_is_finite(module: Call, forward: Answer) -> Steps:
    """Where mu, logvar and decode(mu) are finite and forward's logits are not, it is z that is not.

    (Where logvar is far beyond the graded range, σ itself may be infinite.)
    """
    logits, mu, logvar = forward.values
    if np.isfinite(logits).all() or not (np.isfinite(mu).all() and (np.abs(logvar) <= FAR).all()):
        return
    new, decoded = yield module, decodings([mu])
    made(new)
    holds(
        not np.isfinite(decoded.value).all(),
        "the logits of forward are not finite, though mu, logvar and decode(mu) are: z is not",
        got=logits[0, :8],
    )


def follow_the_moments_of_one(draw: Draw, module: Call, forward: Answer, seed: int) -> Steps:
    """The same of an instance that loads its state: where mu and logvar changed, its start may be drawn from random
    numbers that no seed sets."""
    holds(
        not module.params["state"],
        "mu and logvar of forward change from call to call for the same x, in eval mode",
    )
    new, kept = yield module, VAE.state()
    made(new)
    fixed = instance(hidden_dim=32, state=state_of(kept))
    new, again = yield fixed, forward.call
    made(new)
    moments_of(again)
    yield from follow_the_moments(draw, fixed, again, seed)


def some_rows(draw: Draw) -> int:
    """The size of a batch that is decoded with the noise that torch.randn is known to draw, in halves too.

    Each half is a multiple of 16 numbers: torch draws it alike by itself and as the first half of all.
    """
    return 8 * draw.integer(2, 3)


def suppositions(mu: Numbers, logvar: Numbers, normal: Source, uniform: Source) -> dict[str, Numbers]:
    """z as typical slips draw it, by what they do; the right one first. mu and logvar: (n, d)."""
    (n, d), sigma = mu.shape, np.exp(logvar / 2)
    epsilon, between, half = normal((n, d)), uniform((n, d)), normal((n // 2, d))
    columns = normal((n, d // 2))
    centred, among = epsilon - epsilon.mean(0), epsilon - epsilon.mean(1, keepdims=True)
    return {
        RIGHT: mu + sigma * epsilon,
        "e^logvar is taken for σ": mu + np.exp(logvar) * epsilon,
        "logvar is taken for σ": mu + logvar * epsilon,
        "√σ is taken for σ": mu + np.exp(logvar / 4) * epsilon,
        "e^(2 logvar) is taken for σ": mu + np.exp(2 * logvar) * epsilon,
        "e^(−logvar/2) is taken for σ": mu + epsilon / sigma,
        "softplus(logvar) is taken for σ": mu + np.logaddexp(0, logvar) * epsilon,
        "√|logvar| is taken for σ": mu + np.sqrt(np.abs(logvar)) * epsilon,
        "10^(logvar/2) is taken for σ": mu + 10 ** (logvar / 2) * epsilon,
        "σ is taken for logvar": mu + np.exp(np.minimum(sigma / 2, HIGHEST)) * epsilon,
        "σ² is taken for logvar": mu + np.exp(np.minimum(sigma**2 / 2, HIGHEST)) * epsilon,
        "mu and logvar are exchanged": logvar + np.exp(mu / 2) * epsilon,
        "mu and σ are exchanged": sigma + mu * epsilon,
        "the noise is multiplied by mu, too": mu * (1 + sigma * epsilon),
        "z goes through a tanh": np.tanh(mu + sigma * epsilon),
        "z goes through a sigmoid": sigmoid(mu + sigma * epsilon),
        "z goes through an exponential": np.exp(np.minimum(mu + sigma * epsilon, HIGHEST)),
        "the noise is not multiplied by σ": mu + epsilon,
        "σ and ε are added": mu + sigma + epsilon,
        "mu is not added": sigma * epsilon,
        "all components of z share one ε": mu + sigma * normal((n, 1)),
        f"all rows of the batch share one ε: {EQUAL_ROWS}": mu + sigma * normal((1, d)),
        "σ is at most 1 where z is drawn": mu + np.minimum(sigma, 1) * epsilon,
        "σ is at least 1 where z is drawn": mu + np.maximum(sigma, 1) * epsilon,
        "the ε of the second half mirror those of the first": mu + sigma * np.concatenate([half, -half]),
        "the noise of half of the components is repeated": mu + sigma * np.hstack([columns, columns]),
        "the noise of half of the components is mirrored": mu + sigma * np.hstack([columns, -columns]),
        "the first component of z has no noise": mu + sigma * epsilon * (np.arange(d) > 0),
        "0.1 is added to σ": mu + (sigma + 0.1) * epsilon,
        "mu is averaged over the batch": mu.mean(0) + sigma * epsilon,
        "σ is averaged over the batch": mu + sigma.mean(0) * epsilon,
        "mu and logvar are averaged over the batch": mu.mean(0) + np.exp(logvar.mean(0) / 2) * epsilon,
        "logvar is averaged over the batch": mu + np.exp(logvar.mean(0) / 2) * epsilon,
        "z is drawn from the prior": epsilon,
        "ε is squared": mu + sigma * epsilon**2,
        "ε is cut off at ±1": mu + sigma * np.clip(epsilon, -1, 1),
        "ε is never negative": mu + sigma * np.abs(epsilon),
        "ε is uniform in [0, 1)": mu + sigma * between,
        "ε is uniform in [−1, 1)": mu + sigma * (2 * between - 1),
        "ε is uniform with variance 1": mu + sigma * np.sqrt(12) * (between - 0.5),
        "ε has a Laplace distribution": mu + sigma * laplace(between),
        "ε has a Laplace distribution of variance 1": mu + sigma * laplace(between) / np.sqrt(2),
        "ε is standardised over the batch": mu + sigma * centred / epsilon.std(0, ddof=1),
        "ε is standardised over the batch by √(mean square)": mu + sigma * centred / epsilon.std(0),
        "ε is standardised over the components": mu + sigma * among / epsilon.std(1, ddof=1, keepdims=True),
        "ε is standardised over the components by √(mean square)": mu
        + sigma * among / epsilon.std(1, keepdims=True),
        **{f"{SCALED} by {factor:.2g}": mu + sigma * factor * epsilon for factor in FACTORS},
    }


def laplace(between: Numbers) -> Numbers:
    """Of numbers in [0, 1), those of a Laplace distribution of scale 1 as torch.distributions makes them."""
    u = 2 * between - 1
    return np.asarray(-np.sign(u) * np.log1p(-np.abs(u) * (1 - 1e-7)))


@fact(VAE, "value")
def sample_decodes_the_prior(draw: Draw) -> Steps:
    """sample(n) gives probabilities with the distribution of σ(decode(z)), z ~ N(0, I), fresh in every call

    Generating is decoding draws from the prior; the sigmoid makes probabilities of logits.
    """
    what = "sample's images are not those of σ(decode(z)), z ~ N(0, I)"
    rows = some_rows(draw)
    seed = draw.integer(0, 2**31)
    moved = instance(hidden_dim=32, moved=1)
    normal, uniform = known_noise(seed)
    z = normal((2 * rows + MANY_IMAGES, LATENT))
    new, _, first, next_one, second, decoded = yield (
        moved,
        VAE.method("forward", outputs=3, x=images(draw, 4)),  # of which sample knows nothing
        VAE.method("sample", n=rows).with_noise(seed),
        VAE.method("sample", every=EVERY, n=rows).with_noise(LEFT),
        VAE.method("sample", every=EVERY, n=MANY_IMAGES).with_noise(LEFT),
        decodings([z]),
    )
    made(new)
    same_shape(first.value, (rows, PIXELS), "the result of sample")
    has_shape(second, (MANY_IMAGES, PIXELS), f"the result of sample({MANY_IMAGES})")
    has_shape(next_one, (rows, PIXELS), "the result of sample in a later call")
    got, later = first.value[:, ::EVERY], second.value
    finite(got, "the result of sample")
    finite(later, f"the result of sample({MANY_IMAGES})")
    others = np.concatenate([next_one.value, later])
    again = bool((np.abs(got[:, None] - others).max(-1) < SAME_IMAGE).any())
    holds(
        bool((got != got[:1]).any()),
        "the result of sample is the same for every row" + (" and in every call" if again else ""),
        got=got[:2, :8],
    )
    is_probability(got, first.value, decoded.value[:rows] if decoded.failure is None else np.full(1, np.nan))
    holds(not rounded_to_half(got), "the result of sample is rounded to half precision", got=got[0, :8])
    holds(not again, "two calls of sample give the same images, or some of them", got=got[0, :8])
    holds(
        distinct(later) == MANY_IMAGES or distinct(got) < rows,
        f"some images of sample({MANY_IMAGES}) are the same: each has a z of its own",
        got=later[:2, :8],
    )
    of_first, of_others = np.split(sigmoid(logits_of(decoded)), [rows])
    if alike(got, of_first):
        if not alike(others, of_others):  # it may have drawn other numbers between; or keep something
            yield from follow_the_prior(draw, moved, what)
            yield from sample_of_one_latent(draw, what, sigmoid)
        return
    of_right = logits_of(decoded)[:rows]
    supposed = prior_suppositions(rows, normal, uniform)
    new, of_slips = yield moved, decodings([z for slip, z in supposed.items() if slip != RIGHT])
    made(new)
    of_slip = slips(supposed, logits_of(of_slips)) | {
        f"the logits are multiplied by {factor}": factor * of_right for factor in (0.5, 2)
    }
    is_no_slip(got, {slip: sigmoid(of) for slip, of in of_slip.items()}, what)
    yield from follow_the_prior(draw, moved, what)
    # The same for doubled weights, whose q(z|x) is further from the prior.
    yield from follow_the_prior(draw, instance(hidden_dim=32, moved=2), what)
    yield from sample_of_one_latent(draw, what, sigmoid)


def follow_the_prior(draw: Draw, module: Call, what: str) -> Steps:
    """The images have the distribution of σ(decode(z)), z ~ N(0, I)."""
    noise, seed = draw.normal((LEARNED, LATENT)), draw.integer(0, 2**31)
    epsilon = draws.standard_normal(seed, (MORE, LATENT))
    random = prior_suppositions(MORE, draw.normal, partial(draw.uniform, 0.0, 1.0))
    new, sampled, decoded, of_known = yield (
        module,
        VAE.method("sample", every=EVERY, n=MORE).with_noise(seed),
        decodings([noise, random[RIGHT]]),
        decodings([epsilon]),
    )
    made(new)
    has_shape(sampled, (MORE, PIXELS), "the result of sample")
    finite(sampled.value, f"the result of sample({MORE})")
    finite(decoded.value, f"the logits of {len(decoded.value)} latents")
    found, logits = logit(sampled.value), within_logit(logits_of(decoded))
    learned_logits, right = np.split(logits, [LEARNED])
    known = within_logit(logits_of(of_known))
    lens = Lens.learn(learned_logits, noise, np.zeros(LATENT))
    if lens.apart(found, right) > SUSPECT:
        new, decoded = yield module, decodings([z for slip, z in random.items() if slip != RIGHT])
        made(new)
        follows(lens, found, {RIGHT: right, **slips(random, within_logit(logits_of(decoded)))}, what)
    is_this_noise(lens, found, known, epsilon, f"{what}, though z is nearly what torch.randn draws")
    pairs_are_free(lens, found, right, what)


def prior_suppositions(n: int, normal: Source, uniform: Source) -> dict[str, Numbers]:
    """z as typical slips of sample draw it (n times), by what they do; the right one first."""
    epsilon, between = normal((n, LATENT)), uniform((n, LATENT))
    return {
        RIGHT: epsilon,
        "z is uniform in [0, 1)": between,
        "z is uniform in [−1, 1)": 2 * between - 1,
        "z is uniform with variance 1": np.sqrt(12) * (between - 0.5),
        "z has a Laplace distribution": laplace(between),
        "z has a Laplace distribution of variance 1": laplace(between) / np.sqrt(2),
        "z is never negative": np.abs(epsilon),
        "z is rounded to whole numbers": np.round(epsilon),
        "all components of z are one number": normal((n, 1)).repeat(LATENT, axis=1),
        "the second half of z mirrors the first": np.concatenate(
            [normal((n // 2, LATENT)) * s for s in (1, -1)]
        ),
        "z is scaled by √e, as by logvar = 1": np.exp(0.5) * epsilon,
        **{f"z is scaled by {factor}": factor * epsilon for factor in (0.1, 0.5, 2, 3)},
    }


def known_noise(seed: int) -> tuple[Source, Source]:
    """The normal and the uniform numbers that torch draws after this seed."""
    return partial(draws.standard_normal, seed), partial(draws.uniform, seed)


def decodings(zs: list[Numbers]) -> Call:
    """decode of all these z, one sample after the other."""
    return VAE.method("decode", every=EVERY, z=np.concatenate(zs).astype(np.float32))


def logits_of(decoded: Answer) -> Numbers:
    """What came back from `decodings`: a row for every z, however many there are."""
    rows = len(decoded.call.tensors["z"])
    has_shape(decoded, (rows, PIXELS), f"the result of decode for {rows} rows of z")
    return decoded.value


def slips(supposed: Mapping[str, Numbers], decoded: Numbers) -> dict[str, Numbers]:
    """The decodings of all suppositions but the right one, by what went wrong."""
    names = [slip for slip in supposed if slip != RIGHT]
    return dict(zip(names, np.split(decoded, len(names)), strict=True))


def is_no_slip(got: Numbers, supposed: Mapping[str, Numbers], what: str) -> None:
    """Rows that are, number for number, those of a known slip with torch's own noise."""
    fitting = [slip for slip, decoded in supposed.items() if alike(got, decoded)]
    reason = f": {fitting[0]}" if len(fitting) == 1 else ""
    holds(not fitting, f"{what}{reason}", got=got[0, :8])


def follows(lens: Lens, found: Numbers, supposed: Mapping[str, Numbers], what: str) -> None:
    """`found` is distributed like the first of `supposed`; or else, like which?"""
    off = {slip: lens.apart(found, logits) for slip, logits in supposed.items()}
    fitting = sorted((slip for slip, errors in off.items() if errors <= CLOSE), key=lambda slip: off[slip])
    alone = len(fitting) == 1 or all(slip.startswith(SCALED) for slip in fitting)
    reason = f": {fitting[0].replace(f'{SCALED} by ', f'{SCALED} by about ')}" if fitting and alone else ""
    spread = float(np.median(found.std(0) / (supposed[RIGHT].std(0) + 1e-30)))
    if not fitting and spread < HARDLY:
        reason = f": their spread from draw to draw is {spread:.2g} of what it should be"
    errors = off[RIGHT]
    holds(errors <= ERRORS, f"{what}, by {errors:.0f} standard errors{reason}", got=errors, expected=0.0)


def is_probability(got: Numbers, whole: Numbers, logits: Numbers) -> None:
    """What sample returns is σ(logits); `whole`: images with all their pixels; `logits`: of torch's own noise."""
    low, high = float(got.min()), float(got.max())
    where = f"(from {low:.3g} to {high:.3g})"
    forms = {
        "those are decode's logits: is the sigmoid missing?": logits,
        "those are log-probabilities": np.log(sigmoid(logits)),
        "those are grey values up to 255": 255 * sigmoid(logits),
        "those are exponentials of decode's logits": np.exp(np.minimum(logits, HIGHEST)),
    }
    if not within(got, 0, 1 + 1e-6):
        found = next((f": {form}" for form, value in forms.items() if alike(got, value)), "")
        raise Broken(f"probabilities lie in [0, 1] {where}{found}", Evidence(got=[low, high]))
    holds(
        not bool(((got == 0) | (got == 1)).all()), "every pixel of sample is 0 or 1: those are drawn pixels"
    )
    holds(not sums_to_one(whole), "the pixels of an image of sample add up to 1: that is a softmax")
    holds(
        not within(got, 0.5 - 1e-6, SIGMOID_OF_1 + 1e-6) or high - low < 0.1,
        f"the probabilities of sample lie between σ(0) and σ(1) {where}: is the sigmoid applied twice?",
        got=[low, high],
    )


def sigmoid(logits: Numbers) -> Numbers:
    """σ(a) = 1/(1 + e^(−a))."""
    return np.asarray(1 / (1 + np.exp(-logits)))


def logit(p: Numbers) -> Numbers:
    """σ⁻¹, as far as single precision can tell."""
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def within_logit(logits: Numbers) -> Numbers:
    """`logit` of the probabilities of these logits."""
    furthest = np.log(1e6 - 1)
    return np.clip(logits, -furthest, furthest)
