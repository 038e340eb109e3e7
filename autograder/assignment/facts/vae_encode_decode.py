"""Facts of exercise 9-1 (e): what encode and decode give."""

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.facts.arguments import NOT_AGAIN
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    Single,
    apart,
    images,
    instance,
    latents,
    made,
)
from autograder.assignment.facts.vae_seen import (
    alike,
    gives_again,
    has_no_tight_bounds,
    rounded_to_half,
    sums_to_one,
    varies,
)
from autograder.engine.calls import Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, holds, same_shape
from autograder.engine.facts import Broken, Evidence, Steps, fact

TILES = 4  # along each side of an image
PILE = 0.2  # share of the entries of mu that are its smallest or its largest: dead units keep some components constant
UNUSED = 1e-4  # of what other components of z or of mu move or are moved
STILL = 2  # half of an image that z does not move: digits of 20 × 20 amid constant edges leave less


def _parts() -> NDArray[np.bool_]:
    """Which pixels belong to each of the 16 tiles of 7 × 7, and to each place in the squares of 2 × 2, (20, 784)."""
    along = np.arange(28)
    tile, place = along // 7, along % 2
    of_tile = TILES * tile[:, None] + tile == np.arange(TILES**2)[:, None, None]
    of_place = 2 * place[:, None] + place == np.arange(4)[:, None, None]
    return np.concatenate([of_tile, of_place]).reshape(-1, PIXELS)


PARTS = _parts()


@fact(VAE, "value")
def encoder_gives_mean_and_log_variance(draw: Draw) -> Steps:
    """encode gives a mean of both signs and another tensor that can be negative, log σ²; both depend on x

    z can be negative and σ below 1: no ReLU, exp or sigmoid at the end, no σ instead of log σ². Grey values count.
    """
    x = images(draw, 14)
    x[1] = x[0]
    x[10:] *= np.float32(0.4)  # rounded, these four are all black
    apart_by_little = little_apart(draw)
    rows = np.concatenate([x, one_part_changed(x[0]), *apart_by_little])
    new, encoded = yield (
        instance(hidden_dim=32, moved=1),
        VAE.method("encode", outputs=2, twice=True, x=rows),
    )
    made(new)
    for name, value in zip(("mu", "logvar"), encoded.values, strict=True):
        same_shape(value, (len(rows), LATENT), name)
    ends = 14, 14 + len(PARTS)
    (mu, of_parts, mus), (logvar, others, logvars) = (np.split(value, ends) for value in encoded.values)
    holds(not encoded.changed, "encode overwrites x: the likelihood needs the image as it was")
    for name, value in (("mu", mu), ("logvar", logvar)):
        finite(value, name)
    steady = alike(logvar[0], logvar[1])
    if not (steady and alike(mu[0], mu[1])):
        yield from rows_stay_apart(x)
    holds(
        alike(mu[0], mu[1]),
        "two equal images of a batch get different mu in eval mode, "
        + ("but the same logvar: encode adds noise to mu" if steady else "and different logvar"),
        got=mu[:2, :8],
    )
    holds(steady, "two equal images of a batch get different logvar in eval mode, but the same mu")
    varies(mu, "mu", "x")
    holds(
        bool((np.ptp(mu, axis=1) > 1e-6 * np.abs(mu).max()).any()),
        "all components of mu are the same number: z has only one",
        got=mu[:2, :8],
    )
    has_both_signs(mu)  # first: behind a ReLU some components may well be 0 for every x
    spread = np.ptp(mu, axis=0)
    fixed = int((spread <= UNUSED * np.median(spread)).sum())
    holds(fixed < LATENT // 4, f"{fixed} of {LATENT} components of mu do not depend on x", got=spread)
    varies(logvar, "logvar", "x")
    for name, value in (("mu", mu), ("logvar", logvar)):
        whole = bool((value == np.round(value)).all())
        holds(not whole, f"{name} takes whole numbers only: rounding has no gradient", got=value[0, :8])
    one_for_all = not np.ptp(logvar, axis=1).any()  # whose sign one instance may well keep
    holds(
        float(logvar.min()) < 0 or one_for_all,
        f"logvar is never negative (smallest {logvar.min():.3g}): log σ² is below 0 where σ < 1",
        got=logvar.min(),
    )
    holds(not alike(mu, logvar), "mu and logvar are the same numbers", got=mu[0])
    holds(not alike(mu, -logvar), "logvar is −mu", got=mu[0])
    between = mu - logvar
    holds(
        not alike(between, np.broadcast_to(between[0], between.shape)),
        "mu and logvar differ by the same numbers for every x: they share their weights",
        got=between[:2, :8],
    )
    shared = [(i, j) for i in range(LATENT) for j in range(LATENT) if (mu[:, i] == logvar[:, j]).all()]
    for i, j in shared[:1]:
        text = f"component {i} of mu is component {j} of logvar: each needs outputs of its own"
        raise Broken(text, Evidence(got=mu[:8, i], expected=logvar[:8, j]))
    for name, value in (("mu", mu), ("logvar", logvar)):
        holds(not rounded_to_half(value), f"{name} is rounded to half precision", got=value[0, :8])
    varies(mu[10:], "mu", "x below 0.5: grey values are rounded")
    lost = same_for_both(mus, logvars)
    if lost.any():
        yield from small_steps_count(draw, np.concatenate(apart_by_little), lost)
    unread = ((of_parts == mu[0]) & (others == logvar[0])).all(1)
    tiles, grids = unread[: TILES**2].sum(), unread[TILES**2 :].sum()
    holds(
        not tiles,
        f"encode does not look at {tiles} of the {TILES**2} tiles of 7 × 7 pixels that make an image",
        got=np.flatnonzero(unread),
    )
    holds(
        not grids,
        f"encode does not look at {grids} of the 4 pixels of every square of 2 × 2: it leaves out rows or columns",
        got=np.flatnonzero(unread),
    )
    holds(gives_again(encoded), encoded.say(NOT_AGAIN), got=mu[:2, :8])


def rows_stay_apart(x: Single) -> Steps:
    """Equal images that get different results, the same in every call, meet the others of their batch."""
    new, *twice = yield (
        instance(hidden_dim=32, moved=1),
        *(VAE.method("encode", outputs=2, x=x) for _ in range(2)),
    )
    made(new)
    for answer in twice:
        for name, value in zip(("mu", "logvar"), answer.values, strict=True):
            same_shape(value, (len(x), LATENT), f"{name} of {len(x)} images")
    first, second = (np.stack(answer.values) for answer in twice)
    holds(
        not alike(first, second),
        "two equal images of a batch get different mu and logvar, the same ones in every call: rows are mixed",
        got=first[:, :2, :8],
    )


def same_for_both(mu: Numbers, logvar: Numbers) -> NDArray[np.bool_]:
    """For which images of the first half the result is that of the same one of the second half."""
    one, other = np.split(np.hstack([mu, logvar]), 2)
    return np.asarray((one == other).all(1))


def small_steps_count(draw: Draw, x: Single, lost: NDArray[np.bool_]) -> Steps:
    """Some instance tells these images apart: of one all ReLU may be 0 for a dark image."""
    for _ in range(4):
        new, encoded = yield (
            apart(instance(hidden_dim=32, moved=1, shift={}), draw),
            VAE.method("encode", outputs=2, x=x),
        )
        made(new)
        lost = lost & same_for_both(*encoded.values)
    holds(
        not lost.any(),
        "encode gives the same for images whose grey values are a little apart: small differences are lost",
        got=np.flatnonzero(lost),
    )


def little_apart(draw: Draw) -> tuple[Single, Single]:
    """Six images, and six that differ from them a little: nearly black ones, nearly white ones, and four of three grey
    values each, of which one is 1/100 larger: two steps of 8 bits, which right code may round to."""
    faint = np.stack([images(draw, 2, 0.0, 0.08), 1 - images(draw, 2, 0.0, 0.08)], axis=1)
    which = draw.uniform(0, 3, (4, PIXELS)).astype(int)
    grey = draw.uniform(0.02, 0.97, (4, 3))
    further = grey + np.array([0.01, 0, 0])
    one, other = (np.take_along_axis(values, which, axis=1).astype(np.float32) for values in (grey, further))
    return np.concatenate([faint[0], one]), np.concatenate([faint[1], other])


def one_part_changed(x: Single) -> Single:
    """An image once for every part of it, with the grey values of that part turned round, (20, 784)."""
    return np.where(PARTS, 1 - x, x)


def has_both_signs(mu: Numbers) -> None:
    """mu is the mean of z, which no activation bounds."""
    low, high = float(mu.min()), float(mu.max())
    if sums_to_one(mu) and low >= 0:
        found = "adds up to 1 in every row"
    else:
        found = "is never negative" if low >= 0 else "is never positive"
    holds(
        low < 0 < high,
        f"mu {found} (from {low:.3g} to {high:.3g}): does encode end in an activation?",
        got=np.array([low, high]),
    )
    for bound, where in ((low, "below"), (high, "above")):
        share = float((mu == bound).mean())
        holds(
            share < PILE,
            f"mu never goes {where} {bound:.3g}, and is exactly that in {share:.0%} of its entries: does encode end in an "
            "activation?",
            got=bound,
        )


def everywhere_of_one_sign(draw: Draw, decode: Call) -> Generator[Any, Any, bool]:
    """Whether the logits of other instances are all positive, or all negative, too."""
    others = [apart(instance(hidden_dim=32, moved=1), draw) for _ in range(4)]
    answers = yield tuple(call for other in others for call in (other, decode))
    for new in answers[::2]:
        made(new)
    return all(not decoded.value.min() < 0 < decoded.value.max() for decoded in answers[1::2])


@fact(VAE, "value")
def decoder_gives_logits(draw: Draw) -> Steps:
    """decode(z) gives logits of both signs that depend on every component of z and have no tight bounds

    D = σ(logits): the sigmoid is applied by the likelihood and by sample, not here; no other activation either.
    """
    near, far = latents(draw, 8), 100 * latents(draw, 8)  # far out, a bounded activation shows its bounds
    near[1] = near[0]
    flipped = -np.sign(near[0]) * (np.abs(near[0]) + np.float32(0.5))
    one_moved = np.where(
        np.eye(LATENT, dtype=bool), flipped, near[0]
    )  # across 0, which a clamp would leave visible
    outside = near[2:3] + np.float32(1.2) * np.sign(near[2:3])  # of [−1.2, 1.2] in every component
    rows = np.concatenate([near, far, one_moved, outside, 2 * outside, -outside])
    new, decoded = yield (
        instance(hidden_dim=32, moved=1),
        VAE.method("decode", twice=True, z=rows),
    )
    made(new)
    logits = decoded.value
    same_shape(logits, (len(rows), PIXELS), "the result of decode")
    holds(not decoded.changed, "decode overwrites z: whoever asked still needs it")
    finite(logits, "the result of decode")
    if not alike(logits[0], logits[1]):
        new, again = yield instance(hidden_dim=32, moved=1), decoded.call
        made(new)
        mixed = alike(again.value, logits)
        how = "the same ones in every call: rows are mixed" if mixed else "and others in the next call"
        raise Broken(
            f"two equal z of a batch get different logits in eval mode, {how}", Evidence(got=logits[:2, :8])
        )
    low, high = float(logits.min()), float(logits.max())
    if sums_to_one(logits) and low >= 0:
        found = "adds up to 1 in every row: that is a softmax"
    elif low >= 0 and high <= 1 + 1e-6:
        found = "lies between 0 and 1: those are probabilities"
    else:
        found = "is never negative" if low >= 0 else "is never positive"
    # One bias for all pixels, as of a convolution, may lift all logits above 0; an activation does so to every VAE.
    one_sign = not low < 0 < high
    if one_sign and not sums_to_one(logits):
        one_sign = yield from everywhere_of_one_sign(draw, decoded.call)
    holds(
        not one_sign,
        f"the result of decode {found} (from {low:.3g} to {high:.3g}). Logits come before the sigmoid, without an "
        "activation",
        got=np.array([low, high]),
    )
    has_no_tight_bounds(logits[8:16])
    highest = float((logits == high).mean() + (logits == low).mean())
    holds(
        highest < 0.05 or max(-low, high) > 6,
        f"the result of decode is cut off at {low:.3g} and {high:.3g}: logits have no bounds",
        got=np.array([low, high]),
    )
    holds(
        low < -2 or float((logits < 0.95 * low).mean()) < 0.05,
        f"the result of decode never falls below {low:.3g} (and reaches {high:.3g}): logits have no bounds, does it end "
        "in an ELU or a GELU?",
        got=np.array([low, high]),
    )
    varies(logits, "the result of decode", "z")
    holds(not rounded_to_half(logits), "the result of decode is rounded to half precision", got=logits[0, :8])
    moved = np.abs(logits[16:-3] - logits[0]).max(1)
    unused = [k + 1 for k in range(LATENT) if moved[k] <= UNUSED * np.median(moved)]
    holds(not unused, f"decode does not use component {', '.join(map(str, unused))} of z", got=unused)
    of_z, of_twice, of_opposite = logits[-3:]
    holds(
        bool((of_z != of_twice).any()), "decode gives the same for z and 2z: does it cut z off?", got=of_z[:8]
    )
    holds(
        bool((of_z != of_opposite).any()),
        "decode gives the same for z and −z: the sign of z is lost",
        got=of_z[:8],
    )
    apart_from = float(np.ptp(logits[0]))
    holds(
        moved.max() > UNUSED * apart_from,
        f"z moves the logits by {moved.max():.2g} at most, where those of one image are {apart_from:.2g} apart",
        got=moved.max(),
    )
    still = int((logits == logits[0]).all(0).sum())
    holds(
        still < PIXELS // STILL,
        f"decode gives the same number at {still} of {PIXELS} pixels, whatever z is",
        got=still,
    )
    holds(gives_again(decoded), decoded.say(NOT_AGAIN), got=logits[:2, :8])
