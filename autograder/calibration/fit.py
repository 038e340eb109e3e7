"""How far right solutions lie from a gate, and how often chance alone would fail one.

The estimate is honest about few seeds: the reference's next run is predicted by Student's t with n − 1 degrees of
freedom, on the logarithm of the number, with the scale s·√(1 + 1/n). It assumes that the logarithm is normal out to that
distance, which no number of seeds that we can run proves. A failure counts if a second seed fails too: squared.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

METHOD = "Student's t with n − 1 degrees of freedom for the next run, on the logarithm; one run, without the repeat"


@dataclass(frozen=True)
class Fit:
    """The reference's numbers against one bound."""

    seeds: int
    mean: float
    sd: float
    margin: float  # from the mean to the bound, in standard deviations of the logarithm
    false_fail: float  # estimated chance that one run of the reference misses the bound


def fit(values: Sequence[float], bound: float, *, above: bool) -> Fit:
    """`above`: right values lie above the bound. Values and bound are positive; at least three values."""
    logs = [math.log(value) for value in values]
    count, spread = len(logs), statistics.stdev(logs)
    distance = statistics.mean(logs) - math.log(bound)
    distance = distance if above else -distance
    margin = distance / spread if spread else math.inf
    t = margin / math.sqrt(1 + 1 / count)
    return Fit(count, statistics.mean(values), statistics.stdev(values), margin, t_tail(t, count - 1))


def expected_worst(values: Sequence[float], chance: float, *, above: bool) -> float:
    """The value beyond which the next run of these lies with this chance, by METHOD; `above`: below it, not above it."""
    logs = [math.log(value) for value in values]
    count = len(logs)
    t = t_quantile(chance, count - 1) * statistics.stdev(logs) * math.sqrt(1 + 1 / count)
    return math.exp(statistics.mean(logs) + (-t if above else t))


def t_quantile(tail: float, freedom: int) -> float:
    """The t ≥ 0 with P(T > t) = tail, by bisection; tail below ½."""
    low, high = 0.0, 1.0
    while t_tail(high, freedom) > tail:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, freedom) > tail else (low, middle)
    return high


def t_tail(t: float, freedom: int) -> float:
    """P(T > t) for Student's t, by Simpson's rule over u = 1/(1 + x) beyond t."""
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    if t < 0:
        return 1 - t_tail(-t, freedom)
    scale = math.exp(
        math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    )

    def density(x: float) -> float:
        return scale * math.pow(1 + x * x / freedom, -(freedom + 1) / 2)

    # x = t + (1 − u)/u carries [t, ∞) to (0, 1]; the integrand tends to 0 with u where freedom > 1.
    steps = 4000

    def integrand(u: float) -> float:
        return density(t + (1 - u) / u) / (u * u) if u else (scale * freedom if freedom == 1 else 0.0)

    inner = sum((4 if k % 2 else 2) * integrand(k / steps) for k in range(1, steps))
    return (integrand(0.0) + inner + integrand(1.0)) / (3 * steps)
