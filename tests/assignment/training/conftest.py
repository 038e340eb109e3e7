"""The embedded digits, and a way to hand in a VAE and have it trained for a moment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment.training.gan import GanRun
from autograder.assignment.training.saturation import SaturationRun
from autograder.assignment.training.vae import VaeRun
from autograder.data import EMBEDDED_SHA256, load
from autograder.engine.training import Digits, TrainingContext
from autograder.sandbox import Limits

SOLUTION = Path(__file__).parents[3] / "source" / "generative-models" / "generative"
SETTINGS = {
    "steps": 200,
    "held_out": 300,
    "cpu_seconds": 20,
    "gates": [{"data": "embedded", "elbo": -340, "too_good": -262}],
}
"""A run of a second: −ELBO is about 319 after 200 steps with 64 hidden units, and 352 without use of z."""
GAN_SETTINGS = {"picture_steps": 0, "gates": [{"data": "embedded", "class_score": 3, "frechet": 90}]}
SATURATION_SETTINGS = {"gates": [{"data": "embedded", "start": [0.7, 1.4], "end": 100, "fall": 4}]}


@pytest.fixture(scope="session")
def digits() -> Digits:
    data = load("embedded", expected={"embedded": EMBEDDED_SHA256})
    return Digits(data.name, data.sha256, data.train_images, data.test_images)


@pytest.fixture(scope="session")
def solution() -> dict[str, bytes]:
    """The model solution, with a smaller hidden layer."""
    files = {f"generative/{p.name}": p.read_bytes() for p in SOLUTION.glob("*.py")}
    return edited(files, "vae", "hidden_dim: int = 400", "hidden_dim: int = 64")


@pytest.fixture
def make_context(zygote, digits, solution) -> Callable[..., TrainingContext]:
    """A context whose settings, files, failed functions and seed can be given."""
    zygote.preload(*VaeRun.preload)

    def make(
        *,
        files=None,
        failed=(),
        seed=b"a seed",
        data=digits,
        progress=lambda *_: None,
        limits=None,
        defaults=SETTINGS,
        **settings,
    ):
        return TrainingContext(
            zygote=zygote,
            files=solution if files is None else files,
            data=data,
            settings={**defaults, **settings},
            failed=frozenset(failed),
            seed=seed,
            limits=limits or Limits(),
            progress=progress,
        )

    return make


@pytest.fixture
def train(make_context):
    """Train and judge; see `make_context`."""
    return lambda **given: VaeRun().run(make_context(**given))


@pytest.fixture
def play(make_context):
    """Both games, judged."""
    return lambda **given: GanRun().run(make_context(defaults=GAN_SETTINGS, **given))


@pytest.fixture
def saturate(make_context):
    """D ahead of G, judged."""
    return lambda **given: SaturationRun().run(make_context(defaults=SATURATION_SETTINGS, **given))


def edited(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """The files with a text replaced in generative/<name>.py."""
    path = f"generative/{name}.py"
    assert old.encode() in files[path], f"{old!r} no longer stands in {path}"
    return {**files, path: files[path].replace(old.encode(), new.encode())}
