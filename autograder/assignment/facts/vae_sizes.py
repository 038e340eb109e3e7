"""Facts of exercise 9-1 (e): z is drawn alike whatever latent_dim, hidden_dim and the size of the batch are.

Judged is only what is right for 20 latent variables and a batch of the usual size: any other slip is told by the facts
about z there, and a wrong form by those about shapes.
"""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_distributions import (
    EVERY,
    LEARNED,
    decodings,
    logit,
    logits_of,
    sigmoid,
    within_logit,
)
from autograder.assignment.facts.vae_inputs import LATENT, PIXELS, Numbers, Single, images, instance, latents
from autograder.assignment.facts.vae_latents import ERRORS, SAME, SHOWN, Lens
from autograder.assignment.facts.vae_one_latent import forward_of_one_latent, sample_of_one_latent
from autograder.assignment.facts.vae_seen import TIGHT, alike, varies, within
from autograder.assignment.reference import draws
from autograder.engine.calls import LEFT, Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import holds
from autograder.engine.facts import Broken, Steps, fact

USUAL, LARGE = 16, 130  # images of a batch
PILED = 0.2  # share of the entries of mu that are 0, the smallest of them

SAME_ROW = 1e-3  # of the least distance of two draws: rounding is less


@dataclass(frozen=True, eq=False)
class Size:
    """A batch of so many images, and the instance that gets it."""

    module: Call
    latents: int
    rows: int

    def ask(self, method: str, x: Single) -> Call:
        if method == "sample":
            return VAE.method("sample", every=EVERY, n=self.rows)
        return VAE.method("forward", outputs=3, every=EVERY, x=x[: self.rows])

    def fits(self, answer: Answer) -> bool:
        """The results have their shapes and are numbers."""
        wide, moment = [self.rows, PIXELS], (self.rows, self.latents)
        with suppress(Broken):
            _, *moments = answer.values
            fitting = answer.facts.get("shape") == wide and all(one.shape == moment for one in moments)
            return fitting and all(bool(np.isfinite(value).all()) for value in answer.values)
        return False

    def __str__(self) -> str:
        given = ", ".join(f"{name}={number}" for name, number in self.module.params["kwargs"].items())
        return f"{'one image' if self.rows == 1 else f'{self.rows} images'} by VAE({given})"


@dataclass(frozen=True)
class Drawn:
    """What a method gave, the moments of its z, and the logits of z with torch's own noise."""

    method: str
    size: Size
    got: Numbers
    moments: tuple[Numbers, Numbers]
    known: Numbers

    @property
    def is_known(self) -> bool:
        """Number for number, it is what torch's noise decodes to."""
        if self.method == "sample":
            return alike(self.got, sigmoid(self.known))
        return alike(self.got, self.known, TIGHT)


@fact(VAE, "value")
def any_size(draw: Draw) -> Steps:
    """forward decodes mu + σ·ε, and sample ε ~ N(0, I), for any latent_dim and hidden_dim and for 1 to 130 images

    What holds for 20 latent variables and a batch of the usual size holds for all. Sheet 9-1 (e).
    """
    x, seed = images(draw, LARGE), draw.integer(0, 2**31)
    usual = instance(hidden_dim=16, moved=1)
    few, many = draw.integer(2, 8), draw.integer(26, 44)
    sizes = [
        Size(usual, LATENT, USUAL),
        Size(usual, LATENT, 1),
        Size(instance(latent_dim=1, hidden_dim=32, moved=1), 1, USUAL),
        Size(instance(latent_dim=few, hidden_dim=32, moved=1), few, LARGE),
        Size(instance(latent_dim=many, hidden_dim=32, moved=1), many, draw.integer(2, 4)),
        Size(instance(), LATENT, USUAL),
    ]
    drawn = yield from all_drawn(sizes, x, seed)
    if all(is_free(one) for one in drawn if one.size is sizes[0]):
        for one in drawn:
            gives_free_numbers(one)
    for method in ("forward", "sample"):
        own = [one for one in drawn if one.method == method]
        odd = [one for one in own if not one.is_known]
        if not odd or own[0].size is not sizes[0]:
            continue
        if own[0] in odd and (yield from errors_apart(draw, own[0], x, seed)) > ERRORS:
            continue  # it is not right at the usual size, either
        for one in odd:
            if one is not own[0]:
                yield from is_drawn_alike(draw, one, x, seed)


@fact(VAE, "value")
def many_components(draw: Draw) -> Steps:
    """encode gives every one of 65 to 130 latent variables a mean, and decode uses every one

    What holds for 20 latent variables holds for all. Sheet 9-1 (e).
    """
    many, x = draw.integer(65, 130), images(draw, 8)
    z = latents(draw, 1, many)
    one_moved = np.where(np.eye(many, dtype=bool), z - 3 * np.sign(z), z)
    _, encoded, decoded = yield (
        instance(latent_dim=many, hidden_dim=32, moved=1),
        VAE.method("encode", outputs=2, x=x),
        VAE.method("decode", z=np.concatenate([z, one_moved])),
    )
    try:
        (mu, _), logits = encoded.values, decoded.value
    except Broken:
        return  # a wrong form, which the facts about shapes tell
    if mu.shape != (len(x), many) or logits.shape != (1 + many, PIXELS):
        return
    # Behind an activation a component may be 0 for every x, which is told where 20 are asked.
    zero, unused = (mu == 0).all(0) & (mu.min() < 0), (logits[1:] == logits[0]).all(1)
    model = f"VAE(latent_dim={many}, hidden_dim=32)"
    holds(not zero.any(), f"{model} encodes every x as 0 in {counted(zero)}", got=mu[:2])
    holds(not unused.any(), f"{model} decodes z without {counted(unused)}", got=logits[:2])


def counted(components: NDArray[np.bool_]) -> str:
    """How many there are, and which is the first."""
    return f"{components.sum()} of its {components.size} components; number {np.argmax(components) + 1} is the first"


def all_drawn(sizes: list[Size], x: Single, seed: int) -> Generator[Any, Any, list[Drawn]]:
    """What forward and sample give for each of these sizes, where it has the right form."""
    methods = "forward", "sample"
    answers = yield tuple(
        call
        for size in sizes
        for call in (size.module, *(size.ask(method, x).with_noise(seed) for method in methods))
    )
    of_size = zip(sizes, answers[1::3], answers[2::3], strict=True)
    found = [
        (method, size, answer.values[0], moments_of(size, answer))
        for size, *both in of_size
        for method, answer in zip(methods, both, strict=True)
        if size.fits(answer)
    ]
    asked = []
    for size in sizes:
        epsilon = draws.standard_normal(seed, (size.rows, size.latents))
        fit = [moments for _, of, _, moments in found if of is size]
        asked += [size.module, *(decodings([mu + np.exp(logvar / 2) * epsilon]) for mu, logvar in fit)]
    decoded = [answer for answer in (yield tuple(asked)) if answer.call.op == "module.call"]
    return [
        Drawn(*one, of.value)
        for one, of in zip(found, decoded, strict=True)
        if of.failure is None and of.facts.get("shape") == [one[1].rows, PIXELS]
    ]


def moments_of(size: Size, answer: Answer) -> tuple[Numbers, Numbers]:
    """mu and logvar that forward gave; those of the prior."""
    if len(answer.values) == 3:
        return answer.values[1], answer.values[2]
    return np.zeros((size.rows, size.latents)), np.zeros((size.rows, size.latents))


def gives_free_numbers(drawn: Drawn) -> None:
    """What the facts about 20 latent variables say of encode and decode, of other instances."""
    what, (mu, logvar) = f"for {drawn.size}", drawn.moments
    moved = bool(drawn.size.module.params["moved"])  # a new layer may well start at 0
    if moved and drawn.size.rows > 1:
        varies(drawn.got, f"{what}, the result of {drawn.method}", "row")
    if drawn.method == "sample":
        return
    holds(
        not moved or not within(drawn.got, 0, 1),
        f"{what}, the logits of forward lie between 0 and 1",
        got=drawn.got[0, :8],
    )
    holds(
        mu.min() < 0 or float((mu == 0).mean()) < PILED or not mu.any(),
        f"{what}, mu is never negative: does encode end in an activation?",
        got=mu[0],
    )
    shared = (mu[:, :, None] == logvar[:, None]).all(0)
    holds(
        not moved or not shared.any(),
        f"{what}, a component of mu is one of logvar: each needs outputs of its own",
        got=mu[0],
    )


def is_free(drawn: Drawn) -> bool:
    try:
        gives_free_numbers(drawn)
    except Broken:
        return False
    return True


def is_drawn_alike(draw: Draw, drawn: Drawn, x: Single, seed: int) -> Steps:
    """The distribution of z is right for this size; if the noise of torch.randn is there, the numbers are right, too."""
    what = f"for {drawn.size}, the result of {drawn.method} is not that of "
    what += "z ~ N(mu, exp(logvar))" if drawn.method == "forward" else "z ~ N(0, I)"
    if drawn.size.latents == 1:
        if drawn.method == "forward":
            yield from forward_of_one_latent(draw, what, x[:1])
        else:
            yield from sample_of_one_latent(draw, what, sigmoid)
        return
    errors = yield from errors_apart(draw, drawn, x, seed)
    holds(errors <= ERRORS, what, got=drawn.got[0, :8])


def errors_apart(draw: Draw, drawn: Drawn, x: Single, seed: int) -> Generator[Any, Any, float]:
    """How many standard errors the logits of many draws for this size are off those of z with noise of our own.

    Without bound where rows of a batch share their z, or torch's noise is there and the result is another.
    """
    size, many = drawn.size, -(-LEARNED // drawn.size.rows)
    rows, forward = many * size.rows, drawn.method == "forward"
    mu, logvar = (moment[:1] for moment in drawn.moments)
    noise = draw.normal((LEARNED, size.latents))
    call = size.ask(drawn.method, x[:1].repeat(size.rows, axis=0))
    zs = [noise, draw.normal((rows, size.latents)), draws.standard_normal(seed, (rows, size.latents))]
    _, first, *later, decoded = yield (
        size.module,
        call.with_noise(seed),
        *(call.with_noise(LEFT) for _ in range(many - 1)),
        decodings([mu + np.exp(logvar / 2) * z for z in zs]),
    )
    answers = first, *later
    if decoded.failure is not None or not all(map(size.fits, answers)):
        return 0.0
    found, logits = np.concatenate([answer.values[0] for answer in answers]), logits_of(decoded)
    if not forward:
        found, logits = logit(found), within_logit(logits)
    learned, right, known = np.split(logits, [LEARNED, LEARNED + rows])
    lens = Lens.learn(learned, noise, np.broadcast_to(logvar[0], (size.latents,)))
    if closest(found) < SAME_ROW * closest(right):
        return np.inf
    if not alike(found, known) and lens.shown(found, zs[2]) > max(SHOWN, SAME * lens.shown(known, zs[2])):
        return np.inf
    return lens.apart(found, right)


def closest(logits: Numbers) -> float:
    """The least distance of two rows (n, pixels), in the pixel that tells them apart most."""
    nearest = [float(np.abs(logits[i + 1 :] - row).max(1).min()) for i, row in enumerate(logits[:-1])]
    return min(nearest)
