"""What is right for the usual batch is right in every form that the docstrings allow: any axes, batches of one, special tables.

Every fact asks for values and gradients in many forms, with weights of either sign. Judged is only what is right for a
usual batch, which comes first: any other slip is told, and paid for, by the other facts. It costs the shape.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.api import (
    bernoulli_log_likelihood,
    elbo,
    elbo_decomposition,
    elbo_definition,
    kl_normal,
    kl_standard_normal,
)
from autograder.assignment.facts.laws import (
    BERNOULLI_LOG_LIKELIHOOD,
    ELBO,
    ELBO_DECOMPOSITION,
    ELBO_DEFINITION,
    KL_NORMAL,
    KL_STANDARD_NORMAL,
    SHARE,
    Expected,
    Law,
)
from autograder.assignment.facts.upstream import upstream
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.expect import same_shape
from autograder.engine.facts import Broken, Evidence, Steps, fact

Numbers = NDArray[np.float64]
Given = tuple[Numbers, ...]
USUAL = (6, 5)


def _as_usual(
    draw: Draw, law: Law, usual: Given, others: Mapping[str, Given], wrt: Sequence[str] = ()
) -> Steps:
    """Of the others, by what a message calls them, all is right that is right for the usual batch."""
    forms = [tuple(a.astype(np.float32) for a in given) for given in (usual, *others.values())]
    weights = [tuple(upstream(draw, law.shape(given)) for _ in law.results) for given in forms]
    answers = yield tuple(
        law.function(*given, wrt=wrt or law.function.arguments, weights=of_results)
        for given, of_results in zip(forms, weights, strict=True)
    )
    right = {
        what for what, read, expected in _parts(law, answers[0], weights[0]) if _is_right(read, expected)
    }
    for answer, of_results, form in zip(answers[1:], weights[1:], others, strict=True):
        for what, read, expected in _parts(law, answer, of_results):
            if what in right:
                _must_be_right(read, expected, f"{what}, which is right for a usual batch, for {form}")


def _parts(
    law: Law, answer: Answer, weights: tuple[Numbers, ...]
) -> Iterator[tuple[str, Callable[[], Numbers], Expected]]:
    """What each result and gradient is called, how to read it, and what it should be."""
    given, values = tuple(answer.call.inputs.values()), answer.values
    for what, got, expected in zip(law.results, values, law.expected(given), strict=True):
        yield what, partial(np.asarray, got), expected
    gradients = law.gradients(given, weights)
    for name in answer.call.params["wrt"]:
        yield f"the gradient in {name}", partial(answer.gradient, name), gradients[name]


def _is_right(read: Callable[[], Numbers], expected: Expected) -> bool:
    try:
        return expected.is_met(read())
    except Broken:
        return False


def _must_be_right(read: Callable[[], Numbers], expected: Expected, what: str) -> None:
    got = read()
    same_shape(got, expected.number.shape, what)
    wrong = np.flatnonzero(~(expected.off(got) <= SHARE))
    if wrong.size:
        raise Broken(
            f"{what} is wrong in {wrong.size} of {got.size} entries",
            Evidence(got, expected.number, "equal", off=wrong),
        )


# --- 9-1 (a)


@fact(kl_normal, "shape")
def normals_in_every_form(draw: Draw) -> Steps:
    """The formula and its gradients hold however normals are arranged, broadcast to each other, and whatever all share

    One pair without axes, a column, three and four axes, arguments of different shapes, p = N(0, 1) everywhere.
    Elementwise: how the entries are arranged, and what they have in common, changes none.
    """

    def normals(*shapes: tuple[int, ...]) -> Given:
        first, second = shapes[0], shapes[-1]
        return (
            draw.normal(first, scale=1.5),
            draw.log_uniform(0.4, 2.5, first),
            draw.normal(second, scale=1.5),
            draw.log_uniform(0.4, 2.5, second),
        )

    mu1, sigma1, mu2, sigma2 = usual = normals(USUAL)
    mu2[0], sigma2[0] = mu1[0] + 0.05 * sigma1[0], 1.02 * sigma1[0]  # nearly the same is usual, too
    zero, one = np.zeros(USUAL), np.ones(USUAL)
    others = {
        **{f"arguments of shape {shape}": normals(shape) for shape in ((), (5, 1), (2, 3, 4), (2, 3, 2, 2))},
        **{
            f"arguments of shapes {first} and {second}": normals(first, second)
            for first, second in (((3, 1), (3,)), ((2, 1, 4), (3, 1)), ((5,), ()))
        },
        "the same p = N(0, 1) everywhere": (mu1, sigma1, zero, one),
        "sigma1 = sigma2 everywhere": (mu1, sigma2, mu2, sigma2),
        "mu1 = mu2 = 0 everywhere": (zero, sigma1, zero, sigma2),
    }
    yield from _as_usual(draw, KL_NORMAL, usual, others)


# --- 9-1 (b)


@fact(kl_standard_normal, "shape")
def normal_in_every_form(draw: Draw) -> Steps:
    """The formula and its gradients hold for a number without axes, for one to five axes, and if mu or logvar is 0 everywhere

    Elementwise: how the entries are arranged, and what they have in common, changes none.
    """

    def normal(shape: tuple[int, ...]) -> Given:
        return draw.normal(shape), draw.normal(shape)

    mu, logvar = normal(USUAL)
    shapes = ((), (5, 1), (4, 4), (2, 3, 4), (2, 3, 2, 28), (1, 2, 1, 3, 4))
    others = {
        **{f"arguments of shape {shape}": normal(shape) for shape in shapes},
        "mu = 0 everywhere": (np.zeros(USUAL), logvar),
        "logvar = 0 everywhere": (mu, np.zeros(USUAL)),
        "logvar below −20 and three axes": (mu.reshape(3, 2, 5), logvar.reshape(3, 2, 5) - 30),
    }
    usual = np.concatenate([mu, mu]), np.concatenate([logvar, logvar - 30])
    yield from _as_usual(draw, KL_STANDARD_NORMAL, usual, others)


# --- 9-1 (c)


def _table(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """Logarithms of probability tables along the last axis."""
    return np.asarray(np.log(draw.probabilities(shape)))


def _without_one(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """The same where one value of z is impossible in every table."""
    q = draw.probabilities(shape)
    q[..., 1] = 0
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(q / q.sum(-1, keepdims=True)))


def _certain(shape: tuple[int, ...]) -> Numbers:
    """Logarithms of tables with all mass on the third value."""
    log_q = np.full(shape, -np.inf)
    log_q[..., 2] = 0
    return log_q


TABLES = ((4, 1), (5, 5), (2, 3, 2, 4), (1, 2, 1, 3, 4))
WITH_ZEROS = ((5,), (2, 3, 4))


def _usual_tables(draw: Draw) -> Numbers:
    return np.concatenate([_table(draw, USUAL), _without_one(draw, (3, 5))])


@fact(elbo_definition, "shape")
def tables_in_every_form(draw: Draw) -> Steps:
    """The formula and its gradients hold for one table or many, up to five axes, and whatever all the tables share

    One table alone, a latent of one value, q uniform or certain in all tables, log p(z,x) = 0 everywhere.
    Table by table: how they are arranged, and what they have in common, changes none.
    """

    def joint(shape: tuple[int, ...]) -> Numbers:
        return np.asarray(draw.normal(shape, mean=-4, scale=1.5))

    others: dict[str, Given] = {
        **{f"tables of shape {shape}": (joint(shape), _table(draw, shape)) for shape in TABLES},
        **{
            f"tables of shape {shape} with q(z) = 0": (joint(shape), _without_one(draw, shape))
            for shape in WITH_ZEROS
        },
        "q uniform everywhere": (joint(USUAL), np.full(USUAL, -np.log(5))),
        "q certain everywhere": (joint(USUAL), _certain(USUAL)),
        "log p(z,x) = 0 everywhere": (np.zeros(USUAL), _table(draw, USUAL)),
    }
    usual = joint((9, 5)), _usual_tables(draw)
    usual[0][0] += 12  # densities are above 1
    yield from _as_usual(draw, ELBO_DEFINITION, usual, others)


@fact(elbo_decomposition, "shape")
def tables_of_both_in_every_form(draw: Draw) -> Steps:
    """Both formulas and their gradients hold for one table or many, up to five axes, and whatever all the tables share

    One table alone, a latent of one value, q or p(z) uniform in all tables, q certain in all.
    Table by table: how they are arranged, and what they have in common, changes none.
    """

    def both(shape: tuple[int, ...]) -> tuple[Numbers, Numbers]:
        return np.asarray(draw.normal(shape, mean=-3)), _table(draw, shape)

    likelihood, prior = both(USUAL)
    uniform = np.full(USUAL, -np.log(5))
    others: dict[str, Given] = {
        **{f"tables of shape {shape}": (*both(shape), _table(draw, shape)) for shape in TABLES},
        **{
            f"tables of shape {shape} with q(z) = 0": (*both(shape), _without_one(draw, shape))
            for shape in WITH_ZEROS
        },
        "q uniform everywhere": (likelihood, prior, uniform),
        "q certain everywhere": (likelihood, prior, _certain(USUAL)),
        "log p(x|z) = 0 and p(z) uniform everywhere": (np.zeros(USUAL), uniform, _table(draw, USUAL)),
    }
    usual = (*both((9, 5)), _usual_tables(draw))
    usual[0][0] += 12  # densities are above 1
    yield from _as_usual(draw, ELBO_DECOMPOSITION, usual, others)


# --- 9-1 (d)


@fact(bernoulli_log_likelihood, "shape")
def images_in_every_form(draw: Draw) -> Steps:
    """The formula and its gradient hold for one image or pixel, two to five axes, colours, and binary, dark or grey batches

    Also for as many pixels as images.
    Image by image: how the pixels are arranged, and what they have in common, changes none.
    """

    def pixels(shape: tuple[int, ...], low: float = 0, high: float = 1) -> Given:
        return draw.uniform(low, high, shape), draw.normal(shape, scale=1.5)

    shapes = ((1, 1), (4, 1), (5, 5), (3, 4, 4), (2, 3, 4, 4), (1, 1, 28, 28), (3, 2, 2, 2, 2))
    logits = draw.normal(USUAL, scale=1.5)
    others = {
        **{f"images of shape {shape}": pixels(shape) for shape in shapes},
        "binary images": (draw.binary(USUAL), logits),
        "dark images": pixels(USUAL, 0.01, 0.2),
        "very dark images": pixels(USUAL, 1e-4, 1e-3),
        "images with x = ½ everywhere": (np.full(USUAL, 0.5), logits),
    }
    grey = pixels((9, 5))
    usual = (
        np.concatenate([grey[0], draw.binary((4, 5)), draw.uniform(0, 0.1, (2, 5))]),
        draw.normal((15, 5), scale=1.5),
    )
    yield from _as_usual(draw, BERNOULLI_LOG_LIKELIHOOD, usual, others, wrt=("logits",))


@fact(elbo, "shape")
def encodings_in_every_form(draw: Draw) -> Steps:
    """The formula and its gradients hold for one image, for 1 to 200 components, and if mu or logvar is 0 everywhere

    Also for as many components as images. Image by image, and a sum over all components.
    """

    def encoding(shape: tuple[int, int]) -> Given:
        mu, logvar = draw.normal((2, *shape)) * min(
            1, (5 / shape[1]) ** 0.5
        )  # a usual divergence, however many add up
        return draw.normal(shape[0], mean=-5), mu, logvar

    likelihood, mu, logvar = encoding(USUAL)
    zero = np.zeros(USUAL)
    others = {
        **{
            f"mu of shape {shape}": encoding(shape)
            for shape in ((1, 3), (1, 1), (4, 1), (3, 2), (4, 4), (3, 200))
        },
        "mu = 0 everywhere": (likelihood, zero, logvar),
        "log p(x|z) = 0 and logvar = 0 everywhere": (np.zeros(USUAL[0]), mu, zero),
    }
    yield from _as_usual(draw, ELBO, (likelihood, mu, logvar), others)
