"""Facts of exercise 9-1 (e): what forward gives."""

from collections.abc import Mapping

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.arguments import NOT_AGAIN
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    apart,
    images,
    instance,
    made,
)
from autograder.assignment.facts.vae_seen import (
    alike,
    in_order,
    within,
)
from autograder.engine.calls import Call
from autograder.engine.draw import Draw
from autograder.engine.expect import SINGLE, close, finite, holds, same_shape
from autograder.engine.facts import Steps, fact


@fact(VAE, "value")
def forward_samples(draw: Draw) -> Steps:
    """forward(x) draws fresh noise in train and eval mode alike, and returns encode's mu and logvar beside the logits

    Evaluating the ELBO needs z from q(z|x), not its mean. Sheet 9-1 (e).
    """
    x = images(draw, 6)
    module = apart(instance(hidden_dim=32, moved=1), draw)
    new, encoded, of_one, *forward = yield (
        module,
        VAE.method("encode", outputs=2, x=x),
        VAE.method("forward", outputs=3, x=x[:1]),
        VAE.method("forward", outputs=3, twice=True, x=x),
        *(VAE.method("forward", outputs=3, mode=m, x=x) for m in ("eval", "train", "train")),
    )
    made(new)
    for answer in forward:
        in_order(answer.values)
        same_shape(answer.values[0], (6, PIXELS), "the first result of forward")
        for name, value in zip(("mu", "logvar"), answer.values[1:], strict=True):
            same_shape(value, (6, LATENT), f"{name} of forward")
    holds(not forward[0].changed, "forward overwrites x: the likelihood needs the image as it was")
    for name, one, other in zip(("mu", "logvar"), forward[0].values[1:], forward[1].values[1:], strict=True):
        holds(alike(one, other), f"{name} of forward changes from call to call for the same x, in eval mode")
    holds(forward[0].repeats(1, 2), forward[0].say(NOT_AGAIN), got=forward[0].values[1][:2])
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
    for mode, answer in zip(("eval", "eval", "train", "train"), forward, strict=True):
        now = "train" if answer.facts["training"] else "eval"
        holds(now == mode, f"forward switches the model from {mode} to {now} mode")
        holds(
            not answer.facts["seeded"],
            "forward seeds the generator: whatever is drawn later is always the same",
        )
    yield from mu_is_not_decoded(
        module,
        {
            "in train mode": (logits[3], forward[3].values[1], "train"),
            "where no gradients are recorded": (forward[0].again(0), forward[0].values[1], "eval"),
            "of a single image": (of_one.values[0], of_one.values[1], "eval"),
        },
    )


def mu_is_not_decoded(module: Call, seen: Mapping[str, tuple[Numbers, Numbers, str]]) -> Steps:
    """Where forward gave these logits and this mu, in this mode, decode(mu) is another one."""
    new, *decoded = yield (
        module,
        *(VAE.method("decode", mode=mode, z=mu.astype(np.float32)) for _, mu, mode in seen.values()),
    )
    made(new)
    for (where, (got, _, _)), of_mu in zip(seen.items(), decoded, strict=True):
        if of_mu.failure is None and got.shape == of_mu.value.shape:  # else other facts are about it
            # The same batch, so to the last digits the same numbers; σ may be small.
            same = (np.abs(got - of_mu.value) <= 1e-6 * np.abs(got).max()).all()
            holds(not same, f"forward {where} decodes mu itself: z is not sampled", got=got)


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


@fact(VAE, "stability")
def black_and_white_images(draw: Draw) -> Steps:
    """A new VAE is finite for any image, with |mu| ≤ 2000 and logvar from −60 to 30; also for a black and a white one

    x in [0, 1] includes constant images: nothing divides by their variance or takes log x. And weights that start too
    large leave the graded range before the first step of training.
    """
    constant = np.repeat(np.array([[0.0], [1.0]], dtype=np.float32), PIXELS, axis=1)
    x = np.concatenate([images(draw, 1), constant])
    new, forward = yield instance(hidden_dim=16), VAE.method("forward", outputs=3, x=x)
    made(new)
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        same_shape(value, (3, PIXELS if name == "logits" else LATENT), f"{name} of forward")
        finite(value[:1], f"{name} of a new VAE")
    _, mu, logvar = forward.values
    holds(
        np.abs(mu[:1]).max() <= 2e3 and within(logvar[:1], -60, 30),
        f"the weights of a new VAE are too large: logvar from {logvar[:1].min():.3g} to {logvar[:1].max():.3g}",
        got=logvar[0],
    )
    for name, value in zip(("logits", "mu", "logvar"), forward.values, strict=True):
        finite(value, f"{name} of a constant image")
