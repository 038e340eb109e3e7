"""Facts of exercise 9-1 (e): the form of the class VAE. The others are in the files vae_*.py beside this one.

Nothing in them assumes an architecture: layers, their names and their number are free. Where a fact needs an instance
that is not fresh (a new layer may well start at zero), all its parameters are moved at random first, and doubled
where bounds are to show. A message says what was observed; `autograder.assignment.vae_signs` reads it.
"""

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import LATENT, PIXELS, images, instance, latents, made, state_of
from autograder.assignment.facts.vae_seen import (
    in_order,
)
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, holds, same_shape
from autograder.engine.facts import Broken, Steps, fact


@fact(VAE, "shape")
def default_shapes(draw: Draw) -> Steps:
    """VAE() has 20 latent variables: encode (N, 20) twice, decode (N, 784), forward all three, sample (n, 784)

    The contract of 9-1 (e), with floating-point results.
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
        instance(latent_dim=5, hidden_dim=32),
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
        instance(hidden_dim=16),
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
    x *= np.linspace(1, 0.4, 7, dtype=np.float32)[:, None]  # what is taken over the batch is another for each
    rows = draw.integer(0, 3), draw.integer(4, 6)  # two: one of them may be all that the others depend on
    new, encoded, decoded, *alone = yield (
        instance(hidden_dim=16),
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
def state_is_everything(draw: Draw) -> Steps:
    """A second instance that loads the first one's state_dict encodes and decodes alike

    Everything that is learned is a registered parameter: a plain Python list of layers is not trained or saved.
    """
    x, z = images(draw, 3), latents(draw, 3)
    questions = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    new, encoded, decoded, kept = yield instance(hidden_dim=16), *questions, VAE.state()
    made(new)
    before = (*encoded.values, decoded.value)
    loaded, encoded, decoded = yield instance(hidden_dim=16, state=state_of(kept)), *questions
    made(loaded)
    after = (*encoded.values, decoded.value)
    for name, one, other in zip(("mu", "logvar", "logits"), before, after, strict=True):
        close(other, one, SINGLE, what=f"{name} of the second instance")


@fact(VAE, "stability")
def any_device(draw: Draw) -> Steps:
    """forward makes its tensors on the device of its input, so that it runs on a GPU as on the CPU

    Run on the "meta" device, which has shapes but no numbers and refuses tensors of the CPU.
    """
    new, forward = yield instance(hidden_dim=16), VAE.on_meta("forward", (4, PIXELS))
    made(new)
    text = "" if forward.failure is None else forward.failure.text or ""
    if "meta" in text.lower():
        raise Broken(f"forward is tied to the CPU: {text}", failure=forward.failure)
    shapes = [output.get("shape") for output in forward.facts["outputs"]]
    wanted = [[4, PIXELS], [4, LATENT], [4, LATENT]]
    holds(shapes == wanted, f"forward on another device gives shapes {shapes}", got=shapes, expected=wanted)
