"""Exercise 9 as the engine sees it: facts, training runs, and the files around a student's code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.facts import (
    divergence,
    elbo,
    finite_latent,
    gan,
    predictions,
    reparameterize,
    vae,
    vae_distributions,
    vae_encode_decode,
    vae_forward,
    vae_gradients,
)
from autograder.assignment.mistakes import MISTAKES
from autograder.assignment.stand_ins import OurFormulas
from autograder.assignment.training.vae import VaeRun
from autograder.engine.facts import facts_of
from autograder.engine.sheet import Sheet
from autograder.errors import AutograderError

PACKAGE = "generative"
STUDENT_FILES = ("divergence.py", "elbo.py", "vae.py", "predictions.py", "gan.py")


def make_sheet(given: Mapping[str, bytes]) -> Sheet:
    """The sheet; `given` are the files that every submission gets from us."""
    return Sheet(
        facts=facts_of(
            divergence,
            finite_latent,
            elbo,
            reparameterize,
            vae,
            vae_encode_decode,
            vae_forward,
            vae_distributions,
            vae_gradients,
            predictions,
            gan,
        ),
        runs=(VaeRun(),),
        given=given,
        required=tuple(f"{PACKAGE}/{name}" for name in STUDENT_FILES),
        notebook="generative_models.ipynb",
        stamp=f"{PACKAGE}/__init__.py",
        stand_ins=OurFormulas(),
        diagnose=FINGERPRINTS,
        mistakes=tuple(MISTAKES),
    )


def given_files(release: Path) -> dict[str, bytes]:
    """The complete files that the release hands out beside those that students write."""
    package = release / PACKAGE
    own = {*STUDENT_FILES, "__init__.py"}
    given = {f"{PACKAGE}/{p.name}": p.read_bytes() for p in sorted(package.glob("*.py")) if p.name not in own}
    if not given:
        raise AutograderError(f"{package} holds no given files. Run `autograder build` first.")
    return given
