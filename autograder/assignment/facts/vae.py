"""Facts of exercise 9-1 (e): the form of the class VAE. The others are in the files vae_*.py beside this one.

Nothing in them assumes an architecture: layers, their names and their number are free. Where a fact needs an instance
that is not fresh (a new layer may well start at zero), all its parameters are moved at random first, further where
bounds are to show. A message says what was observed; `autograder.assignment.vae_signs` reads it.
"""

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.facts.arguments import leaves_settings
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Single,
    apart,
    images,
    instance,
    latents,
    made,
    state_of,
)
from autograder.assignment.facts.vae_seen import ROUNDING, alike, in_order, same, within
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Stage, Steps, fact

LARGE = 130  # images of a batch that no power of two near the usual sizes holds


@fact(VAE, "shape")
def default_shapes(draw: Draw) -> Steps:
    """VAE() has 20 latent variables: encode (N, 20) twice, decode (N, 784), forward all three, sample (n, 784)

    The contract of 9-1 (e), with floating-point results. To make an instance changes nothing else. One of the usual size
    is slow, and `forward` and `sample` show what it is; the other two are asked of one with the same latent variables.
    """
    x, z = images(draw, 5), latents(draw, 5)
    new, forward, sampled, smaller, encoded, decoded = yield (
        instance(),
        VAE.method("forward", outputs=3, x=x),
        VAE.method("sample", n=6),
        instance(hidden_dim=16),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=z),
    )
    made(new)
    made(smaller)
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
        if answer.dtype not in ("float32", "float64"):
            raise Broken(answer.say(f"should return float32, got {answer.dtype}"), stage=Stage.DTYPE)
    leaves_settings(new, "VAE()")


@fact(VAE, "shape")
def chosen_number_of_latents(draw: Draw) -> Steps:
    """VAE(5, 32) has 5 latent variables; VAE(latent_dim=1, hidden_dim=32) has one, with mu and logvar of shape (N, 1)

    `latent_dim` is the size of z; what `hidden_dim` does is the architecture's choice.
    """
    x = images(draw, 3)
    new, forward, sampled, of_one, one, sample_of_one = yield (
        instance(5, 32),
        VAE.method("forward", outputs=3, x=x),
        VAE.method("sample", n=2),
        instance(latent_dim=1, hidden_dim=32),
        VAE.method("forward", outputs=3, x=x),
        VAE.method("sample", n=2),
    )
    exchanged = "VAE(5, 32) has no 5 latent variables: __init__ takes latent_dim first, hidden_dim second"
    for answer, other in ((new, of_one), (forward, one)):
        if answer.failure is not None and other.failure is None:
            raise Broken(exchanged, failure=answer.failure)
    made(new)
    holds([value.shape[-1:] for value in forward.values[1:]] != [(32,), (32,)], exchanged)
    has_latents(forward, sampled, "latent_dim=5", 5)
    made(of_one)
    for answer in (one, sample_of_one):
        if answer.failure is not None:
            text = f"with latent_dim=1, {answer.call.label} fails: {answer.failure.message}"
            raise Broken(text, failure=answer.failure)
    has_latents(one, sample_of_one, "latent_dim=1", 1)


def has_latents(forward: Answer, sampled: Answer, given: str, latents: int) -> None:
    """forward of three images, and two images of sample, have the shapes of so many latent variables."""
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        same_shape(value, (3, PIXELS if name == "logits" else latents), f"{name} of VAE.forward with {given}")
    same_shape(sampled.value, (2, PIXELS), f"the result of VAE.sample with {given}")


@fact(VAE, "shape")
def flat_or_image(draw: Draw) -> Steps:
    """encode(x) is the same for x of shape (N, 784) and (N, 1, 28, 28), in eval mode; so is forward(x), with its gradients

    Row by row, an image is the vector of its pixels. From the same random numbers, forward draws the same z.
    """
    x, noise = images(draw, 3), draw.integer(0, 2**31)
    pictures = x.reshape(3, 1, 28, 28)
    c = draw.weights((3, PIXELS), dtype=np.float32)
    k, m = (draw.weights((3, LATENT), dtype=np.float32) for _ in range(2))
    new, flat, image, forward, *both = yield (
        instance(hidden_dim=16),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("encode", outputs=2, x=pictures),
        VAE.method("forward", outputs=3, x=pictures[:1]),
        *(
            VAE.method("forward", outputs=3, parameter_grads=True, weights=(c, k, m), x=form).with_noise(
                noise
            )
            for form in (x, pictures)
        ),
    )
    made(new)
    for answer, other, shape in ((flat, image, "(N, 784)"), (image, flat, "(N, 1, 28, 28)")):
        if answer.failure is not None and other.failure is None:
            raise Broken(
                f"encode fails for x of shape {shape} only: {answer.failure.message}", failure=answer.failure
            )
    holds(
        bool(flat.changed) or not image.changed,
        "encode changes the shape of x: the likelihood needs the image as it was",
    )
    for name, one, other_form in zip(("mu", "logvar"), flat.values, image.values, strict=True):
        close(other_form, one, SINGLE, what=f"{name} of x as (N, 1, 28, 28)")
    logits, *moments = forward.values
    holds(
        logits.shape != (1, 1, 28, 28),
        "forward returns its logits in the shape of an image: they have shape (N, 784) whatever x has",
        got=list(logits.shape),
    )
    same_shape(logits, (1, PIXELS), "logits of forward for one image")
    for name, one, many in zip(("mu", "logvar"), moments, image.values, strict=True):
        same_shape(one, (1, *many.shape[1:]), f"{name} of forward for one image")
    holds(
        bool(np.isfinite(logits).all()),
        "forward gives nan for one image alone: does it divide by a spread over the batch?",
    )
    yield from forward_takes_either(*both)


def forward_takes_either(flat: Answer, image: Answer) -> Steps:
    """What forward gives for x as (3, 784), right or wrong, it gives for (3, 1, 28, 28)."""
    try:
        values = flat.values
    except Broken:
        return  # another fact's matter
    if image.failure is not None or not (same(flat, image) and gradients_alike(flat, image)):
        new, again = yield instance(hidden_dim=16), flat.call
        made(new)
        if not (same(flat, again) and gradients_alike(flat, again)):
            return  # its noise is another one in every call, or what it gives is no number
    for name, one, other in zip(("logits", "mu", "logvar"), values, image.values, strict=True):
        close(other, one, ROUNDING, what=f"{name} of forward for x as (3, 1, 28, 28)")
    holds(
        gradients_alike(flat, image),
        "forward gives another gradient for x as (3, 1, 28, 28) than as (3, 784): is a part of it detached?",
    )


def gradients_alike(one: Answer, other: Answer) -> bool:
    """The gradients at all parameters have the same norms."""
    of_one, of_other = (
        {name: float(norm or 0.0) for name, norm in answer.facts["parameter_grads"].items()}
        for answer in (one, other)
    )
    least = 1e-3 * max(of_one.values(), default=0.0)  # nan is like nothing
    return all(abs(of_other.get(name, 0.0) - norm) <= 1e-2 * norm + least for name, norm in of_one.items())


@fact(VAE, "shape")
def rows_are_alone(draw: Draw) -> Steps:
    """In eval mode a row is encoded and decoded alike alone and in a batch of 7, and encoded alike in one of 130

    Images of a batch are independent examples; BatchNorm and Dropout keep this in eval mode.
    """
    x, z = images(draw, 7), latents(draw, 7)
    # What is taken over the batch is another for each, and no image alone is as bright as the batch.
    x *= np.array([1, *np.linspace(0.5, 0.2, 6)], dtype=np.float32)[:, None]
    # Neither the first nor the last, which may be all that the others depend on; and two, since one may be the largest.
    row = draw.integer(1, 5)
    other = row % 5 + 1
    among = draw.uniform(0, 7, LARGE).astype(int)  # these rows again, in another order
    new, encoded, decoded, encoded_among, *alone = yield (
        instance(hidden_dim=16),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=z),
        VAE.method("encode", outputs=2, x=x[among]),
        *(VAE.method("encode", outputs=2, x=x[i : i + 1]) for i in (row, other)),
        *(VAE.method("decode", z=z[i : i + 1]) for i in (row, other)),
    )
    made(new)
    for method, batch, ones in (("encode", encoded, alone[:2]), ("decode", decoded, alone[2:])):
        for one in ones:
            if one.failure is not None and batch.failure is None:
                text = f"{method} fails for one row alone, of shape (1, N): {one.failure.message}"
                raise Broken(text, failure=one.failure)
    together = *encoded.values, decoded.value
    for i, of_x, of_z in zip((row, other), alone[:2], alone[2:], strict=True):
        for name, many, one in zip(
            ("mu", "logvar", "logits"), together, (*of_x.values, of_z.value), strict=True
        ):
            same_shape(many, (7, *many.shape[1:]), name)
            finite(many, f"{name} of 7 rows")
            if not alike(one, many[i : i + 1]):
                yield from nothing_is_kept(x, z)
            close(one, many[i : i + 1], SINGLE, what=f"{name} of one row alone")
    if encoded_among.failure is not None:
        return  # a batch of this size is another fact's matter
    for name, few, many in zip(("mu", "logvar"), encoded.values, encoded_among.values, strict=True):
        if many.shape == (LARGE, *few.shape[1:]):
            close(many, few[among], SINGLE, what=f"{name} of rows in a batch of {LARGE}")


def nothing_is_kept(x: Single, z: Single) -> Steps:
    """encode is a function of x and decode one of z: neither is another one in the next call, nor the same for another x."""
    encode, decode = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    after_another = VAE.method("encode", outputs=2, x=1 - x)
    new, *answers = yield instance(hidden_dim=16), encode, encode, decode, decode, after_another, decode
    made(new)
    mu, mu_again, logits, logits_again, of_another, after = (answer.values[0] for answer in answers)
    holds(
        not alike(of_another, mu) or np.ptp(mu, axis=0).max() == 0,
        "encode gives for another image the mu of an earlier call",
        got=of_another[:2],
        expected=mu[:2],
    )
    holds(alike(mu, mu_again), "encode gives another mu for the same x in the next call", got=mu_again[:2])
    holds(
        alike(logits, logits_again),
        "decode gives other logits for the same z in the next call",
        got=logits_again[:2],
    )
    holds(
        alike(logits, after),
        "decode gives other logits for the same z after another image was encoded: it depends on z alone",
        got=after[:2],
        expected=logits[:2],
    )


@fact(VAE, "value")
def state_is_everything(draw: Draw) -> Steps:
    """A second instance that loads the first one's state_dict encodes and decodes alike

    Everything that is learned is a registered parameter: a plain Python list of layers is not trained or saved.
    """
    x, z, noise = images(draw, 3), latents(draw, 3), draw.integer(0, 2**31)
    first = instance(hidden_dim=16)
    both = VAE.method("forward", outputs=3, unregistered=True, x=x).with_noise(noise)
    new, forward, kept = yield first, both, VAE.state()
    made(new)
    second = instance(hidden_dim=16, state=state_of(kept))
    loaded, again = yield second, both
    made(loaded)
    with suppress(Broken):  # what is wrong with forward itself is another fact's matter
        if same(forward, again) and not (forward.facts["unregistered"] or again.facts["unregistered"]):
            return
    # Which of the two is it? Or the noise of forward is another one in every call, or the parameters are.
    questions = (
        VAE.method("encode", outputs=2, unregistered=True, x=x),
        VAE.method("decode", unregistered=True, z=z),
    )
    new, encoded, decoded, later, loaded, *others = yield first, *questions, VAE.state(), second, *questions
    made(new)
    made(loaded)
    states = state_of(kept), state_of(later)
    moved = [
        name for name in new.facts["parameters"] if not all_equal(*(state.get(name) for state in states))
    ]
    holds(
        not moved,
        f"the parameters change when methods are called ({', '.join(moved[:3])}): only the optimiser changes them",
        got=moved[:16],
    )
    before = (*encoded.values, decoded.value)
    encoded, decoded = others
    after = (*encoded.values, decoded.value)
    for name, one, other in zip(("mu", "logvar", "logits"), before, after, strict=True):
        close(other, one, SINGLE, what=f"{name} of the second instance")
    for name, answer in (("encode", encoded), ("decode", decoded)):
        holds(
            not answer.facts["unregistered"],
            f"{name} uses a layer that is not registered, such as a global or an attribute of the class: the optimiser "
            "does not train it",
        )


def all_equal(one: NDArray[Any] | None, other: NDArray[Any] | None) -> bool:
    """The same array twice, or none twice; nan equals itself."""
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other, equal_nan=True))


@fact(VAE, "stability")
def any_device(draw: Draw) -> Steps:
    """forward and sample do 130 images at once, on the device of the input or the parameters, so that a GPU will do as well

    Run on the "meta" device, which has shapes but no numbers and refuses tensors of the CPU.
    """
    new, forward, sample = yield (
        instance(hidden_dim=16),
        VAE.on_meta("forward", (LARGE, PIXELS)),
        VAE.on_meta("sample", LARGE, mode="eval"),
    )
    made(new)
    for name, answer, wanted in (
        ("forward", forward, [[LARGE, PIXELS], [LARGE, LATENT], [LARGE, LATENT]]),
        ("sample", sample, [[LARGE, PIXELS]]),
    ):
        text = "" if answer.failure is None else answer.failure.text or ""
        if "not an accelerator" in text:
            continue  # a torch.Generator of the device, of which the meta device has none
        if "item() cannot be called on meta" in text:
            continue  # a number is asked, for a print or a warning, which any other device gives
        if name == "sample" and "out of meta" in text:
            continue  # its pictures are brought to the CPU at the end, which any other device allows
        if "meta" in text.lower():
            raise Broken(f"{name} is tied to the CPU: {text}", failure=answer.failure)
        shapes = [output.get("shape") for output in answer.facts["outputs"]]
        holds(
            shapes == wanted,
            f"{name} gives shapes {shapes} in a batch of {wanted[0][0]}",
            got=shapes,
            expected=wanted,
        )


@fact(VAE, "stability")
def sample_leaves_no_trace(draw: Draw) -> Steps:
    """sample(n) gives probabilities in both modes, and leaves the model as it was: mode, weights, gradients

    A training loop draws samples between two steps: what they switch off stays off for the rest of the training.
    """
    x, z, noise = images(draw, 4), latents(draw, 2), draw.integer(0, 2**31)
    decode = VAE.method("decode", z=z)
    evaluated, left, trained = (
        VAE.method("forward", outputs=3, mode=mode, x=x).with_noise(noise)
        for mode in ("eval", "left", "train")
    )
    new, before, one, after, evaluating, several, leaving, training = yield (
        apart(instance(hidden_dim=16), draw),
        decode,
        VAE.method("sample", n=1),
        decode,
        evaluated,
        VAE.method("sample", mode="train", n=4),
        left,
        trained,
    )
    made(new)
    holds(
        after.facts["differentiable"] or not before.facts["differentiable"],
        "sample freezes the parameters: nothing is trained after it",
    )
    finite(several.value, "the result of sample(4) in train mode")
    finite(one.value, "the result of sample(1)")
    same_shape(one.value, (1, PIXELS), "the result of sample(1)")
    same_shape(several.value, (4, PIXELS), "the result of sample(4) in train mode")
    # By no decoder that gives logits like these; exactly 0 takes one of −100.
    ends = one.value.min() == 0, one.value.max() > 1 - 1e-6, within(one.value, 0, 1)
    stretched = all(ends) and bool(((one.value > 0) & (one.value < 1)).any()) and within(before.value, -5, 5)
    holds(
        not stretched,
        "the darkest pixel of sample(1) is exactly 0 and the brightest 1, though decode's logits lie in [−5, 5]: those "
        "are not their sigmoids",
        got=one.value[0, :8],
    )
    low, high = float(several.value.min()), float(several.value.max())
    holds(
        within(several.value, 0, 1 + 1e-6) or not within(one.value, 0, 1 + 1e-6),
        f"probabilities lie in [0, 1]: in train mode, the result of sample does not (from {low:.3g} to {high:.3g})",
        got=[low, high],
    )
    leaves_settings(one, "sample")
    holds(
        alike(before.value, after.value),
        "decode gives other logits after sample: sample changes the weights",
        got=after.value,
        expected=before.value,
    )
    left_eval = "sample leaves the model in eval mode: switch back with train(before)"
    holds(several.facts["training"], left_eval)
    # And as it behaves: Dropout and BatchNorm are not those of eval mode. What changes with every step of training
    # (spectral norm) was another one before that sample.
    results = [answer.reply.tensors for answer in (evaluating, leaving, training)]
    for name in results[0].keys() & results[1].keys() & results[2].keys():
        in_eval, as_left, in_train = (tensors[name] for tensors in results)
        holds(not np.array_equal(as_left, in_eval) or alike(as_left, in_train), left_eval, got=as_left)
    holds(not one.facts["training"], "sample leaves the model in train mode, though it was in eval mode")
