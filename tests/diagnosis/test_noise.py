"""What is said of noise that should be normal and new: each is N(0, 1) with one thing wrong, or nothing."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import with_text
from autograder.diagnosis.answers import Numbers
from autograder.diagnosis.noise import wrong_noise
from tests.commands.course import SOLVED, with_code
from tests.diagnosis.conftest import Name, knowing

SHAPE = (500, 20)
Rng = np.random.Generator


def _antithetic(rng: Rng) -> Numbers:
    half = rng.normal(size=5000)
    return np.concatenate([half, -half]).reshape(SHAPE)


WRONG: dict[str, tuple[Callable[[Rng], Numbers], str]] = {
    "noise_cut_off": (lambda rng: rng.normal(size=SHAPE).clip(-2, 2), "cut off at ±2;"),
    "noise_bounded": (lambda rng: rng.uniform(0, 1, SHAPE), r"lie between .* and (1|0\.99)"),
    "noise_repeated": (_antithetic, "The same ε comes back"),
    "noise_mean": (
        lambda rng: rng.normal(0.1, 1, SHAPE),
        r"has the mean 0\.[01]\d* instead of 0",
    ),
    "noise_not_normal": (lambda rng: rng.laplace(0, 0.5**0.5, SHAPE), "its kurtosis is"),
    "noise_variance": (lambda rng: rng.normal(size=(8, *SHAPE)).mean(0), "the variance 0.1[23] instead of 1"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("seed", range(5))
def test_one_thing_that_is_wrong_is_named(name: str, seed: int) -> None:
    draw, words = WRONG[name]
    rng = np.random.default_rng(seed)
    found = wrong_noise(draw(rng), draw(rng))
    assert found is not None
    assert found[0] == name
    assert re.search(words, found[1])


def test_noise_of_an_earlier_call_is_named() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=SHAPE), rng.normal(size=SHAPE)
    assert wrong_noise(one, one) == (
        "noise_kept",
        "Two calls with arguments of one shape draw the same ε; each call needs its own.",
    )
    found = wrong_noise(one, (one + other) / np.sqrt(2))
    assert found is not None
    assert found[0] == "noise_correlated"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_right_noise_is_told_nothing(dtype: type[np.floating]) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        one, other = (rng.normal(size=SHAPE).astype(dtype).astype(np.float64) for _ in range(2))
        assert wrong_noise(one, other) is None


def test_what_is_no_noise_is_told_nothing() -> None:
    for strange in (np.zeros(SHAPE), np.full(SHAPE, np.nan), np.ones(3), np.tile([1.0, -1.0], (500, 10))):
        assert wrong_noise(strange, strange) is None
    rng = np.random.default_rng(0)
    half = rng.normal(size=SHAPE).astype(np.float16).astype(np.float64)
    assert wrong_noise(half, half[::-1]) is None


OF_NOISE = [
    ("return a[0] + (a[1] / 2).exp() * torch.randn_like(a[0]).clamp(-1.8, 1.8)", "noise_cut_off"),
    (
        "return a[0] + (a[1] / 2).exp() * torch.randn(6, *a[0].shape, dtype=a[0].dtype).mean(0)",
        "noise_variance",
    ),
]


@pytest.mark.parametrize(("body", "relation"), OF_NOISE)
def test_a_function_with_noise_of_no_known_kind_is_told_by_statistics(
    name: Name, body: str, relation: str
) -> None:
    files = with_code("vae.py", f"import torch\ndef reparameterize(*a):\n    {body}\n", SOLVED)
    hint = name("reparameterize", files, knowing(function="reparameterize"))
    assert hint is not None
    assert hint.bug == f"relation/{relation}"


@pytest.mark.parametrize(
    "bug", [bug for bug in known_bugs() if bug.function == "reparameterize"], ids=lambda b: b.name
)
def test_noise_that_is_wrong_is_never_called_right_at_moderate_arguments(name: Name, bug) -> None:  # type: ignore[no-untyped-def]
    broken = {"reparameterize.noise_is_standard_normal", "reparameterize.noise_is_fresh"}
    hint = name("reparameterize", with_text(SOLVED, bug), knowing(function="reparameterize"), broken)
    assert hint is None or ("moderate" not in hint.text and "typical" not in hint.text)
