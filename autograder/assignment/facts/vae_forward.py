"""Facts of exercise 9-1 (e): what forward gives."""

from collections.abc import Mapping, Sequence

import numpy as np

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
    TIGHT,
    alike,
    gives_again,
    in_order,
    within,
)
from autograder.assignment.reference import draws
from autograder.engine.calls import LEFT, Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Evidence, Steps, fact

BESIDE = 1e-3  # of a gradient that is to lie in the span of 40 others; in float32, right code leaves 1e-5
ROWS = 8  # with 20 components a multiple of 16 numbers: torch draws as many in two calls as in one of twice the size
DROPPED = 0.04  # share of zeros in a result, as behind a Dropout
ALMOST = 3e-6  # of the largest entry, by which a row may differ in batches of another size


@fact(VAE, "value")
def forward_samples(draw: Draw) -> Steps:
    """forward(x) draws fresh noise in train and eval mode alike, and returns encode's mu and logvar beside the logits

    Evaluating the ELBO needs z from q(z|x), not its mean. The second call in each mode draws what the first has left: a
    seed that is set inside shows there. Sheet 9-1 (e).
    """
    x, seed = images(draw, ROWS), draw.integer(0, 2**31)
    module = apart(instance(hidden_dim=32, moved=1), draw)
    new, encoded, *forward, of_one = yield (
        module,
        VAE.method("encode", outputs=2, x=x),
        VAE.method("forward", outputs=3, x=x).with_noise(seed),
        VAE.method("forward", outputs=3, x=x).with_noise(LEFT),
        VAE.method("forward", outputs=3, mode="train", x=x),
        VAE.method("forward", outputs=3, mode="train", x=x).with_noise(LEFT),
        VAE.method("forward", outputs=3, twice=True, x=x[:1]),
    )
    made(new)
    for name, value in zip(("mu", "logvar"), encoded.values, strict=True):
        same_shape(value, (ROWS, LATENT), f"{name} of encode")
    for answer in forward:
        in_order(answer.values)
        same_shape(answer.values[0], (ROWS, PIXELS), "the first result of forward")
        for name, value in zip(("mu", "logvar"), answer.values[1:], strict=True):
            same_shape(value, (ROWS, LATENT), f"{name} of forward")
        for name, value in zip(("the first result", "mu", "logvar"), answer.values, strict=True):
            finite(value, f"{name} of forward")
    overwrites = "forward overwrites x{}: the likelihood needs the image as it was"
    holds(not forward[0].changed, overwrites.format(""))
    holds(not any(answer.changed for answer in forward), overwrites.format(" in train mode"))
    for mode, answer in zip(("eval", "eval", "train", "train"), forward, strict=True):
        now = "train" if answer.facts["training"] else "eval"
        holds(now == mode, f"forward switches the model from {mode} to {now} mode")
    moments = forward[0].values[1:]
    for name, one, other in zip(("mu", "logvar"), moments, forward[1].values[1:], strict=True):
        now = (
            "as the random numbers do"
            if gives_again(of_one, 1, 2)
            else "and not only with the random numbers"
        )
        holds(
            alike(one, other),
            f"{name} of forward changes from call to call for the same x, in eval mode, {now}",
        )
    holds(gives_again(of_one, 1, 2), of_one.say(NOT_AGAIN), got=of_one.values[1])
    if not all(map(alike, encoded.values, moments)):
        yield from leaves_encode_as_it_was(module, encoded, moments)
    returns_the_moments(encoded.values, moments)
    yield from nothing_dropped(module, x, forward[0], forward[2])
    logits = [answer.values[0] for answer in forward]
    holds(not alike(logits[0], x.astype(np.float64)), "the first result of forward is x itself")
    for mode, values in zip(("eval", "eval", "train", "train"), logits, strict=True):
        low, high = float(values.min()), float(values.max())
        holds(
            not within(values, 0, 1),
            f"the first result of forward lies between 0 and 1 in {mode} mode (from {low:.3g} to {high:.3g}): "
            "it should be logits, as decode returns them",
            got=np.array([low, high]),
        )
    same = [m for m, one, other in (("eval", *logits[:2]), ("train", *logits[2:])) if (one == other).all()]
    if same == ["train"]:
        yield from draws_in_later_calls(module, forward[1])
    holds(
        not same,
        f"two calls of forward in {' mode and in '.join(same)} mode give the same logits: z is not sampled",
        got=logits[0][0, :8],
    )
    holds(
        not alike(logits[1], logits[3]),
        "forward seeds the generator: whatever is drawn later is always the same",
    )
    yield from decodes_z(
        draw,
        module,
        {
            "in train mode": (logits[3], forward[3].values[1], "train"),
            "of a single image": (of_one.values[0], of_one.values[1], "eval"),
            "where no gradients are recorded": (of_one.again(0), of_one.values[1], "eval"),
        },
        seed,
        forward[:2],
    )


def nothing_dropped(module: Call, x: Single, evaluated: Answer, trained: Answer) -> Steps:
    """What forward returns in train mode is what encode and decode give there, none of it set to 0."""
    zeros = [
        float((one == 0).mean()) > DROPPED > float((other == 0).mean())
        for one, other in zip(trained.values, evaluated.values, strict=True)
    ]
    if not any(zeros):
        return
    new, encoded, decoded = yield (
        module,
        VAE.method("encode", outputs=2, mode="train", x=x),
        VAE.method("decode", mode="train", z=trained.values[1].astype(np.float32)),
    )
    made(new)
    for name, lost, value in zip(
        ("the first result", "mu", "logvar"), zeros, (decoded.value, *encoded.values), strict=True
    ):
        holds(
            not lost or float((value == 0).mean()) > DROPPED,
            f"{name} of forward is 0 in many entries in train mode: is there a Dropout at it?",
        )


def leaves_encode_as_it_was(module: Call, before: Answer, moments: tuple[Numbers, ...]) -> Steps:
    """Where forward gave other moments than encode did before it: has it changed what encode gives?"""
    new, after = yield module, before.call
    made(new)
    holds(
        not all(map(alike, after.values, moments)),
        "after forward was called, encode gives another mu and logvar for the same x: forward changes the parameters",
        got=after.values[0][0, :8],
        expected=before.values[0][0, :8],
    )


def draws_in_later_calls(module: Call, later: Answer) -> Steps:
    """It is not the mode but the first call alone that draws z."""
    logits, mu, _ = later.values
    new, decoded = yield module, VAE.method("decode", z=mu.astype(np.float32))
    made(new)
    holds(
        not alike(logits, decoded.value),
        "forward decodes mu itself in a later call: z is not sampled",
        got=logits[0, :8],
    )


def decodes_z(
    draw: Draw,
    module: Call,
    seen: Mapping[str, tuple[Numbers, Numbers, str]],
    seed: int,
    known: Sequence[Answer],
) -> Steps:
    """Where forward gave these logits and this mu, in this mode, decode(mu) is another one.

    `known`: two calls, one after the other, with torch's own noise after this seed. Where the first does not decode z
    with this noise, x may have come to the logits beside z; where only the second does not, something may have been kept
    from the first.
    """
    noise = np.split(draws.standard_normal(seed, (len(known) * ROWS, LATENT)), len(known))
    latents = [z_of(answer, epsilon) for answer, epsilon in zip(known, noise, strict=True)]
    seen = {where: one for where, one in seen.items() if one[1].shape[1:] == (LATENT,)}
    zs = {mode: [mu for _, mu, m in seen.values() if m == mode] for mode in ("train", "eval")}
    zs["eval"] += latents
    new, *decoded = yield (
        module,
        *(VAE.method("decode", mode=m, z=np.concatenate(z).astype(np.float32)) for m, z in zs.items()),
    )
    made(new)
    if any(answer.failure is not None for answer in decoded):
        return  # other facts are about it
    rows = {mode: iter(in_parts(of.value, zs[mode])) for mode, of in zip(zs, decoded, strict=True)}
    for where, (got, _, mode) in seen.items():
        of_mu = next(rows[mode])
        if got.shape == of_mu.shape:
            # The same numbers, but for rounding in a larger batch; σ may be small.
            decodes_mu = (np.abs(got - of_mu) <= ALMOST * np.abs(got).max(initial=0.0)).all()
            holds(not decodes_mu, f"forward {where} decodes mu itself: z is not sampled", got=got)
    first, second = (alike(answer.values[0], next(rows["eval"]), TIGHT) for answer in known)
    if not first:
        yield from x_comes_through_the_moments(draw)
    elif not second:
        yield from decodes_this_z_again(module, known[0].call, noise[0])


def decodes_this_z_again(module: Call, call: Call, noise: Numbers) -> Steps:
    """A later call of forward decodes z with this noise, as its first one did. (The second may have drawn other numbers.)

    Before it, one with other noise: what is kept may be of use for a batch of the same size only.
    """
    new, _, later = yield module, call.with_noise(LEFT), call
    made(new)
    for name, value in zip(("mu", "logvar"), later.values[1:], strict=True):
        same_shape(value, noise.shape, f"{name} of forward in a later call")
    z = z_of(later, noise).astype(np.float32)
    new, decoded = yield module, VAE.method("decode", z=z)
    made(new)
    got = later.values[0]
    holds(
        alike(got, decoded.value, TIGHT),
        "forward decodes another z for the same x and the same random numbers in a later call",
        got=got[:2, :8],
        expected=decoded.value[:2, :8],
    )


def z_of(forward: Answer, noise: Numbers) -> Numbers:
    """z = mu + σ·noise for the moments that forward returned."""
    _, mu, logvar = forward.values
    return mu + np.exp(np.minimum(logvar / 2, 50)) * noise


def in_parts(decoded: Numbers, zs: Sequence[Numbers]) -> list[Numbers]:
    """The rows that belong to each of these batches; all of them to each, where they are not as many."""
    ends = np.cumsum([len(z) for z in zs])
    if decoded.shape[:1] != (ends[-1],):
        return [decoded for _ in zs]
    return np.split(decoded, ends[:-1])


def x_comes_through_the_moments(draw: Draw) -> Steps:
    """The gradient of Σ c·logits in x lies in the span of those of mu and logvar: there is no other way from x to them."""
    x, c = images(draw, 1), draw.weights((1, PIXELS), dtype=np.float32)
    none, each = np.zeros((1, LATENT), dtype=np.float32), np.eye(2 * LATENT, dtype=np.float32)
    new, encoded, forward = yield (
        instance(hidden_dim=256, moved=1),  # more than mu and logvar can carry
        VAE.method(
            "encode",
            outputs=2,
            wrt=["x"],
            weights=(each[:, :LATENT], each[:, LATENT:]),
            x=x.repeat(2 * LATENT, axis=0),
        ),
        VAE.method("forward", outputs=3, wrt=["x"], weights=(c, none, none), x=x),
    )
    made(new)
    for answer in (encoded, forward):
        if "gradient_error" in answer.facts:
            return  # another fact's matter
    if forward.facts["grads"].get("x") != "ok":
        return  # x may be detached, it is no parameter
    got, along = forward.gradient("x")[0], np.zeros((PIXELS, 0))
    if encoded.facts["grads"].get("x") == "ok":
        along, _ = np.linalg.qr(encoded.gradient("x").T)
    beside, of_sum = (part - along @ (along.T @ part) for part in (got, c[0]))
    if np.linalg.norm(beside) > BESIDE * np.linalg.norm(got):
        only_added = np.linalg.norm(beside - of_sum) < 1e-2 * np.linalg.norm(of_sum)
        how = (
            "forward adds x to its logits"
            if only_added
            else "forward's logits depend on x beside mu and logvar"
        )
        raise Broken(f"{how}: only z is decoded", Evidence(got=beside[:8], expected=np.zeros(8)))


def returns_the_moments(encoded: tuple[Numbers, ...], returned: tuple[Numbers, ...]) -> None:
    """forward hands on what encode gave."""
    (mu, logvar), (first, second) = encoded, returned
    for name, right, got, forms in (
        ("mu", mu, first, {"logvar": logvar}),
        (
            "logvar",
            logvar,
            second,
            {
                "mu": mu,
                "σ": np.exp(logvar / 2),
                "σ²": np.exp(logvar),
            },
        ),
    ):
        if not alike(got, right):
            known = next((form for form, value in forms.items() if alike(got, value)), None)
            holds(known is None, f"forward returns {known} in the place of {name}", got=got[0, :8])
            more = float(np.median(got - right)) if got.shape == right.shape else 0.0
            times = float(np.vdot(got, right) / np.vdot(right, right)) if got.shape == right.shape else 0.0
            holds(
                abs(times) < 1e-2 or not alike(got, times * right),
                f"{name} of forward is {times:.3g} times that of encode",
                got=got[0, :8],
                expected=right[0, :8],
            )
            holds(
                abs(more) < 1e-2 or not alike(got, right + more),
                f"{name} of forward is that of encode plus {more:.3g}",
                got=got[0, :8],
                expected=right[0, :8],
            )
        close(got, right, SINGLE, what=f"{name} of forward, against encode,")


@fact(VAE, "stability")
def black_and_white_images(draw: Draw) -> Steps:
    """A new VAE is finite for any image, with |mu| ≤ 2000 and logvar from −60 to 30; also for a black and a white one

    x in [0, 1] includes constant images: nothing divides by their variance or takes log x. And weights that start too
    large leave the graded range before the first step of training; those that start all the same stay the same.
    """
    image, z = images(draw, 1), latents(draw, 1)
    constant = np.repeat(np.array([[0.0], [1.0]], dtype=np.float32), PIXELS, axis=1)
    new, forward, decoded = yield (
        instance(hidden_dim=16),
        VAE.method("forward", outputs=3, x=np.concatenate([image, image[:, ::-1], constant])),
        VAE.method("decode", z=np.concatenate([z, z[:, ::-1], np.abs(z)])),
    )
    made(new)
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        same_shape(value, (4, PIXELS if name == "logits" else LATENT), f"{name} of forward")
        finite(value[:1], f"{name} of a new VAE")
    _, mu, logvar = forward.values
    holds(
        bool((logvar[0] != logvar[1]).any()) or within(logvar[:1], -60, 30),
        f"logvar is {logvar[0, 0]:.3g} whatever x is, beyond the graded range from −60 to 30",
        got=logvar[0],
    )
    holds(
        np.abs(mu[:1]).max() <= 2e3 and within(logvar[:1], -60, 30),
        f"the weights of a new VAE are too large: logvar from {logvar[:1].min():.3g} to {logvar[:1].max():.3g}",
        got=logvar[0],
    )
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        finite(value, f"{name} of a constant image")
    same_shape(decoded.value, (3, PIXELS), "the result of decode")
    units_differ(mu, "the components of mu", "pixels")
    units_differ(decoded.value, "the logits", "components of z")


def units_differ(got: Numbers, what: str, inputs: str) -> None:
    """Random weights tell inputs from one another, and so do the outputs. `got`: of an input, of the same in reverse
    order, of another one."""
    reverse, other = np.abs(got[1] - got[0]), np.abs(got[2] - got[0])
    if other.max() <= 1e-3 * np.abs(got).max():
        return  # a last layer may start at 0
    start = "its weights start with one number, and its units stay the same"
    holds(
        reverse.max() > 1e-3 * other.max(),
        f"in a new VAE, {what} hardly depend on the order of the {inputs}: {start}",
        got=got[1, :8],
        expected=got[0, :8],
    )
    change = got[2] - got[0]
    holds(
        np.ptp(change) > 1e-3 * other.max(),
        f"in a new VAE, all of {what} change alike with the input: {start}",
        got=change[:8],
    )
