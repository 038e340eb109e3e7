"""Facts of exercise 9-1 (e): the variational autoencoder.

Nothing here assumes an architecture. Where a fact needs an instance that is not
fresh (a new layer may well start at zero), all its parameters are moved at random first.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.reference.gan import sigmoid
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Steps, fact

Numbers = NDArray[np.float64]
Single = NDArray[np.float32]
State = Mapping[str, NDArray[Any]]

LATENT = 20  # the default of latent_dim
PIXELS = 784


def images(draw: Draw, n: int) -> Single:
    """Random grey values, (n, 784)."""
    return draw.uniform(0.0, 1.0, (n, PIXELS)).astype(np.float32)


def latents(draw: Draw, n: int, size: int = LATENT) -> Single:
    """Standard normal z, (n, size)."""
    return draw.normal((n, size)).astype(np.float32)


def moved_instance() -> Call:
    """A new, narrow instance with random numbers added to every parameter: what it does then is no matter of its start."""
    return VAE.new(hidden_dim=32, moved=True)


def _tensors(answer: Answer) -> Mapping[str, NDArray[Any]]:
    """The tensors of a reply that came without failure."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)
    return answer.reply.tensors


def made(answer: Answer) -> None:
    """The instance could be made and loaded."""
    answer.facts  # noqa: B018  (raises Broken for a failed call)


def both_signs(got: Numbers, what: str, reason: str) -> None:
    """Some entries are negative, some positive."""
    finite(got, what)
    low, high = float(got.min()), float(got.max())
    holds(
        low < 0 < high,
        f"{what} should take both signs, found only [{low:.3g}, {high:.3g}]: {reason}",
        got=np.array([low, high]),
    )


def varies(got: Numbers, what: str, cause: str) -> None:
    """The rows of a batch are not all the same."""
    holds(bool((got != got[:1]).any()), f"{what} is the same for every {cause}", got=got[:2, :8])


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
        for name, value in zip(names, answer.values, strict=True):
            columns = LATENT if name in ("mu", "logvar") else PIXELS
            same_shape(value, (rows, columns), f"{name} of {answer.call.label}")
        holds(
            answer.dtype.startswith(("float", "bfloat")),
            answer.say(f"should return floating-point numbers, got {answer.dtype}"),
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
    for name, one, other in zip(("mu", "logvar"), flat.values, image.values, strict=True):
        close(other, one, SINGLE, what=f"{name} of x as (N, 1, 28, 28)")


@fact(VAE, "shape")
def rows_are_alone(draw: Draw) -> Steps:
    """In eval mode a row is encoded and decoded alike alone and in a batch of 7

    Images of a batch are independent examples; BatchNorm and Dropout keep this in eval mode.
    """
    x, z, row = images(draw, 7), latents(draw, 7), draw.integer(0, 6)
    new, encoded, encoded_alone, decoded, decoded_alone = yield (
        VAE.new(hidden_dim=32),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("encode", outputs=2, x=x[row : row + 1]),
        VAE.method("decode", z=z),
        VAE.method("decode", z=z[row : row + 1]),
    )
    made(new)
    batch, alone = (*encoded.values, decoded.value), (*encoded_alone.values, decoded_alone.value)
    for name, many, one in zip(("mu", "logvar", "logits"), batch, alone, strict=True):
        same_shape(many, (7, *many.shape[1:]), name)
        close(one, many[row : row + 1], SINGLE, what=f"{name} of one row alone")


@fact(VAE, "value")
def encoder_gives_mean_and_log_variance(draw: Draw) -> Steps:
    """encode gives a mean of both signs that depends on x, and another tensor that can be negative, log σ²

    z can be negative and σ below 1: no ReLU, exp or sigmoid at the end, no σ instead of log σ².
    """
    new, encoded = yield (
        moved_instance(),
        VAE.method("encode", outputs=2, x=images(draw, 16)),
    )
    made(new)
    mu, logvar = encoded.values
    for name, value in (("mu", mu), ("logvar", logvar)):
        same_shape(value, (16, LATENT), name)
    both_signs(mu, "mu", "does encode end in an activation?")
    finite(logvar, "logvar")
    holds(
        float(logvar.min()) < 0,
        f"logvar is never negative (smallest {logvar.min():.3g}): log σ² is below 0 where σ < 1",
        got=logvar.min(),
    )
    holds(
        bool((mu != logvar).any()),
        "mu and logvar are the same numbers",
        got=mu[0],
    )
    varies(mu, "mu", "x")


@fact(VAE, "value")
def decoder_gives_logits(draw: Draw) -> Steps:
    """decode(z) gives logits of both signs that depend on z and have no bounds

    D = σ(logits): the sigmoid is applied by the likelihood and by sample, not here; no other activation either.
    """
    z = latents(draw, 32)
    z[16:] *= 100  # far out, a bounded activation shows its bounds
    new, decoded = yield moved_instance(), VAE.method("decode", z=z)
    made(new)
    logits = decoded.value
    same_shape(logits, (32, PIXELS), "the result of decode")
    both_signs(logits, "the result of decode", "does it end in an activation? Logits come before the sigmoid")
    largest = float(np.abs(logits).max())
    holds(
        not 0.99 < largest <= 1 + 1e-6,
        "the result of decode never leaves [−1, 1]: logits have no bounds, does it end in tanh?",
        got=largest,
    )
    varies(logits, "the result of decode", "z")


@fact(VAE, "value")
def forward_samples(draw: Draw) -> Steps:
    """forward(x) is decode(z) with fresh noise in z, in train and eval mode alike, beside encode's mu and logvar

    Evaluating the ELBO needs z from q(z|x), not its mean. Sheet 9-1 (e).
    """
    x = images(draw, 6)
    new, encoded, *forward = yield (
        moved_instance(),
        VAE.method("encode", outputs=2, x=x),
        *(VAE.method("forward", outputs=3, mode=m, x=x) for m in ("eval", "eval", "train", "train")),
    )
    made(new)
    for name, value, wanted in zip(("mu", "logvar"), forward[0].values[1:], encoded.values, strict=True):
        close(value, wanted, SINGLE, what=f"{name} of forward, against encode,")
    logits = [answer.values[0] for answer in forward]
    for mode, one, other in (("eval", *logits[:2]), ("train", *logits[2:])):
        for value in (one, other):
            same_shape(value, (6, PIXELS), "the first result of forward")
        holds(
            bool((one != other).any()),
            f"two calls of forward in {mode} mode give the same logits: z is not sampled",
            got=one[0, :8],
        )
    both_signs(
        np.concatenate(logits), "the first result of forward", "it should be logits, as decode returns them"
    )


def same_distribution(got: Numbers, expected: Numbers, what: str) -> None:
    """Means and variances of every column of two samples agree; the many columns need 8 standard errors, not 6."""
    centre = expected.mean(0)
    for name, one, other in (
        ("mean", got, expected),
        ("variance", (got - centre) ** 2, (expected - centre) ** 2),
    ):
        error = np.sqrt(one.var(0) / len(one) + other.var(0) / len(other)) + 1e-5
        off = float((np.abs(one.mean(0) - other.mean(0)) / error).max())
        holds(off <= 8, f"the {name} of {what} is {off:.0f} standard errors off", got=off, expected=0.0)


@fact(VAE, "value")
def sample_decodes_the_prior(draw: Draw) -> Steps:
    """sample(n) gives probabilities with the distribution of σ(decode(z)), z ~ N(0, I), fresh in every call

    Generating is decoding draws from the prior; the sigmoid makes probabilities of logits.
    """
    n = 200
    new, first, second, decoded = yield (
        moved_instance(),
        VAE.method("sample", n=n),
        VAE.method("sample", n=2),
        VAE.method("decode", z=latents(draw, n)),
    )
    made(new)
    got = first.value
    same_shape(got, (n, PIXELS), "the result of sample")
    finite(got, "the result of sample")
    holds(
        float(got.min()) >= 0 and float(got.max()) <= 1 + 1e-6,
        f"probabilities lie in [0, 1], found [{got.min():.3g}, {got.max():.3g}]: is the sigmoid missing?",
        got=np.array([got.min(), got.max()]),
    )
    varies(got, "the result of sample", "row")
    same_shape(second.value, (2, PIXELS), "the result of sample")
    holds(bool((second.value != got[:2]).any()), "two calls of sample give the same images", got=got[0, :8])
    same_shape(decoded.value, (n, PIXELS), "the result of decode")
    some = slice(None, None, 7)  # every seventh pixel is enough
    same_distribution(got[:, some], sigmoid(decoded.value[:, some]), "sample, against σ(decode(z)),")


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
    state = {name.removeprefix("state."): array for name, array in _tensors(kept).items()}
    loaded, encoded, decoded = yield VAE.new(hidden_dim=32, state=state), *questions
    made(loaded)
    after = (*encoded.values, decoded.value)
    for name, one, other in zip(("mu", "logvar", "logits"), before, after, strict=True):
        close(other, one, SINGLE, what=f"{name} of the second instance")


def reached(answer: Answer) -> set[str]:
    """Names of the parameters with a gradient that is more than rounding."""
    answer.values  # noqa: B018  (a reply of the wrong form is named first)
    norms = {name: float(norm or 0.0) for name, norm in answer.facts["parameter_grads"].items()}
    largest = max(norms.values(), default=0.0)
    return {name for name, norm in norms.items() if norm > 1e-5 * largest}


@fact(VAE, "gradient")
def logits_train_encoder_and_decoder(draw: Draw) -> Steps:
    """Through forward, Σ c·logits has a gradient at every parameter that encode or decode use

    The reparameterisation lets the reconstruction term train the encoder; nothing is detached. Sheet 9-1 (e).
    """
    x, none = images(draw, 8), np.zeros((8, LATENT), dtype=np.float32)
    c, k = draw.weights((8, PIXELS), dtype=np.float32), draw.weights((8, LATENT), dtype=np.float32)
    new, encoded, decoded, by_logits, by_moments = yield (
        moved_instance(),
        VAE.method("encode", outputs=2, parameter_grads=True, weights=(k, k), x=x),
        VAE.method("decode", parameter_grads=True, weights=c, z=latents(draw, 8)),
        VAE.method("forward", outputs=3, parameter_grads=True, weights=(c, none, none), x=x),
        VAE.method("forward", outputs=3, parameter_grads=True, weights=(0 * c, k, k), x=x),
    )
    made(new)
    encoder, decoder = reached(encoded), reached(decoded)
    for names, method in ((encoder, "encode"), (decoder, "decode")):
        holds(bool(names), f"no parameter gets a gradient from the result of {method}: is it detached?")
    for answer, wanted, term in (
        (by_logits, encoder | decoder, "the logits"),
        (by_moments, encoder, "mu and logvar"),
    ):
        norms = answer.facts["parameter_grads"] if answer.values else {}
        cut = sorted(name for name in wanted if not norms.get(name))
        holds(not cut, f"{term} of forward give no gradient to {', '.join(cut[:4])}", got=cut[:16])


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
    shapes = [output.get("shape") for output in forward.facts["outputs"]]
    wanted = [[4, PIXELS], [4, LATENT], [4, LATENT]]
    holds(shapes == wanted, f"forward on another device gives shapes {shapes}", got=shapes, expected=wanted)
