"""Gradients are right whatever flows in from above, and of each argument alone as of all together.

A gradient is handed on through the function: it is that of Σ c·result, for any c. Judged is only where the results are right: a
mean over the batch, say, costs value and shape, and its gradient need not suffer for it.
"""

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
    AS_ELSEWHERE,
    BERNOULLI_LOG_LIKELIHOOD,
    ELBO,
    ELBO_DECOMPOSITION,
    ELBO_DEFINITION,
    KL_NORMAL,
    KL_STANDARD_NORMAL,
    Law,
)
from autograder.assignment.reference.elbo import log_evidence
from autograder.engine.draw import Draw
from autograder.engine.facts import Broken, Evidence, Stage, Steps, fact

Numbers = NDArray[np.float64]
SHAPE = (16, 7)


def _hands_on(draw: Draw, law: Law, *given: Numbers, names: tuple[str, ...] = ()) -> Steps:
    """∂Σ c·result for c of either sign and of many sizes, in all arguments at once and in each alone."""
    names = names or law.function.arguments
    weights = tuple(upstream(draw, law.shape(given)) for _ in law.results)
    expected = law.gradients(given, weights)
    asked = [names, *((name,) for name in names if len(names) > 1)]
    answers = yield tuple(law.function(*given, wrt=wrt, weights=weights) for wrt in asked)
    for answer, wrt in zip(answers, asked, strict=True):
        if not all(right.is_met(got) for got, right in zip(answer.values, law.expected(given), strict=True)):
            return
        for name in wrt:
            got, right = answer.gradient(name), expected[name]
            wrong = np.flatnonzero(~(right.off(got) <= AS_ELSEWHERE))
            if wrong.size:
                text = f"the gradient in {name} is wrong in {wrong.size} of {got.size} entries where the result is weighted"
                evidence = Evidence(got, right.number, "equal", off=wrong)
                raise Broken(text, evidence, stage=Stage.GRADIENT)


def upstream(draw: Draw, shape: tuple[int, ...]) -> Numbers:
    """What may flow in from above: numbers of either sign and of many sizes, one for every entry of a result."""
    return np.asarray(draw.log_uniform(0.05, 20, shape) * np.sign(draw.weights(shape)))


def _tables(draw: Draw) -> Numbers:
    """Logarithms of probabilities from some thousandths to a half."""
    scores = draw.normal(SHAPE, scale=2).clip(-2, 2)
    return np.asarray(scores - log_evidence(scores)[:, None])


@fact(kl_normal, "gradient")
def kl_normal_hands_on(draw: Draw) -> Steps:
    """Of Σ c·KL: c times the derivative of each KL, whatever c is, in each argument alone as in all four

    The chain rule: c is what flows in from above.
    """
    mu1, mu2 = draw.normal((2, *SHAPE), scale=1.5)
    sigma1, sigma2 = draw.log_uniform(0.4, 2.5, (2, *SHAPE))
    yield from _hands_on(draw, KL_NORMAL, mu1, sigma1, mu2, sigma2)


@fact(kl_standard_normal, "gradient")
def kl_standard_normal_hands_on(draw: Draw) -> Steps:
    """Of Σ c·KL: c·μ and c·½(eᵛ − 1), whatever c is, in each argument alone as in both

    The chain rule: c is what flows in from above.
    """
    yield from _hands_on(draw, KL_STANDARD_NORMAL, *draw.normal((2, *SHAPE)))


@fact(elbo_definition, "gradient")
def definition_hands_on(draw: Draw) -> Steps:
    """Of Σ c·L: c·q(z) in log p(z,x), whatever c is; in log q along directions that keep Σ q = 1

    The chain rule: c, one number per table, is what flows in from above.
    """
    yield from _hands_on(draw, ELBO_DEFINITION, draw.normal(SHAPE, mean=-4), _tables(draw))


@fact(elbo_decomposition, "gradient")
def decomposition_hands_on(draw: Draw) -> Steps:
    """Of Σ c·reconstruction + Σ d·kl, whatever c and d: c·q(z) in log p(x|z); in log p(z), log q along directions that keep Σ = 1

    The chain rule: c and d, one number per table, are what flows in from above.
    """
    yield from _hands_on(draw, ELBO_DECOMPOSITION, draw.normal(SHAPE, mean=-3), _tables(draw), _tables(draw))


@fact(bernoulli_log_likelihood, "gradient")
def log_likelihood_hands_on(draw: Draw) -> Steps:
    """Of Σ c·log p(x|z): c·(x − D), whatever c is

    The chain rule: c, one number per image, is what flows in from above.
    """
    x, logits = draw.uniform(0, 1, SHAPE), draw.normal(SHAPE, scale=1.5)
    yield from _hands_on(draw, BERNOULLI_LOG_LIKELIHOOD, x, logits, names=("logits",))


@fact(elbo, "gradient")
def elbo_hands_on(draw: Draw) -> Steps:
    """Of Σ c·ELBO: c, −c·μ and ½c·(1 − eᵛ), whatever c is, in each argument alone as in all three

    The chain rule: c, one number per image, is what flows in from above.
    """
    likelihood, (mu, logvar) = draw.normal(SHAPE[0], mean=-5), draw.normal((2, *SHAPE))
    likelihood[:3], likelihood[3:6] = draw.uniform(-600, -100, 3), draw.uniform(20, 200, 3)
    yield from _hands_on(draw, ELBO, likelihood, mu, logvar)
