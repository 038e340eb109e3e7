"""Whether the gradients at its parameters that a VAE tells of are the derivatives of what it returns.

A gradient comes from a process that the student's code shares. So parameters are moved along steps that are drawn after
the gradients were told, and the results must change as those say.
"""

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assignment.api import VAE
from autograder.assignment.facts.vae_inputs import Numbers, Single, images, instance, made, state_of
from autograder.assignment.facts.vae_seen import alike
from autograder.engine.calls import Answer, Call
from autograder.engine.draw import Draw
from autograder.engine.expect import finite, holds, same_shape
from autograder.engine.facts import Broken, Evidence, Steps

ENTRIES = 256  # of each parameter's gradient that come back
STEP = 3e-4  # of the size of a parameter's entries
MOST = 3.0  # times STEP, where a gradient is small
USUAL = 0.01
"""What the change of right code is off, of its usual size: mostly less."""
BENDS = 0.06
"""What it may be off along shorter steps, but for two of ten: a bend (ReLU, max-pooling) within it, rounding."""

Shapes = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Told:
    """forward of one module, image and noise: what it gave, and what it says of its gradients there.

    `answers`: one for weights of the logits alone, one for weights of mu and logvar alone.
    """

    module: Call
    x: Single
    noise: int
    answers: tuple[Answer, Answer]

    @staticmethod
    def call(weights: tuple[Single, ...], x: Single, wrt: Sequence[str] = ()) -> Call:
        """forward, and the gradients of Σ weights·results."""
        return VAE.method(
            "forward", outputs=3, parameter_grads=True, entries=ENTRIES, wrt=wrt, weights=weights, x=x
        )

    def moved(self, step: Mapping[str, Numbers]) -> tuple[Call, Call]:
        """forward with the same noise, after the step."""
        return shifted(self.module, step), VAE.method("forward", outputs=3, x=self.x).with_noise(self.noise)


def shifted(module: Call, step: Mapping[str, Numbers]) -> Call:
    """The same instance of hidden_dim 32, with these numbers added to entries of its parameters."""
    by = {name: numbers.astype(np.float32) for name, numbers in step.items()}
    return instance(hidden_dim=32, moved=1, shift=by).with_noise(module.noise)


def size_of(shape: Sequence[int]) -> float:
    """About the size of the entries of a layer that keeps the size of its input."""
    inputs = math.prod(shape[1:]) if len(shape) > 1 else 100
    return float(max(inputs, 1) ** -0.5)


def follows_parameters(draw: Draw, told: Told, methods: Mapping[str, Shapes]) -> Steps:
    """The results of forward change with the parameters of these methods as its gradients say.

    A step sees a part that is lost as far as it happens to lie along it: two see nearly every one.
    """
    every = {name: shape for shapes in methods.values() for name, shape in shapes.items()}
    size = {name: size_of(shape) for name, shape in every.items()}
    if max((yield from off_along_steps(draw, told, every, size, 2))) <= USUAL:
        return
    new, kept = yield told.module, VAE.state()
    made(new)
    for name, values in state_of(kept).items():
        if name in size:
            size[name] = max(size[name], float(np.abs(values).max(initial=0.0)))
    shorter = {name: most / 4 for name, most in size.items()}
    if sorted((yield from off_along_steps(draw, told, every, shorter, 4)))[-2] <= 2 * USUAL:
        return
    told = yield from told_anew(draw, told)  # a unit that stood at its bend hardly does so twice
    for method, shapes in methods.items():
        for further in (
            1,
            16,
        ):  # shorter steps meet fewer bends; what is lost in rounding shows along longer ones
            own = {name: further * shorter[name] for name in shapes}
            off = yield from off_along_steps(draw, told, shapes, own, 10, method)
            if sorted(off)[-3] <= BENDS:
                break
        else:
            raise Broken(
                f"the gradient of forward at the parameters of {method} is not its derivative: a part of it is detached",
                Evidence(got=off, expected=0.0),
            )


def told_anew(draw: Draw, told: Told) -> Generator[Any, Any, Told]:
    """The same of other images, with other noise."""
    x, noise = images(draw, len(told.x), 0.1, 0.9), draw.integer(0, 2**31)
    weights = [tuple(answer.call.tensors[f"cotangent.{i}"] for i in range(3)) for answer in told.answers]
    new, one, other = yield told.module, *(Told.call(each, x).with_noise(noise) for each in weights)
    made(new)
    for answer, before in zip((one, other), told.answers, strict=True):
        for value, wanted in zip(answer.values, before.values, strict=True):
            same_shape(value, wanted.shape, "a result of forward")
    return Told(told.module, x, noise, (one, other))


def off_along_steps(
    draw: Draw, told: Told, shapes: Shapes, size: Mapping[str, float], steps: int, method: str = ""
) -> Generator[Any, Any, list[float]]:
    """How far the change of forward's results is off what its gradients say, of the size that such a change has."""
    gradients = [some_of(answer, shapes) for answer in told.answers]
    along = [even_step(draw, gradients, size) for _ in range(steps)]
    answers = yield tuple(call for step in along for call in told.moved(step))
    for new in answers[::2]:
        made(new)
    return [
        off_along(told, shapes, gradients, step, forward, method)
        for step, forward in zip(along, answers[1::2], strict=True)
    ]


def off_along(
    told: Told,
    shapes: Shapes,
    gradients: Sequence[Mapping[str, Numbers]],
    step: Mapping[str, Numbers],
    forward: Answer,
    method: str,
) -> float:
    """How far it is off for one step."""
    before, results = told.answers, forward.values
    for name, one, other in zip(("logits", "mu", "logvar"), results, before[0].values, strict=True):
        same_shape(one, other.shape, f"{name} of forward")
        finite(one, f"{name} of forward")
    seeded = alike(before[0].values[0], before[1].values[0])  # or its noise is another one in every call
    changed = [not np.array_equal(one, other) for one, other in zip(results, before[0].values, strict=True)]
    holds(
        not method or ((method != "encode" or any(changed[1:])) and (changed[0] or not seeded)),
        f"what forward gives stays as it is when parameters of {method} are changed that have a gradient: {', '.join([*shapes][:3])}",
    )
    off = [0.0]
    for answer, gradient, judged in zip(before, gradients, (seeded, True), strict=True):
        weights = [answer.call.tensors[f"cotangent.{i}"].astype(np.float64) for i in range(3)]
        change = sum(
            float((w * (r - v)).sum()) for w, r, v in zip(weights, results, answer.values, strict=True)
        )
        said = sum(float(step[name] @ gradient[name]) for name in shapes)
        usual = math.hypot(
            *(np.sqrt(np.square(step[n]).mean()) * np.linalg.norm(gradient[n]) for n in shapes)
        )
        rounding = 1e-7 * math.hypot(
            *(np.linalg.norm(w * v) for w, v in zip(weights, answer.values, strict=True))
        )
        if judged and not abs(change - said) <= rounding:
            off.append(abs(change - said) / (usual or rounding or STEP))
    return max(off)


def even_step(
    draw: Draw, gradients: Sequence[Mapping[str, Numbers]], size: Mapping[str, float]
) -> dict[str, Numbers]:
    """A random step of about STEP in which parameters count alike, if MOST times as far is far enough."""
    counts = {n: STEP * size[n] * max(float(np.linalg.norm(g[n])) for g in gradients) for n in size}
    usual = float(np.median([*counts.values()]))
    return {
        name: STEP
        * size[name]
        * min(usual / count if count else 1.0, MOST)
        * draw.normal(len(gradients[0][name]))
        for name, count in counts.items()
    }


def some_of(answer: Answer, shapes: Shapes) -> dict[str, Numbers]:
    """Entries of the gradient at each parameter, 0 where there is none."""
    found: dict[str, Numbers] = {}
    for name, shape in shapes.items():
        zeros = np.zeros(min(math.prod(shape), ENTRIES))
        found[name] = np.asarray(answer.reply.tensors.get(f"param.{name}", zeros)).astype(np.float64)
        holds(
            found[name].shape == zeros.shape,
            answer.say(f"gives a gradient of another size than its parameter {name}"),
        )
    return found
