"""Facts of exercise 9-1 (e): the class VAE.

Nothing here assumes an architecture: layers, their names and their number are free. Where a fact needs an instance
that is not fresh (a new layer may well start at zero), all its parameters are moved at random first, and doubled
where bounds are to show. A message says what was observed; `autograder.assignment.vae_signs` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_latents import CLOSE, ERRORS, SUSPECT, Lens, distinct
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, Tolerance, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Steps, fact
from autograder.sandbox import Request

Numbers = NDArray[np.float64]
Single = NDArray[np.float32]
State = Mapping[str, NDArray[Any]]

LATENT = 20  # the default of latent_dim
PIXELS = 784
ROWS = 100  # of each sample of decoded latents
MORE = 400  # of each supposition of what went wrong
SIGMOID_OF_1 = 0.7310586
ROUNDING = Tolerance(rtol=1e-3, scale=1e-4)  # of one image computed beside others, in float32


@dataclass(frozen=True)
class _SameNoise(Call):
    """A call that draws the random numbers of every other call with the same `noise`."""

    noise: int = 0

    def request(self, seed: int) -> Request:
        return super().request(self.noise)


def same_noise(call: Call, noise: int) -> Call:
    return _SameNoise(call.op, call.label, call.params, call.tensors, call.outputs, noise)


def images(draw: Draw, n: int, low: float = 0.0, high: float = 1.0) -> Single:
    """Random grey values, (n, 784)."""
    return draw.uniform(low, high, (n, PIXELS)).astype(np.float32)


def latents(draw: Draw, n: int, size: int = LATENT) -> Single:
    """Standard normal z, (n, size)."""
    return draw.normal((n, size)).astype(np.float32)


def moved_instance() -> Call:
    """A new, narrow instance with random numbers added to every parameter: what it does then is no matter of its start."""
    return VAE.new(hidden_dim=32, moved=True)


def made(answer: Answer) -> None:
    """The instance could be made and loaded."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)


def state_of(answer: Answer) -> dict[str, NDArray[Any]]:
    """The arrays of a state_dict."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)
    return {name.removeprefix("state."): array for name, array in answer.reply.tensors.items()}


def doubled(new: Answer, kept: Answer) -> State:
    """The state of an instance with all parameters doubled: sums leave the middle of what bounds them."""
    buffers = new.facts["buffers"]
    return {name: array if name in buffers else 2 * array for name, array in state_of(kept).items()}


def alike(one: Numbers, other: Numbers) -> bool:
    """Equal in shape and, up to rounding, in value."""
    try:
        close(one, other, ROUNDING)
    except Broken:
        return False
    return True


def varies(got: Numbers, what: str, cause: str) -> None:
    """The rows of a batch are not all the same."""
    holds(bool((got != got[:1]).any()), f"{what} is the same for every {cause}", got=got[:2, :8])


def within(got: Numbers, low: float, high: float) -> bool:
    return low <= float(got.min()) and float(got.max()) <= high


def sums_to_one(got: Numbers) -> bool:
    return bool((np.abs(got.sum(-1) - 1) < 1e-3).all())


def pressed(got: Numbers) -> bool:
    """Inside [−1, 1], with many entries at its ends: a tanh or a clamp."""
    inside = within(got, -1 - 1e-6, 1 + 1e-6) and float(got.min()) < -0.5
    return inside and float((np.abs(got) > 0.9).mean()) >= 0.15


@fact(VAE, "shape")
def default_shapes(draw: Draw) -> Steps:
    """VAE() has 20 latent variables: encode (N, 20) twice, decode (N, 784), forward all three, sample (n, 784)

    The contract of 9-1 (e), with floating-point results.
    """
    x, z = images(draw, 5), latents(draw, 5)
    new, encoded, decoded, forward, sampled = yield (
        VAE.new(),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=z),
        VAE.method("forward", outputs=3, x=x),
        VAE.method("sample", n=6),
    )
    made(new)
    for answer, names, rows in (
        (encoded, ("mu", "logvar"), 5),
        (decoded, ("logits",), 5),
        (forward, ("logits", "mu", "logvar"), 5),
        (sampled, ("probabilities",), 6),
    ):
        values = answer.values
        if answer is forward:
            in_order(values)
        for name, value in zip(names, values, strict=True):
            columns = LATENT if name in ("mu", "logvar") else PIXELS
            same_shape(value, (rows, columns), f"{name} of {answer.call.label}")
        holds(
            answer.dtype.startswith(("float", "bfloat")),
            answer.say(f"should return floating-point numbers, got {answer.dtype}"),
        )


def in_order(values: tuple[Numbers, ...]) -> None:
    """The three results of forward are not in another order."""
    wide = [value.shape[-1:] == (PIXELS,) for value in values]
    holds(
        sum(wide) != 1 or wide[0],
        f"forward returns its logits as result {wide.index(True) + 1 if any(wide) else 0}: "
        "the order is (logits, mu, logvar)",
        got=[list(value.shape) for value in values],
    )


@fact(VAE, "shape")
def chosen_number_of_latents(draw: Draw) -> Steps:
    """VAE(latent_dim=5, hidden_dim=32) has 5 latent variables

    `latent_dim` is the size of z; what `hidden_dim` does is the architecture's choice.
    """
    new, encoded, decoded, sampled = yield (
        VAE.new(latent_dim=5, hidden_dim=32),
        VAE.method("encode", outputs=2, x=images(draw, 3)),
        VAE.method("decode", z=latents(draw, 3, 5)),
        VAE.method("sample", n=2),
    )
    made(new)
    for name, value in zip(("mu", "logvar"), encoded.values, strict=True):
        same_shape(value, (3, 5), f"{name} of VAE.encode with latent_dim=5")
    same_shape(decoded.value, (3, PIXELS), "logits of VAE.decode with latent_dim=5")
    same_shape(sampled.value, (2, PIXELS), "the result of VAE.sample with latent_dim=5")


@fact(VAE, "shape")
def flat_or_image(draw: Draw) -> Steps:
    """encode(x) is the same for x of shape (N, 784) and (N, 1, 28, 28), in eval mode

    Row by row, an image is the vector of its pixels.
    """
    x = images(draw, 3)
    new, flat, image = yield (
        VAE.new(hidden_dim=32),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("encode", outputs=2, x=x.reshape(3, 1, 28, 28)),
    )
    made(new)
    for answer, other, shape in ((flat, image, "(N, 784)"), (image, flat, "(N, 1, 28, 28)")):
        if answer.failure is not None and other.failure is None:
            raise Broken(
                f"encode fails for x of shape {shape} only: {answer.failure.message}", failure=answer.failure
            )
    for name, one, other_form in zip(("mu", "logvar"), flat.values, image.values, strict=True):
        close(other_form, one, SINGLE, what=f"{name} of x as (N, 1, 28, 28)")


@fact(VAE, "shape")
def rows_are_alone(draw: Draw) -> Steps:
    """In eval mode a row is encoded and decoded alike alone and in a batch of 7

    Images of a batch are independent examples; BatchNorm and Dropout keep this in eval mode.
    """
    x, z = images(draw, 7), latents(draw, 7)
    rows = draw.integer(0, 3), draw.integer(4, 6)  # two: one of them may be all that the others depend on
    new, encoded, decoded, *alone = yield (
        VAE.new(hidden_dim=32),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=z),
        *(VAE.method("encode", outputs=2, x=x[row : row + 1]) for row in rows),
        *(VAE.method("decode", z=z[row : row + 1]) for row in rows),
    )
    made(new)
    batch = *encoded.values, decoded.value
    for row, of_encode, of_decode in zip(rows, alone[:2], alone[2:], strict=True):
        one_row = *of_encode.values, of_decode.value
        for name, many, one in zip(("mu", "logvar", "logits"), batch, one_row, strict=True):
            same_shape(many, (7, *many.shape[1:]), name)
            close(one, many[row : row + 1], SINGLE, what=f"{name} of one row alone")


@fact(VAE, "value")
def encoder_gives_mean_and_log_variance(draw: Draw) -> Steps:
    """encode gives a mean of both signs and another tensor that can be negative, log σ²; both depend on x

    z can be negative and σ below 1: no ReLU, exp or sigmoid at the end, no σ instead of log σ². Grey values count.
    """
    x = images(draw, 14)
    x[1] = x[0]
    x[10:] *= np.float32(0.4)  # rounded, these four are all black
    new, encoded = yield moved_instance(), VAE.method("encode", outputs=2, x=x)
    made(new)
    mu, logvar = encoded.values
    for name, value in (("mu", mu), ("logvar", logvar)):
        same_shape(value, (14, LATENT), name)
    holds(not encoded.changed, "encode overwrites x: the likelihood needs the image as it was")
    for name, value in (("mu", mu), ("logvar", logvar)):
        finite(value, name)
    steady = alike(logvar[0], logvar[1])
    holds(
        alike(mu[0], mu[1]),
        "two equal images of a batch get different mu in eval mode, "
        + ("but the same logvar: encode adds noise to mu" if steady else "and different logvar"),
        got=mu[:2, :8],
    )
    holds(steady, "two equal images of a batch get different logvar in eval mode, but the same mu")
    has_both_signs(mu)
    varies(logvar, "logvar", "x")
    holds(
        float(logvar.min()) < 0,
        f"logvar is never negative (smallest {logvar.min():.3g}): log σ² is below 0 where σ < 1",
        got=logvar.min(),
    )
    holds(not alike(mu, logvar), "mu and logvar are the same numbers", got=mu[0])
    holds(not alike(mu, -logvar), "logvar is −mu", got=mu[0])
    varies(mu, "mu", "x")
    varies(mu[10:], "mu", "x below 0.5: grey values are rounded")


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


@fact(VAE, "value")
def decoder_gives_logits(draw: Draw) -> Steps:
    """decode(z) gives logits of both signs that depend on every component of z and have no tight bounds

    D = σ(logits): the sigmoid is applied by the likelihood and by sample, not here; no other activation either.
    """
    near, far = latents(draw, 8), 100 * latents(draw, 8)  # far out, a bounded activation shows its bounds
    near[1] = near[0]
    one_moved = near[0] + 3 * np.eye(LATENT, dtype=np.float32)
    new, decoded = yield moved_instance(), VAE.method("decode", z=np.concatenate([near, far, one_moved]))
    made(new)
    logits = decoded.value
    same_shape(logits, (16 + LATENT, PIXELS), "the result of decode")
    finite(logits, "the result of decode")
    holds(
        alike(logits[0], logits[1]),
        "two equal z of a batch get different logits in eval mode",
        got=logits[:2, :8],
    )
    low, high = float(logits.min()), float(logits.max())
    if sums_to_one(logits) and low >= 0:
        found = "adds up to 1 in every row: that is a softmax"
    elif low >= 0 and high <= 1 + 1e-6:
        found = "lies between 0 and 1: those are probabilities"
    else:
        found = "is never negative" if low >= 0 else "is never positive"
    holds(
        low < 0 < high,
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
    varies(logits, "the result of decode", "z")
    unused = [k + 1 for k in range(LATENT) if (logits[16 + k] == logits[0]).all()]
    holds(not unused, f"decode does not use component {', '.join(map(str, unused))} of z", got=unused)


def has_no_tight_bounds(logits: Numbers) -> None:
    """decode does not end in tanh or a clamp to [−1, 1]."""
    holds(
        not pressed(logits),
        "the result of decode never leaves [−1, 1]: logits have no bounds, does it end in tanh?",
        got=[logits.min(), logits.max()],
    )


@fact(VAE, "value")
def forward_samples(draw: Draw) -> Steps:
    """forward(x) draws fresh noise in train and eval mode alike, and returns encode's mu and logvar beside the logits

    Evaluating the ELBO needs z from q(z|x), not its mean. Sheet 9-1 (e).
    """
    x = images(draw, 6)
    new, encoded, *forward = yield (
        moved_instance(),
        VAE.method("encode", outputs=2, x=x),
        *(VAE.method("forward", outputs=3, mode=m, x=x) for m in ("eval", "eval", "train", "train")),
    )
    made(new)
    for answer in forward:
        in_order(answer.values)
        same_shape(answer.values[0], (6, PIXELS), "the first result of forward")
    holds(not forward[0].changed, "forward overwrites x: the likelihood needs the image as it was")
    for name, one, other in zip(("mu", "logvar"), forward[0].values[1:], forward[1].values[1:], strict=True):
        holds(alike(one, other), f"{name} of forward changes from call to call for the same x, in eval mode")
    returns_the_moments(encoded.values, forward[0].values[1:])
    logits = [answer.values[0] for answer in forward]
    together = np.concatenate(logits)
    low, high = float(together.min()), float(together.max())
    holds(not alike(logits[0], x.astype(np.float64)), "the first result of forward is x itself")
    holds(
        not within(together, 0, 1),
        f"the first result of forward lies between 0 and 1 (from {low:.3g} to {high:.3g}): "
        "it should be logits, as decode returns them",
        got=np.array([low, high]),
    )
    same = [m for m, one, other in (("eval", *logits[:2]), ("train", *logits[2:])) if (one == other).all()]
    holds(
        not same,
        f"two calls of forward in {' mode and in '.join(same)} mode give the same logits: z is not sampled",
        got=logits[0][0, :8],
    )


def returns_the_moments(encoded: tuple[Numbers, ...], returned: tuple[Numbers, ...]) -> None:
    """forward hands on what encode gave."""
    (mu, logvar), (first, second) = encoded, returned
    for name, got, forms in (
        ("mu", first, {"logvar": logvar}),
        (
            "logvar",
            second,
            {"mu": mu, "σ": np.exp(logvar / 2), "σ²": np.exp(logvar), "logvar / 2": logvar / 2},
        ),
    ):
        right = mu if name == "mu" else logvar
        known = (
            None if alike(got, right) else next((f for f, value in forms.items() if alike(got, value)), None)
        )
        holds(known is None, f"forward returns {known} in the place of {name}", got=got[0, :8])
        close(got, right, SINGLE, what=f"{name} of forward, against encode,")


def suppositions(draw: Draw, mu: Numbers, logvar: Numbers) -> dict[str, Numbers]:
    """z as typical slips draw it (each `MORE` times), by what they do; the right one first."""

    def noise() -> Numbers:
        return draw.normal((MORE, mu.size))

    sigma, between = np.exp(logvar / 2), draw.uniform(0, 1, (MORE, mu.size))
    return {
        "": mu + sigma * noise(),
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


def prior_suppositions(draw: Draw) -> dict[str, Numbers]:
    """z as typical slips of sample draw it (each `MORE` times), by what they do; the right one first."""
    between, noise = draw.uniform(0, 1, (MORE, LATENT)), draw.normal((MORE, LATENT))
    return {
        "": noise,
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
    holds(off[""] <= ERRORS, f"{what}, by {off['']:.0f} standard errors{reason}", got=off[""], expected=0.0)


@fact(VAE, "value")
def latents_follow_the_encoder(draw: Draw) -> Steps:
    """forward's logits have the distribution of decode(z), z ~ N(mu, exp(logvar)), with noise of its own in every row

    For the mu and logvar that forward returns, both without tight bounds. Sheet 9-1 (e).
    """
    new, kept = yield moved_instance(), VAE.state()
    larger = VAE.new(hidden_dim=32, state=doubled(new, kept))
    x = images(draw, 1).repeat(ROWS, axis=0)
    new, forward = yield larger, VAE.method("forward", outputs=3, x=x)
    made(new)
    logits, mus, logvars = forward.values
    in_order(forward.values)
    same_shape(logits, (ROWS, PIXELS), "the first result of forward")
    for name, value in (("mu", mus), ("logvar", logvars)):
        same_shape(value, (ROWS, LATENT), f"{name} of forward")
    mu, logvar = mus[0], logvars[0]
    holds(not pressed(mu), "mu never leaves [−1, 1]: z has no bounds", got=mu)
    holds(not pressed(logvar), "logvar never leaves [−1, 1]: σ can be far smaller", got=logvar)
    if not (np.abs(mu).max() <= 2e3 and within(logvar, -60, 30) and np.isfinite(logits).all()):
        return  # doubled weights may leave the graded range
    noise = draw.normal((2 * ROWS, LATENT))
    z = mu + np.exp(logvar / 2) * noise
    new, decoded = yield larger, VAE.method("decode", z=z.astype(np.float32))
    made(new)
    decodings = decoded.value
    same_shape(decodings, (2 * ROWS, PIXELS), "the result of decode")
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
    if lens.apart(logits, right) <= SUSPECT:
        return
    supposed = suppositions(draw, mu, logvar)
    new, forward, decoded = yield (
        larger,
        VAE.method("forward", outputs=3, x=x.repeat(MORE // ROWS, axis=0)),
        VAE.method("decode", z=np.concatenate([*supposed.values()]).astype(np.float32)),
    )
    made(new)
    under = dict(zip(supposed, np.split(decoded.value, len(supposed)), strict=True))
    follows(lens, forward.values[0], under, "forward's logits are not those of z ~ N(mu, exp(logvar))")


@fact(VAE, "value")
def sample_decodes_the_prior(draw: Draw) -> Steps:
    """sample(n) gives probabilities with the distribution of σ(decode(z)), z ~ N(0, I), fresh in every call

    Generating is decoding draws from the prior; the sigmoid makes probabilities of logits.
    """
    noise, start = draw.normal((2 * ROWS, LATENT)), draw.integer(0, 2**31)
    instance = same_noise(moved_instance(), start)
    new, first, second, decoded = yield (
        instance,
        VAE.method("sample", n=ROWS),
        VAE.method("sample", n=2),
        VAE.method("decode", z=noise.astype(np.float32)),
    )
    made(new)
    got = first.value
    same_shape(got, (ROWS, PIXELS), "the result of sample")
    same_shape(second.value, (2, PIXELS), "the result of sample")
    finite(got, "the result of sample")
    is_probability(got)
    again = any(alike(one, other) for one, other in zip(second.value, got, strict=False))
    holds(
        bool((got != got[:1]).any()),
        "the result of sample is the same for every row" + (" and in every call" if again else ""),
        got=got[:2, :8],
    )
    holds(not again, "two calls of sample give the same images", got=got[0, :8])
    logits = within_logit(decoded.value)
    same_shape(logits, (2 * ROWS, PIXELS), "the result of decode")
    if not np.isfinite(logits).all():
        return  # another fact's matter
    right = logits[ROWS:]
    lens = Lens.learn(logits[:ROWS], noise[:ROWS], np.zeros(LATENT))
    if lens.apart(logit(got), right) <= SUSPECT:
        return
    supposed = prior_suppositions(draw)
    new, sampled, decoded = yield (
        instance,
        VAE.method("sample", n=MORE),
        VAE.method("decode", z=np.concatenate([*supposed.values()]).astype(np.float32)),
    )
    made(new)
    decodings = dict(zip(supposed, np.split(within_logit(decoded.value), len(supposed)), strict=True))
    follows(
        lens, logit(sampled.value), decodings, "sample's images are not those of σ(decode(z)), z ~ N(0, I)"
    )


def is_probability(got: Numbers) -> None:
    """What sample returns is σ(logits)."""
    low, high = float(got.min()), float(got.max())
    where = f"(from {low:.3g} to {high:.3g})"
    holds(
        within(got, 0, 1 + 1e-6),
        f"probabilities lie in [0, 1] {where}: is the sigmoid missing?",
        got=[low, high],
    )
    holds(not bool(np.isin(got, (0.0, 1.0)).all()), "every pixel of sample is 0 or 1: those are drawn pixels")
    holds(not sums_to_one(got), "the pixels of an image of sample add up to 1: that is a softmax")
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


@fact(VAE, "value")
def state_is_everything(draw: Draw) -> Steps:
    """A second instance that loads the first one's state_dict encodes and decodes alike

    Everything that is learned is a registered parameter: a plain Python list of layers is not trained or saved.
    """
    x, z = images(draw, 3), latents(draw, 3)
    questions = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    new, encoded, decoded, kept = yield VAE.new(hidden_dim=32), *questions, VAE.state()
    made(new)
    before = (*encoded.values, decoded.value)
    loaded, encoded, decoded = yield VAE.new(hidden_dim=32, state=state_of(kept)), *questions
    made(loaded)
    after = (*encoded.values, decoded.value)
    for name, one, other in zip(("mu", "logvar", "logits"), before, after, strict=True):
        close(other, one, SINGLE, what=f"{name} of the second instance")


def norms(answer: Answer) -> dict[str, float]:
    """The norm of every parameter's gradient, 0 where there is none."""
    answer.values  # noqa: B018  (a reply of the wrong form is named first)
    if "gradient_error" in answer.facts:
        raise Broken(
            answer.say(f"cannot be differentiated: {answer.facts['gradient_error'].get('text', '')}")
        )
    return {name: float(norm or 0.0) for name, norm in answer.facts["parameter_grads"].items()}


def reached(found: Mapping[str, float]) -> set[str]:
    """Names of the parameters with a gradient that is more than rounding."""
    largest = max(found.values(), default=0.0)
    return {name for name, norm in found.items() if norm > 1e-5 * largest}


@fact(VAE, "gradient")
def logits_train_encoder_and_decoder(draw: Draw) -> Steps:
    """Through forward, Σ c·logits has its true gradient, at every parameter that encode or decode use

    The reparameterisation lets the reconstruction term train the encoder; nothing is detached. Sheet 9-1 (e).
    """
    x, none = images(draw, 8, 0.1, 0.9), np.zeros((8, LATENT), dtype=np.float32)
    c = draw.weights((8, PIXELS), dtype=np.float32)
    k, m = (draw.weights((8, LATENT), dtype=np.float32) for _ in range(2))
    step, noise = 5e-4 * draw.weights((8, PIXELS), dtype=np.float32), draw.integer(0, 2**31)
    step[4:] = 0
    new, encoded, decoded, by_logits, by_moments, shifted = yield (
        moved_instance(),
        VAE.method("encode", outputs=2, parameter_grads=True, weights=(k, m), x=x),
        VAE.method("decode", parameter_grads=True, weights=c, z=latents(draw, 8)),
        *(
            same_noise(call, noise)
            for call in (
                VAE.method(
                    "forward", outputs=3, parameter_grads=True, wrt=["x"], weights=(c, none, none), x=x
                ),
                VAE.method("forward", outputs=3, parameter_grads=True, weights=(0 * c, k, m), x=x),
                VAE.method("forward", outputs=3, x=x + step),
            )
        ),
    )
    made(new)
    of_encode = norms(encoded)
    encoder, decoder = reached(of_encode), reached(norms(decoded))
    for names, method in ((encoder, "encode"), (decoder, "decode")):
        holds(bool(names), f"no parameter gets a gradient from the result of {method}: is it detached?")
    of_logits, of_moments = norms(by_logits), norms(by_moments)
    holds(
        any(of_logits.values()) or any(of_moments.values()),
        "no parameter gets a gradient from any result of forward: does it run under torch.no_grad?",
    )
    reaches_all(of_logits, encoder, decoder)
    lost = sorted(
        name for name in encoder if abs(of_moments[name] - of_encode[name]) > 1e-2 * of_encode[name]
    )
    holds(
        not lost,
        f"{'mu and logvar' if not any(of_moments.values()) else 'mu or logvar'} of forward give another gradient "
        f"than those of encode (at {', '.join(lost[:3])}): are they detached?",
        got=lost[:16],
    )
    logits, same, further = (answer.values[0] for answer in (by_logits, by_moments, shifted))
    for value in (logits, same, further):
        same_shape(value, (8, PIXELS), "the first result of forward")
    repeats = (logits == same).all() and alike(
        logits[4:], further[4:]
    )  # the same noise, and rows by themselves
    if repeats and by_logits.facts["grads"].get("x") == "ok":
        true = (c * (further - logits)).sum(1)[:4]
        by_gradient = (by_logits.gradient("x") * step).sum(1)[:4]
        holds(
            np.median(np.abs(true - by_gradient)) <= 0.05 * np.sqrt(np.square(true).mean()),
            "the gradient of forward's logits is not their derivative: a part of it is detached",
            got=by_gradient,
            expected=true,
        )


def reaches_all(found: Mapping[str, float], encoder: set[str], decoder: set[str]) -> None:
    """The logits of forward have a gradient wherever encode and decode have one."""
    cut = {name for name in encoder | decoder if not found[name]}
    if cut == encoder | decoder:
        lost = "any parameter: are they detached?"
    elif cut == encoder - decoder:
        lost = "the encoder: is z detached?"
    elif cut == decoder - encoder:
        lost = "the decoder"
    else:
        lost = f"{', '.join(sorted(cut)[:4])}: is mu or logvar detached where z is drawn?"
    holds(not cut, f"the logits of forward give no gradient to {lost}", got=sorted(cut)[:16])


@fact(VAE, "stability")
def black_and_white_images(draw: Draw) -> Steps:
    """forward is finite for an all-black and an all-white image

    x in [0, 1] includes constant images: nothing divides by their variance or takes log x.
    """
    x = np.repeat(np.array([[0.0], [1.0]], dtype=np.float32), PIXELS, axis=1)
    new, forward = yield VAE.new(hidden_dim=32), VAE.method("forward", outputs=3, x=x)
    made(new)
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        finite(value, f"{name} of a constant image")


@fact(VAE, "stability")
def any_device(draw: Draw) -> Steps:
    """forward makes its tensors on the device of its input, so that it runs on a GPU as on the CPU

    Run on the "meta" device, which has shapes but no numbers and refuses tensors of the CPU.
    """
    new, forward = yield VAE.new(hidden_dim=32), VAE.on_meta("forward", (4, PIXELS))
    made(new)
    failure = forward.failure
    if failure is not None and "meta" in (failure.text or "").lower():
        raise Broken(f"forward is tied to the CPU: {failure.text}", failure=failure)
    shapes = [output.get("shape") for output in forward.facts["outputs"]]
    wanted = [[4, PIXELS], [4, LATENT], [4, LATENT]]
    holds(shapes == wanted, f"forward on another device gives shapes {shapes}", got=shapes, expected=wanted)
