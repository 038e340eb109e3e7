"""Facts of exercise 9-1 (e): the form of the class VAE. The others are in the files vae_*.py beside this one.

Nothing in them assumes an architecture: layers, their names and their number are free. Where a fact needs an instance
that is not fresh (a new layer may well start at zero), all its parameters are moved at random first, and doubled
where bounds are to show. A message says what was observed; `autograder.assignment.vae_signs` reads it.
"""

import numpy as np

from autograder.assignment.api import VAE
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
from autograder.assignment.facts.vae_seen import alike, has_shape, in_order
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Broken, Stage, Steps, fact

LARGE = 130  # images of a batch that no power of two near the usual sizes holds


@fact(VAE, "shape")
def default_shapes(draw: Draw) -> Steps:
    """VAE() has 20 latent variables: encode (N, 20) twice, decode (N, 784), forward all three, sample (n, 784)

    The contract of 9-1 (e), with floating-point results. To make an instance changes nothing else.
    """
    x, z = images(draw, 5), latents(draw, 5)
    new, encoded, decoded, forward, sampled = yield (
        instance(),
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
        if answer.dtype not in ("float32", "float64"):
            raise Broken(answer.say(f"should return float32, got {answer.dtype}"), stage=Stage.DTYPE)
    holds(
        new.facts["gradients"],
        "VAE() switches gradients off for good: use `with torch.no_grad()`, which ends",
    )


@fact(VAE, "shape")
def chosen_number_of_latents(draw: Draw) -> Steps:
    """VAE(latent_dim=5, hidden_dim=32) has 5 latent variables, and VAE(4, 32) has 4

    `latent_dim` is the size of z; what `hidden_dim` does is the architecture's choice.
    """
    new, decoded, sampled, forward, other, of_other = yield (
        instance(latent_dim=5, hidden_dim=32),
        VAE.method("decode", z=latents(draw, 3, 5)),
        VAE.method("sample", n=2),
        VAE.method("forward", outputs=3, x=images(draw, 3)),
        instance(4, 32),
        VAE.method("decode", z=latents(draw, 3, 4)),
    )
    made(new)
    same_shape(decoded.value, (3, PIXELS), "logits of VAE.decode with latent_dim=5")
    same_shape(sampled.value, (2, PIXELS), "the result of VAE.sample with latent_dim=5")
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        same_shape(value, (3, PIXELS if name == "logits" else 5), f"{name} of VAE.forward with latent_dim=5")
    for answer in (other, of_other):
        if answer.failure is not None:
            text = "VAE(4, 32) has no 4 latent variables: __init__ takes latent_dim first, hidden_dim second"
            raise Broken(text, failure=answer.failure)


@fact(VAE, "shape")
def flat_or_image(draw: Draw) -> Steps:
    """encode(x) is the same for x of shape (N, 784) and (N, 1, 28, 28), in eval mode, and forward gives (N, 784) for both

    Row by row, an image is the vector of its pixels.
    """
    x = images(draw, 3)
    new, flat, image, forward = yield (
        instance(hidden_dim=16),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("encode", outputs=2, x=x.reshape(3, 1, 28, 28)),
        VAE.method("forward", outputs=3, x=x.reshape(3, 1, 28, 28)),
    )
    made(new)
    for answer, other, shape in ((flat, image, "(N, 784)"), (image, flat, "(N, 1, 28, 28)")):
        if answer.failure is not None and other.failure is None:
            raise Broken(
                f"encode fails for x of shape {shape} only: {answer.failure.message}", failure=answer.failure
            )
    for name, one, other_form in zip(("mu", "logvar"), flat.values, image.values, strict=True):
        close(other_form, one, SINGLE, what=f"{name} of x as (N, 1, 28, 28)")
    if forward.failure is None and len(forward.facts["outputs"]) == 3:
        logits = forward.values[0]
        holds(
            logits.shape != (3, 1, 28, 28),
            "forward returns its logits in the shape of an image: they have shape (N, 784) whatever x has",
            got=list(logits.shape),
        )


@fact(VAE, "shape")
def rows_are_alone(draw: Draw) -> Steps:
    """In eval mode a row is encoded and decoded alike alone and in a batch of 7; forward takes one, too

    Images of a batch are independent examples; BatchNorm and Dropout keep this in eval mode.
    """
    x, z = images(draw, 7), latents(draw, 7)
    x *= np.linspace(1, 0.4, 7, dtype=np.float32)[:, None]  # what is taken over the batch is another for each
    rows = draw.integer(0, 3), draw.integer(4, 6)  # two: one of them may be all that the others depend on
    new, encoded, decoded, forward, *alone = yield (
        instance(hidden_dim=16),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=z),
        VAE.method("forward", outputs=3, x=x[:1]),
        *(VAE.method("encode", outputs=2, x=x[row : row + 1]) for row in rows),
        *(VAE.method("decode", z=z[row : row + 1]) for row in rows),
    )
    made(new)
    batch = *encoded.values, decoded.value
    for row, of_encode, of_decode in zip(rows, alone[:2], alone[2:], strict=True):
        one_row = *of_encode.values, of_decode.value
        for name, many, one in zip(("mu", "logvar", "logits"), batch, one_row, strict=True):
            same_shape(many, (7, *many.shape[1:]), name)
            if not alike(one, many[row : row + 1]):
                yield from nothing_is_kept(x, z)
            close(one, many[row : row + 1], SINGLE, what=f"{name} of one row alone")
    for name, one, many in zip(
        ("mu", "logvar", "logits"), (*forward.values[1:], forward.values[0]), batch, strict=True
    ):
        same_shape(one, (1, *many.shape[1:]), f"{name} of forward for one image")


def nothing_is_kept(x: Single, z: Single) -> Steps:
    """encode is a function of x and decode one of z: neither is another one in the next call."""
    encode, decode = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    after_another = VAE.method("encode", outputs=2, x=1 - x)
    new, *answers = yield instance(hidden_dim=16), encode, encode, decode, decode, after_another, decode
    made(new)
    mu, mu_again, logits, logits_again, _, after = (answer.values[0] for answer in answers)
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
    x, z = images(draw, 3), latents(draw, 3)
    questions = (
        VAE.method("encode", outputs=2, unregistered=True, x=x),
        VAE.method("decode", unregistered=True, z=z),
    )
    new, encoded, decoded, kept = yield instance(hidden_dim=16), *questions, VAE.state()
    made(new)
    before = (*encoded.values, decoded.value)
    loaded, encoded, decoded = yield instance(hidden_dim=16, state=state_of(kept)), *questions
    made(loaded)
    after = (*encoded.values, decoded.value)
    for name, one, other in zip(("mu", "logvar", "logits"), before, after, strict=True):
        close(other, one, SINGLE, what=f"{name} of the second instance")
    for name, answer in (("encode", encoded), ("decode", decoded)):
        holds(
            not answer.facts["unregistered"],
            f"{name} uses a layer that is not registered, such as a global or an attribute of the class: the optimiser "
            "does not train it",
        )


@fact(VAE, "stability")
def any_device(draw: Draw) -> Steps:
    """forward and sample make their tensors on the device of the input or the parameters, and so run on a GPU as well

    Run on the "meta" device, which has shapes but no numbers and refuses tensors of the CPU; with a batch of 130 images.
    """
    new, forward, sample = yield (
        instance(hidden_dim=16),
        VAE.on_meta("forward", (LARGE, PIXELS)),
        VAE.on_meta("sample", 4, mode="eval"),
    )
    made(new)
    for name, answer, wanted in (
        ("forward", forward, [[LARGE, PIXELS], [LARGE, LATENT], [LARGE, LATENT]]),
        ("sample", sample, [[4, PIXELS]]),
    ):
        text = "" if answer.failure is None else answer.failure.text or ""
        if "not an accelerator" in text:
            continue  # a torch.Generator of the device, of which the meta device has none
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
    """sample(n) works for any n in both modes, and leaves the model as it was: mode, weights, gradients

    A training loop draws samples between two steps: what they switch off stays off for the rest of the training.
    """
    x, z, noise = images(draw, 4), latents(draw, 2), draw.integer(0, 2**31)
    decode = VAE.method("decode", z=z)
    new, before, many, after, several, *forward, one = yield (
        apart(instance(hidden_dim=16), draw),
        decode,
        VAE.method("sample", every=28, n=130),
        decode,
        VAE.method("sample", mode="train", n=4),
        *(
            VAE.method("forward", outputs=3, mode=m, x=x).with_noise(noise)
            for m in ("left", "left", "eval", "train")
        ),
        VAE.method("sample", n=1),
    )
    made(new)
    holds(
        after.facts["differentiable"] or not before.facts["differentiable"],
        "sample freezes the parameters: nothing is trained after it",
    )
    finite(several.value, "the result of sample(4) in train mode")
    finite(one.value, "the result of sample(1)")
    same_shape(one.value, (1, PIXELS), "the result of sample(1)")
    has_shape(many, (130, PIXELS), "the result of sample(130)")
    holds(
        many.facts["gradients"],
        "sample switches gradients off for good: use `with torch.no_grad()`, which ends",
    )
    holds(
        alike(before.value, after.value),
        "decode gives other logits after sample: sample changes the weights",
        got=after.value,
        expected=before.value,
    )
    left_eval = "sample leaves the model in eval mode: switch back with train(before)"
    holds(several.facts["training"], left_eval)
    # And as it behaves: Dropout and BatchNorm are not those of eval mode. What changes with every step of training
    # (spectral norm) is another one by the time of the second call that is left in its mode.
    left, _, evaluating, training = (answer.reply.tensors for answer in forward)
    for name in left.keys() & evaluating.keys() & training.keys():
        holds(
            not np.array_equal(left[name], evaluating[name]) or alike(left[name], training[name]),
            left_eval,
            got=left[name],
        )
    holds(not many.facts["training"], "sample leaves the model in train mode, though it was in eval mode")
