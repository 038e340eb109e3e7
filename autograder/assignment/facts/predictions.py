"""Facts of exercise 9-1 (e): the numbers that are predicted of the worked VAE before it is run.

The worked VAE: two latent components, prior N(0, 2²) each, σ = softplus(rho), p(x|z) = N(decoder(z), 0.2² I) in the
plane, all in nats. A prior that is not the standard normal: who has not read the model answers for N(0, 1).
"""

import math
from dataclasses import dataclass

import numpy as np

from autograder.engine.calls import constants
from autograder.engine.draw import Draw
from autograder.engine.expect import Tolerance, close
from autograder.engine.facts import Broken, Fact, Steps

WITHIN_1_PERCENT = Tolerance(rtol=0.01, scale=0.0)


@dataclass(frozen=True)
class Answers:
    """The file of constants, as something that facts can be about."""

    module: str
    name: str


predictions = Answers("generative.predictions", "predictions")


def prediction(constant: str, answer: float, question: str) -> Fact:
    """The fact that a constant is the right answer within 1 %; `question` is its title."""

    def run(draw: Draw) -> Steps:
        reply = yield constants(predictions.module)
        given, others = reply.facts["constants"], reply.facts["others"]
        if constant in others:
            text = (
                f"{constant} should be a number, got {others[constant]}: write the number itself, such as 0.5"
            )
            raise Broken(text)
        if constant not in given:
            raise Broken(f"{constant} is missing from predictions.py")
        value = given[constant]
        if value is None:
            raise Broken(f"{constant} is not answered yet (it is None): exercise 9-1 (e)")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Broken(f"{constant} should be a number, got {value!r:.200}")
        close(np.asarray(float(value)), answer, WITHIN_1_PERCENT, what=constant)

    return Fact(constant.lower(), predictions, "value", question, run)


_PRIOR_SIGMA = 2.0
_SIGMA_AT_0 = math.log(2)
_LOG_LIKELIHOOD_OF_A_HIT = -2 * (math.log(0.2) + math.log(2 * math.pi) / 2)

kl_of_one_point = prediction(
    "KL_OF_ONE_POINT",
    # Σ over components of log(σ_p/σ) + (σ² + μ²)/(2σ_p²) − ½, 9-1 (a)
    2 * (math.log(_PRIOR_SIGMA / _SIGMA_AT_0) + _SIGMA_AT_0**2 / (2 * _PRIOR_SIGMA**2) - 0.5)
    + 1 / (2 * _PRIOR_SIGMA**2),
    "KL(q(z|x) ‖ p(z)) where the encoder returns mean (1, 0) and rho (0, 0)",
)
rho_of_unused_component = prediction(
    "RHO_OF_UNUSED_COMPONENT",
    math.log(math.expm1(_PRIOR_SIGMA)),
    "rho of a component whose posterior is the prior: softplus(rho) is the prior's σ",
)
log_likelihood_of_a_hit = prediction(
    "LOG_LIKELIHOOD_OF_A_HIT",
    _LOG_LIKELIHOOD_OF_A_HIT,
    "log p(x|z) where decoder(z) = x: the peak of a normal density in the plane",
)
loss_after_collapse = prediction(
    "LOSS_AFTER_COLLAPSE",
    # KL = 0, and the best constant is the mean: E‖x‖²/(2·0.2²) = 2/0.08
    2 / (2 * 0.2**2) - _LOG_LIKELIHOOD_OF_A_HIT,
    "−ELBO averaged over data of mean 0 and variance 1 if q(z|x) is the prior and the decoder ignores z",
)
