"""Two functions, solved."""

### BEGIN SOLUTION
import math

HALF_OF_ONE_AS_A_FRACTION = 1 / 2
### END SOLUTION


def kl_normal(mu1: float, sigma1: float, mu2: float, sigma2: float) -> float:
    """KL divergence of two normal distributions.

    log(sigma2 / sigma1) + (sigma1² + (mu1 − mu2)²) / (2 sigma2²) − ½
    """
    ### BEGIN SOLUTION 9-1 (a)
    distance = (mu1 - mu2) ** 2
    quotient = (sigma1**2 + distance) / (2 * sigma2**2)  # both halves of the quadratic term
    return math.log(sigma2 / sigma1) + quotient - HALF_OF_ONE_AS_A_FRACTION
    ### END SOLUTION


def kl_standard_normal(mu: float, logvar: float) -> float:
    """KL divergence from the standard normal: (mu² + e^logvar − 1 − logvar) / 2."""
    ### BEGIN SOLUTION 9-1 (b)
    return (mu**2 + math.expm1(logvar) - logvar) / 2
    ### END SOLUTION
