"""Where the functions of exercise 9 are probed for known bugs.

Two typical questions differ in every size, so that "divided by the batch" and "divided by 4" part. The unusual
ones part bugs of the numerics, of broadcasting and of single precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment import api
from autograder.assignment.bank import known_bugs
from autograder.assignment.facts import (
    divergence,
    elbo,
    every_form,
    finite_latent,
    gan,
    reparameterize,
    upstream,
    whole_range,
)
from autograder.assignment.mistakes import MISTAKES
from autograder.assignment.stand_ins import OurFormulas
from autograder.assignment.vae_signs import vae_hint
from autograder.diagnosis.answers import EVERYTHING, Graded
from autograder.diagnosis.fingerprints import Fingerprints
from autograder.diagnosis.known import Known, Says
from autograder.diagnosis.questions import Probes, Unusual
from autograder.engine.calls import Call, Function
from autograder.engine.draw import Draw
from autograder.engine.facts import facts_of

Numbers = NDArray[Any]
FAR = np.array([-1000.0, -200.0, -50.0, -30.0, -20.0, 20.0, 30.0, 50.0, 200.0, 1000.0])
"""Logits at which single (±20) and double precision (±50) lose the smaller probability, and exp overflows (±1000)."""


SIZES = (20.0, 30.0, 50.0, 100.0, 1000.0)
SIZES_SINGLE = (20.0, 50.0, 100.0, 1000.0)
IN_FLOAT32 = "in float32"
WITHOUT_GRADIENTS = "where no gradients are taken"
BATCH_OF_ONE = "for a batch of one"


def _all(function: Function, *args: Numbers) -> Call:
    """The function's values and all its gradients."""
    return function(*args, wrt=function.arguments)


def _without_gradients(function: Function, *args: Numbers) -> Unusual:
    """Twice with the same tensors, which need no gradient, and the second time none is recorded."""
    return Unusual(function(*args, twice=True), WITHOUT_GRADIENTS)


def _single(*args: Numbers) -> tuple[Numbers, ...]:
    return tuple(a.astype(np.float32) for a in args)


def _kl_normal(draw: Draw) -> Probes:
    def at(shape: tuple[int, ...], other: tuple[int, ...], spread: float = 3.0) -> tuple[Numbers, ...]:
        return (
            draw.normal(shape, scale=1.5),
            draw.log_uniform(1 / spread, spread, shape),
            draw.normal(other, scale=1.5),
            draw.log_uniform(1 / spread, spread, other),
        )

    ask = api.kl_normal
    four = (2, 2)
    distant = 2000 * draw.weights(four), np.full(four, 3.0), draw.normal(four), np.full(four, 2.0)
    neighbours = 1500 + draw.normal(four), np.full(four, 3.0), 1500 + draw.normal(four), np.full(four, 2.0)
    typical = _all(ask, *at((4, 3), (4, 3))), _all(ask, *at((5, 2), (5, 2)))
    unusual = (
        Unusual(_all(ask, *at((4, 3), (3,))), "where arguments are broadcast"),
        Unusual(_all(ask, *at((3,), (4, 3))), "where arguments are broadcast"),
        Unusual(_all(ask, *at((1, 1), (1, 1))), "for a single entry"),
        Unusual(_all(ask, *at((4,), (4,))), "for one-dimensional arguments"),
        Unusual(_all(ask, *_nearly_equal(draw)), "where the two normals are nearly equal"),
        Unusual(_all(ask, *distant), "where the means are far apart"),
        Unusual(_all(ask, *_single(*neighbours)), "in float32 for large means near each other"),
        Unusual(_all(ask, *at((2, 3), (2, 3), 100)), "where sigma is very small or large"),
        Unusual(_all(ask, *at((2, 3), (2, 3), 1e4)), "where sigma is very small or large"),
        _without_gradients(ask, *at((4, 3), (4, 3))),
        Unusual(_all(ask, *_single(*at((4, 3), (4, 3)))), IN_FLOAT32),
        Unusual(_all(ask, *_single(*at((6,), (6,), 1e12)))),
    )
    return Probes(typical, unusual)


def _nearly_equal(draw: Draw) -> tuple[Numbers, ...]:
    mu, sigma = draw.normal((2, 2)), draw.log_uniform(0.5, 2, (2, 2))
    return mu, sigma, mu + 0.01 * draw.weights((2, 2)), sigma * (1 + 0.01 * draw.weights((2, 2)))


def _kl_standard_normal(draw: Draw) -> Probes:
    def at(*shape: int) -> tuple[Numbers, Numbers]:
        return draw.normal(shape, scale=1.5), draw.normal(shape, scale=1.2)

    ask = api.kl_standard_normal
    far = draw.normal(6, scale=30), np.array([-90.0, -50.0, -20.0, 15.0, 40.0, 80.0])
    near = draw.weights(4) * 1e-4, draw.weights(4) * 1e-7
    nearly_standard = 0.05 * draw.weights((2, 2)), 0.05 * draw.weights((2, 2))
    unusual = (
        Unusual(_all(ask, *at(1, 3)), BATCH_OF_ONE),
        Unusual(_all(ask, *at(4)), "for one-dimensional arguments"),
        Unusual(_all(ask, *at(2, 3, 2)), "for arguments with three axes"),
        _without_gradients(ask, *at(4, 3)),
        *_of_logvar(partial(_all, ask), draw),
        Unusual(_all(ask, *nearly_standard), "where the normal is nearly N(0, 1)"),
        Unusual(_all(ask, *far)),
        Unusual(_all(ask, *_single(*at(4, 3))), IN_FLOAT32),
        Unusual(_all(ask, *_single(*far))),
        Unusual(_all(ask, *_single(*near))),
    )
    return Probes((_all(ask, *at(4, 3)), _all(ask, *at(5, 4))), unusual)


def _of_logvar(at: Callable[[Numbers, Numbers], Call], draw: Draw) -> list[Unusual]:
    """A function of mu and logvar at growing |logvar|, as far as it is graded.

    One sign at a time: beside e³⁰ no error of a small variance would show.
    """
    return [
        Unusual(at(draw.normal((2, 2)), np.full((2, 2), logvar)), "|logvar|", abs(logvar))
        for logvar in (-10.0, 10.0, -20.0, 20.0, -30.0, 30.0, -60.0)
    ]


def _tables(draw: Draw, *shape: int) -> tuple[Numbers, Numbers, Numbers]:
    """Log-likelihoods and two log-probability tables."""
    return (
        draw.normal(shape, mean=-2, scale=1.5),
        np.log(draw.probabilities(shape)),
        np.log(draw.probabilities(shape)),
    )


def _with_zeros(draw: Draw) -> tuple[Numbers, Numbers, Numbers]:
    likelihood, prior, log_q = _tables(draw, 3, 5)
    log_q[0, :2] = log_q[1, 3] = -np.inf
    return likelihood, prior, log_q - np.log(np.exp(log_q).sum(-1, keepdims=True))


def _nearly_certain(draw: Draw) -> tuple[Numbers, Numbers, Numbers]:
    likelihood, prior, log_q = _tables(draw, 3, 4)
    log_q[:, 0] = -draw.uniform(5.0, 7.0, 3) * [1, 1, 2]
    return likelihood, prior, log_q - np.log(np.exp(log_q).sum(-1, keepdims=True))


def _of_tables(
    draw: Draw,
    at: Callable[[Numbers, Numbers, Numbers], Call],
    without_gradients: Callable[[Numbers, Numbers, Numbers], Unusual],
) -> Probes:
    """The questions to a function of tables over a finite latent."""

    def unlikely(lower: float) -> tuple[Numbers, Numbers, Numbers]:
        likelihood, prior, log_q = _tables(draw, 3, 4)
        return likelihood - lower, prior, log_q

    def improbable() -> tuple[Numbers, Numbers, Numbers]:
        likelihood, prior, log_q = _tables(draw, 3, 4)
        prior[:, 0] = -80
        return likelihood, prior - np.log(np.exp(prior).sum(-1, keepdims=True)), log_q

    unusual = (
        Unusual(at(*_with_zeros(draw)), "where q(z) = 0"),
        Unusual(at(*_nearly_certain(draw)), "where q(z) is small"),
        Unusual(at(*_tables(draw, 2, 3, 4)), "for tables with several leading axes"),
        Unusual(at(*_tables(draw, 4)), "for a table without leading axes"),
        Unusual(at(*_tables(draw, 1, 4)), BATCH_OF_ONE),
        Unusual(at(*unlikely(900.0)), "where log p is very negative"),
        Unusual(at(*improbable()), "where p(z) is tiny"),
        Unusual(at(*_single(*improbable())), "where p(z) is tiny"),
        Unusual(at(*unlikely(-20.0)), "where a density is above 1"),
        without_gradients(*_tables(draw, 4, 5)),
        Unusual(at(*_single(*_tables(draw, 3, 4))), IN_FLOAT32),
        Unusual(at(*_single(*_with_zeros(draw)))),
        Unusual(at(*_single(*unlikely(150.0)))),
    )
    return Probes((at(*_tables(draw, 4, 5)), at(*_tables(draw, 3, 6))), unusual)


def _elbo_definition(draw: Draw) -> Probes:
    def at(likelihood: Numbers, prior: Numbers, log_q: Numbers) -> Call:
        return _all(api.elbo_definition, likelihood + prior, log_q)

    def without_gradients(likelihood: Numbers, prior: Numbers, log_q: Numbers) -> Unusual:
        return _without_gradients(api.elbo_definition, likelihood + prior, log_q)

    return _of_tables(draw, at, without_gradients)


def _elbo_decomposition(draw: Draw) -> Probes:
    def at(likelihood: Numbers, prior: Numbers, log_q: Numbers) -> Call:
        # Weights, so that the gradients of the two terms do not add up to one that hides their exchange.
        weights = tuple(draw.weights(likelihood.shape[:-1]) for _ in range(2))
        return api.elbo_decomposition(
            likelihood, prior, log_q, wrt=api.elbo_decomposition.arguments, weights=weights
        )

    return _of_tables(draw, at, partial(_without_gradients, api.elbo_decomposition))


def _bernoulli_log_likelihood(draw: Draw) -> Probes:
    def at(*shape: int) -> tuple[Numbers, Numbers]:
        return draw.uniform(0.05, 0.95, shape), draw.normal(shape, scale=1.5)

    ask = api.bernoulli_log_likelihood
    far = draw.binary((2, FAR.size)), np.stack([FAR, -FAR])

    def saturated(size: float) -> tuple[Numbers, Numbers]:
        return draw.uniform(0.2, 0.8, (2, 3)), size * np.array([[1.0] * 3, [-1.0] * 3])

    unusual = (
        *(Unusual(_all(ask, *saturated(size)), "|logits|", size) for size in SIZES),
        *(Unusual(_all(ask, *_single(*saturated(size))), "|logits|", size) for size in SIZES_SINGLE),
        Unusual(_all(ask, *far)),
        Unusual(_all(ask, *_single(*far))),
        Unusual(_all(ask, draw.binary((2, 4)), draw.uniform(-20.0, 20.0, (2, 4)))),
        Unusual(
            _all(ask, np.array([[0.0, 1.0], [1.0, 0.0]]), draw.uniform(1.0, 3.0, (2, 2))), "where x is 0 or 1"
        ),
        _without_gradients(ask, *at(3, 4)),
        Unusual(_all(ask, *at(1, 4)), BATCH_OF_ONE),
        Unusual(_all(ask, *at(3, 1, 2, 4)), "for images of several axes"),
        Unusual(_all(ask, *at(1, 1, 3, 4))),
        Unusual(_all(ask, *at(2, 784)), "for images of 784 pixels"),
        Unusual(_all(ask, *at(2, 1, 28, 28)), "for images of several axes"),
        Unusual(_all(ask, *_single(*at(3, 4))), IN_FLOAT32),
    )
    return Probes((_all(ask, *at(4, 6)), _all(ask, *at(3, 5))), unusual)


def _elbo(draw: Draw) -> Probes:
    def at(batch: int, latent: int, scale: float = 1.2) -> tuple[Numbers, Numbers, Numbers]:
        shape = (batch, latent)
        return draw.normal(batch, mean=-5, scale=2), draw.normal(shape), draw.normal(shape, scale=scale)

    ask = api.elbo
    narrow = (
        np.zeros(2),
        draw.normal((2, 20)),
        np.full((2, 20), -8.0),
    )  # their product is 0 in single precision
    unusual = (
        Unusual(_all(ask, *_single(*narrow)), "where all of many variances are small"),
        Unusual(_all(ask, *at(1, 3)), BATCH_OF_ONE),
        Unusual(_all(ask, *at(4, 4)), "where the batch and the latent have one size"),
        Unusual(_all(ask, *at(4, 1)), "for a latent of one dimension"),
        _without_gradients(ask, *at(4, 3)),
        Unusual(_all(ask, *at(3, 20)), "for a latent of 20 dimensions"),
        Unusual(_all(ask, np.array([-900.0, -300.0, 40.0]), *at(3, 2)[1:]), "where |log p(x|z)| is large"),
        *_of_logvar(lambda mu, logvar: _all(ask, np.zeros(2), mu, logvar), draw),
        *(
            Unusual(_all(ask, np.zeros(3), np.full((3, 2), size), draw.normal((3, 2))), "|mu|", size)
            for size in (30.0, 300.0, 2000.0)
        ),
        Unusual(_all(ask, *at(4, 3, 30.0))),
        Unusual(_all(ask, *_single(*at(4, 3))), IN_FLOAT32),
        Unusual(_all(ask, *_single(*at(4, 3, 30.0)))),
    )
    return Probes((_all(ask, *at(4, 3)), _all(ask, *at(3, 5))), unusual)


def _reparameterize(draw: Draw) -> Probes:
    def at(*shape: int) -> tuple[Numbers, Numbers]:
        return draw.normal(shape, scale=1.5), draw.normal(shape)

    ask = api.reparameterize
    far = draw.normal(6), np.array([-90.0, -50.0, -20.0, 15.0, 40.0, 80.0])
    unusual = (
        # Noise that is kept shows in the second call of one shape, a bound of it in many draws.
        Unusual(_all(ask, *at(4, 3))),
        Unusual(_all(ask, *at(500, 4))),
        _without_gradients(ask, *at(4, 3)),
        *(Unusual(_all(ask, *at(*shape))) for shape in ((3, 20), (128, 2))),
        Unusual(_all(ask, *at(1, 3)), BATCH_OF_ONE),
        Unusual(_all(ask, *at(2, 1, 3)), "for arguments with three axes"),
        *_of_logvar(partial(_all, ask), draw),
        Unusual(_all(ask, *far)),
        Unusual(_all(ask, *_single(*at(4, 3))), IN_FLOAT32),
        Unusual(_all(ask, *_single(*far))),
    )
    zero = np.zeros((500, 20))
    return Probes((_all(ask, *at(4, 3)), _all(ask, *at(5, 2))), unusual, (ask(zero, zero), ask(zero, zero)))


def _of_logits(ask: Function) -> Callable[[Draw], Probes]:
    def probes(draw: Draw) -> Probes:
        def at(*sizes: int, column: bool = False) -> tuple[Numbers, ...]:
            drawn = [draw.uniform(-3.0, 3.0, n) for n in sizes[: len(ask.arguments)]]
            return tuple(logits[:, None] if column else logits for logits in drawn)

        far = tuple(FAR[: FAR.size - i] for i, _ in enumerate(ask.arguments))
        # One logit at a time: an infinite one would hide the others in the mean.
        alone = [
            (size, tuple(np.array([sign * size]) for _ in ask.arguments))
            for size in SIZES
            for sign in (-1, 1)
        ]
        unusual = (
            *(Unusual(_all(ask, *logits), "|logits|", size) for size, logits in alone),
            *(
                Unusual(_all(ask, *_single(*logits)), "|logits|", size)
                for size, logits in alone
                if size in SIZES_SINGLE
            ),
            # Here log(1 + eᵃ) is still 10⁻⁴ away from a.
            Unusual(
                _all(ask, *(draw.uniform(7.0, 9.0, 4) * [1, -1, 1, -1] for _ in ask.arguments)),
                "|logits|",
                8.0,
            ),
            Unusual(_all(ask, *far)),
            Unusual(_all(ask, *at(4, 3, column=True)), "for logits of shape (N, 1)"),
            Unusual(_all(ask, *at(1, 1)), BATCH_OF_ONE),
            _without_gradients(ask, *at(4, 3)),
            *([Unusual(_all(ask, *at(4, 4)), "for batches of one size")] if len(ask.arguments) > 1 else []),
            Unusual(_all(ask, *_single(*at(5, 3))), IN_FLOAT32),
            Unusual(_all(ask, *_single(*far))),
        )
        return Probes((_all(ask, *at(5, 3)), _all(ask, *at(4, 6))), unusual)

    return probes


_PROBES: Mapping[Function, Callable[[Draw], Probes]] = {
    api.kl_normal: _kl_normal,
    api.kl_standard_normal: _kl_standard_normal,
    api.elbo_definition: _elbo_definition,
    api.elbo_decomposition: _elbo_decomposition,
    api.bernoulli_log_likelihood: _bernoulli_log_likelihood,
    api.elbo: _elbo,
    api.reparameterize: _reparameterize,
    api.discriminator_loss: _of_logits(api.discriminator_loss),
    api.generator_loss_minimax: _of_logits(api.generator_loss_minimax),
    api.generator_loss_nonsaturating: _of_logits(api.generator_loss_nonsaturating),
}
_GRADED: Mapping[Function, Graded] = {
    api.elbo_definition: Graded(tables=("log_q",)),
    api.elbo_decomposition: Graded(tables=("log_prior", "log_q")),
    api.bernoulli_log_likelihood: Graded(ungraded=("x",)),
    api.generator_loss_minimax: Graded(ungraded=("logits_real",)),
}
"""Where not every gradient is graded as it is; see the facts of the function."""


@cache
def _bugs_of(function: str) -> Mapping[str, Says]:
    return {
        bug.name: Says(bug.says, bug.sheet, bug.mistake) for bug in known_bugs() if bug.function == function
    }


def _known(function: Function) -> Known:
    return Known(
        function.module,
        api.EXERCISE[function.name],
        _PROBES[function],
        partial(_bugs_of, function.name),
        tuple(fact for fact in FACTS if fact.about == function),
        _GRADED.get(function, EVERYTHING),
        random=function == api.reparameterize,
    )


FACTS = facts_of(divergence, finite_latent, elbo, reparameterize, gan, whole_range, every_form, upstream)
FINGERPRINTS = Fingerprints(
    program="autograder.assignment.bugs.program",
    functions={function.name: _known(function) for function in _PROBES},
    mistakes=MISTAKES,
    classes={api.VAE.name: vae_hint},
    stand_ins=OurFormulas(),
)
