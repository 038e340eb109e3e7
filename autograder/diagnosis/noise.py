"""What is wrong with random numbers that should be independent draws of N(0, 1), and new ones in each call.

Statistics of thousands of draws, six standard errors away or more; only the first thing that is found is told.
"""

from __future__ import annotations

import numpy as np

from autograder.diagnosis.answers import Numbers
from autograder.diagnosis.forms import HALF, rounded

WHERE = "At mu = 0 and logvar = 0"
ERRORS = 6.0
AT_THE_ENDS = 1e-3  # more draws than these are at both ends only if they are cut off there
REPEATED = 0.1  # far more equal draws than single precision makes
WIDEST = 3.1  # in its standard deviations: of 10 000 normal draws none is beyond this once in 10⁸


def wrong_noise(first: Numbers, second: Numbers) -> tuple[str, str] | None:
    """The name and the sentence of what is wrong with the draws of two calls; None if nothing is certain.

    The draws are what the function returns for means of 0 and variances of 1.
    """
    draws = first.ravel()
    if not _drawn(first) or first.shape != second.shape:
        return None
    if np.allclose(first, second):
        return "noise_kept", "Two calls with arguments of one shape draw the same ε; each call needs its own."
    for find in (_cut_off, _repeated, _bounded, _moments):
        found = find(draws)
        if found is not None:
            return found
    shared = float(np.mean(first * second))
    if abs(shared) > ERRORS / np.sqrt(draws.size):
        return (
            "noise_correlated",
            f"The ε of two calls have the correlation {shared:.2g}; they must have none.",
        )
    return None


def _drawn(noise: Numbers) -> bool:
    """Whether there are enough different finite numbers, and none of them rounded to half precision."""
    return (
        noise.size >= 5000
        and bool(np.isfinite(noise).all())
        and np.unique(noise).size > 100
        and not any(rounded(noise, dtype) for dtype in HALF)
    )


def _cut_off(draws: Numbers) -> tuple[str, str] | None:
    low, high = float(draws.min()), float(draws.max())
    at_both = min((draws == low).mean(), (draws == high).mean())
    if at_both > AT_THE_ENDS and np.isclose(low, -high):
        return "noise_cut_off", f"{WHERE} your z is cut off at ±{high:.3g}; a normal ε has no bounds."
    return None


def _repeated(draws: Numbers) -> tuple[str, str] | None:
    different = np.unique(np.abs(draws)).size
    if different < (1 - REPEATED) * draws.size:
        text = "The same ε comes back within one call, as it is or with the opposite sign; each element needs its own."
        return "noise_repeated", text
    return None


def _bounded(draws: Numbers) -> tuple[str, str] | None:
    widest = float(np.abs(draws - draws.mean()).max())
    if widest < WIDEST * draws.std():
        low, high = (f"{end:.3g}".replace("-", "−") for end in (draws.min(), draws.max()))
        text = f"{WHERE} all of {draws.size} z lie between {low} and {high}; a normal ε has no bounds."
        return "noise_bounded", text
    return None


def _moments(draws: Numbers) -> tuple[str, str] | None:
    n = draws.size
    mean, variance = float(draws.mean()), float(draws.var())
    kurtosis = float(np.mean((draws - mean) ** 4) / variance**2)
    if abs(mean) > ERRORS * np.sqrt(variance / n):
        return "noise_mean", f"{WHERE} your z has the mean {mean:.2g} instead of 0."
    if abs(kurtosis - 3) > ERRORS * np.sqrt(24 / n):
        return (
            "noise_not_normal",
            f"{WHERE} your z is not normal: its kurtosis is {kurtosis:.2g} instead of 3.",
        )
    if abs(variance - 1) > ERRORS * np.sqrt(2 / n):
        return "noise_variance", f"{WHERE} your z has the variance {variance:.2g} instead of 1."
    return None
