"""Facts of exercise 9-1 (e): what trains the class VAE."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_derivatives import (
    ENTRIES,
    Shapes,
    Told,
    follows_parameters,
    shifted,
    size_of,
)
from autograder.assignment.facts.vae_inputs import (
    LATENT,
    PIXELS,
    Numbers,
    Single,
    images,
    instance,
    latents,
    made,
)
from autograder.assignment.facts.vae_seen import alike, same
from autograder.assignment.reference import draws
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, holds, same_shape
from autograder.engine.facts import Broken, Steps, fact

ROUNDING = 1e-3  # of a gradient that is computed in two ways at the same point, in float32
DETACHED = 0.1
"""The share of a numeric derivative that must be missing: bends (ReLU, max-pooling) within the step cost right code less."""


@fact(VAE, "gradient")
def logits_train_encoder_and_decoder(draw: Draw) -> Steps:
    """Through forward, Σ c·logits has its true gradient, at every parameter that encode or decode use

    The reparameterisation lets the reconstruction term train the encoder; nothing is detached. Sheet 9-1 (e).
    """
    x, none = images(draw, 8, 0.1, 0.9), np.zeros((8, LATENT), dtype=np.float32)
    c = draw.weights((8, PIXELS), dtype=np.float32)
    k, m = (draw.weights((8, LATENT), dtype=np.float32) for _ in range(2))
    z, noise = latents(draw, 8), draw.integer(0, 2**31)
    moved = instance(hidden_dim=32, moved=1)
    new, encoded, decoded, by_logits, by_moments, fresh, at_start, _, of_one = yield (
        moved,
        VAE.method("encode", outputs=2, parameter_grads=True, weights=(k, m), x=x),
        VAE.method("decode", parameter_grads=True, weights=c, z=z),
        Told.call((c, none, none), x, wrt=["x"]).with_noise(noise),
        Told.call((0 * c, k, m), x).with_noise(noise),
        instance(hidden_dim=16),
        VAE.method("forward", outputs=3, parameter_grads=True, weights=(c, k, m), x=x),
        moved,
        VAE.method("forward", outputs=3, parameter_grads=True, weights=(c[:1], none[:1], none[:1]), x=x[:1]),
    )
    made(new)
    of_encode = norms(encoded)
    encoder, decoder = reached(of_encode), reached(norms(decoded))
    for names, method in ((encoder, "encode"), (decoder, "decode")):
        holds(bool(names), f"no parameter gets a gradient from the result of {method}: is it detached?")
    yield from nothing_frozen(draw, moved, x, z, new, encoded, decoded)
    of_logits, of_moments = norms(by_logits), norms(by_moments)
    holds(
        any(of_logits.values()) or any(of_moments.values()),
        "no parameter gets a gradient from any result of forward: does it run under torch.no_grad?",
    )
    reaches_all(of_logits, encoder, decoder)
    yield from one_image_trains(moved, of_one, z, encoder - decoder)
    made(fresh)
    shapes = fresh.facts["parameters"]
    holds(
        any(norm > 0 for name, norm in norms(at_start).items() if is_matrix(shapes.get(name, ()))),
        "no matrix of a new VAE gets a gradient other than 0: its weights start where nothing can be learned (all 0?)",
    )
    lost = sorted(
        name for name in encoder if abs(of_moments[name] - of_encode[name]) > 1e-2 * of_encode[name]
    )
    holds(
        not lost,
        f"{'mu and logvar' if not any(of_moments.values()) else 'mu or logvar'} of forward give another gradient "
        f"than those of encode (at {', '.join(lost[:3])}): are they detached?",
        got=lost[:16],
    )
    same_shape(by_logits.values[0], (8, PIXELS), "the first result of forward")
    of_input = follows_the_input(draw, moved, x, noise, (encoded, by_logits), encoder - decoder)
    for name, one, other in zip(("logits", "mu", "logvar"), by_logits.values, by_moments.values, strict=True):
        same_shape(other, one.shape, f"{name} of forward, asked again for the same x,")
    if any(moment.shape != (8, LATENT) for moment in by_logits.values[1:]):
        yield from of_input
        return  # the rest is another fact's matter
    told, shapes = Told(moved, x, noise, (by_logits, by_moments)), new.facts["parameters"]
    methods: dict[str, Shapes] = {}
    for names, method in ((encoder, "encode"), (decoder - encoder, "decode")):
        holds(names <= shapes.keys(), f"gradients of {method} at parameters that are not there", got=[*names])
        if names:
            methods[method] = {name: shapes[name] for name in sorted(names)}
    yield from together(of_input, follows_parameters(draw, told, methods))


def one_image_trains(module: Call, of_one: Answer, z: Single, encoder_only: set[str]) -> Steps:
    """The logits of one image alone reach the encoder, where decode of one z alone has a gradient in z."""
    told = {} if of_one.failure is not None else of_one.facts.get("parameter_grads", {})
    if not told or any(told.get(name) for name in encoder_only) or not encoder_only:
        return
    new, decoded = yield (
        module,
        VAE.method("decode", wrt=["z"], weights=of_one.call.tensors["cotangent.0"], z=z[:1]),
    )
    made(new)
    holds(
        decoded.facts["grads"].get("z") != "ok" or not decoded.gradient("z").any(),
        "the logits of forward give no gradient to the encoder where there is one image only: is z detached?",
    )


def together(*several: Steps) -> Steps:
    """Several steps at a time, each judged in this order: what they ask first goes in one message."""
    asked = [(steps, next(steps, ())) for steps in several]
    while any(calls for _, calls in asked):
        answers = iter((yield tuple(call for _, calls in asked for call in calls)))
        further = []
        for steps, calls in asked:
            try:
                further.append((steps, steps.send(tuple(next(answers) for _ in calls)) if calls else ()))
            except StopIteration:
                further.append((steps, ()))
        asked = further


def follows_the_input(
    draw: Draw, moved: Call, x: Single, noise: int, before: tuple[Answer, Answer], encoder_only: set[str]
) -> Steps:
    """The gradient of Σ c·logits in x is its derivative, and that at the encoder's parameters has the right norm.

    `before`: what encode and forward gave.
    """
    by_encode, by_logits = before
    logits, *moments = by_logits.values
    if by_logits.facts["grads"].get("x") != "ok" or any(moment.shape != (8, LATENT) for moment in moments):
        return  # x may be detached, it is no parameter; shapes are another fact's matter
    c = by_logits.call.tensors["cotangent.0"]
    shift = np.exp(moments[1] / 2) * draws.standard_normal(noise, (8, LATENT))
    new, decoded = yield (
        moved,
        VAE.method("decode", wrt=["z"], weights=c, z=(moments[0] + shift).astype(np.float32)),
    )
    made(new)
    if not alike(decoded.value, logits):  # the noise is not what torch.randn draws first
        yield from true_along(draw, moved, x, noise, c, by_logits)
        return
    by_z = decoded.gradient("z")
    finite(by_z, "the gradient of decode at z")
    chain = tuple(weight.astype(np.float32) for weight in (by_z, by_z * shift / 2))
    new, encoded = yield (
        moved,
        VAE.method("encode", outputs=2, parameter_grads=True, wrt=["x"], weights=chain, x=x),
    )
    made(new)
    holds(
        same(encoded, by_encode),
        "encode gives other results for the same x after other models were made: do all of them share a layer?",
        got=encoded.values[0][:2, :8],
        expected=by_encode.values[0][:2, :8],
    )
    follows_the_chain(by_logits, encoded, encoder_only)


def nothing_frozen(
    draw: Draw, module: Call, x: Single, z: Single, new: Answer, encoded: Answer, decoded: Answer
) -> Steps:
    """A matrix without a gradient is one that neither encode nor decode uses: they stay the same when it is changed."""
    still = untouched(new, encoded, decoded)
    if not still:
        return
    shapes = new.facts["parameters"]
    shift = {
        name: size_of(shapes[name]) * draw.normal(min(math.prod(shapes[name]), ENTRIES)) for name in still
    }
    changed = shifted(module, shift)
    questions = VAE.method("encode", outputs=2, x=x), VAE.method("decode", z=z)
    answers = yield module, *questions, changed, *questions
    made(answers[0])
    made(answers[3])
    which = "it" if len(still) == 1 else "some of them"
    for method, first, again, other in zip(
        ("encode", "decode"), (encoded, decoded), answers[1:3], answers[4:], strict=True
    ):
        holds(
            not same(first, again) or same(first, other),
            f"no gradient reaches {', '.join(still[:3])}, though {method} uses {which}: is it frozen or detached?",
            got=list(still[:16]),
        )


def follows_the_chain(by_logits: Answer, by_chain: Answer, encoder_only: set[str]) -> None:
    """The gradients of Σ c·logits are those by the chain rule with known ε: logits → z → mu and logvar → x."""
    got, expected = by_logits.gradient("x"), by_chain.gradient("x")
    finite(got, "the gradient of forward at x")
    finite(expected, "the gradient of encode at x")
    off = np.linalg.norm(got - expected, axis=1) > ROUNDING * np.linalg.norm(expected, axis=1)
    found, true = norms(by_logits), norms(by_chain)
    parts = [name for name in encoder_only if abs(found[name] - true[name]) > ROUNDING * true[name]]
    is_derivative(off.sum() <= 2 and not parts, got[:2, :8], expected[:2, :8])


def true_along(draw: Draw, module: Call, x: Single, noise: int, c: Single, by_logits: Answer) -> Steps:
    """The gradient in x is the change of Σ c·logits along a small step: less sharp, for noise that is not known."""
    logits, step = by_logits.values[0], np.float32(7e-5) * draw.weights((8, PIXELS), dtype=np.float32)
    step[4:] = 0
    new, forward = yield module, VAE.method("forward", outputs=3, x=x + step).with_noise(noise)
    made(new)
    further = forward.values[0]
    same_shape(further, (8, PIXELS), "the first result of forward")
    if alike(logits[4:], further[4:]):  # the same noise, and rows by themselves
        true = (c * (further - logits)).sum(1)[:4]
        by_gradient = (by_logits.gradient("x") * step).sum(1)[:4]
        is_derivative(
            np.median(np.abs(true - by_gradient)) <= DETACHED * np.sqrt(np.square(true).mean()),
            by_gradient,
            true,
        )


def is_derivative(agrees: bool | np.bool_, got: Numbers, expected: Numbers) -> None:
    """The gradient that autograd gives is the derivative."""
    holds(
        agrees,
        "the gradient of forward's logits is not their derivative: a part of it is detached",
        got=got,
        expected=expected,
    )


def untouched(new: Answer, *answers: Answer) -> list[str]:
    """The matrices that have no gradient at all from any of the results.

    Not vectors: a constant may be kept as a parameter. Nor those with the gradient 0, as behind a ReLU.
    """
    shapes = new.facts["parameters"]
    return [
        name
        for name in answers[0].facts["parameter_grads"]
        if is_matrix(shapes.get(name, ()))
        and all(answer.facts["parameter_grads"].get(name) is None for answer in answers)
    ]


def is_matrix(shape: Sequence[int]) -> bool:
    """More than one axis has more than one entry."""
    return sum(length > 1 for length in shape) > 1


def norms(answer: Answer) -> Mapping[str, float]:
    """The norm of every parameter's gradient, 0 where there is none, and for a parameter that is not there in this call."""
    answer.values  # noqa: B018  (a reply of the wrong form is named first)
    if "gradient_error" in answer.facts:
        raise Broken(
            answer.say(
                f"cannot be differentiated: {str(answer.facts['gradient_error'].get('text', ''))[:500]}"
            )
        )
    found = {name: float(norm or 0.0) for name, norm in answer.facts["parameter_grads"].items()}
    for name, norm in found.items():
        holds(math.isfinite(norm), answer.say(f"gives a gradient that is not finite at {name}"), got=norm)
    return defaultdict(float, found)


def reached(found: Mapping[str, float]) -> set[str]:
    """Names of the parameters with a gradient that is more than rounding."""
    largest = max(found.values(), default=0.0)
    return {name for name, norm in found.items() if norm > 1e-5 * largest}


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
