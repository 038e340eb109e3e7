"""Exercise 9 as the engine sees it: facts, training runs, and the files around a student's code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from autograder.assignment.facts import (
    divergence,
    elbo,
    every_form,
    finite_latent,
    gan,
    predictions,
    reparameterize,
    upstream,
    vae,
    vae_distributions,
    vae_encode_decode,
    vae_forward,
    vae_free,
    vae_gradients,
    vae_sizes,
    whole_range,
)
from autograder.assignment.mistakes import MISTAKES
from autograder.assignment.stand_ins import OurFormulas
from autograder.assignment.training.gan import GanRun
from autograder.assignment.training.saturation import SaturationRun
from autograder.assignment.training.vae import VaeRun
from autograder.engine.facts import facts_of
from autograder.engine.judge import Outcome
from autograder.engine.sheet import Sheet
from autograder.engine.student import Student
from autograder.errors import AutograderError
from autograder.results.model import Hint
from autograder.sandbox import Zygote

PACKAGE = "generative"
STUDENT_FILES = ("divergence.py", "elbo.py", "vae.py", "predictions.py", "gan.py")


def make_sheet(given: Mapping[str, bytes], handed_out: Collection[str] = ()) -> Sheet:
    """The sheet; `given` are the files that every submission gets from us, `handed_out` the paths of the whole handout."""
    return Sheet(
        facts=facts_of(
            divergence,
            finite_latent,
            elbo,
            reparameterize,
            vae,
            vae_encode_decode,
            vae_free,
            vae_forward,
            vae_distributions,
            vae_gradients,
            vae_sizes,
            predictions,
            gan,
            whole_range,
            every_form,
            upstream,
        ),
        runs=(VaeRun(), GanRun(), SaturationRun()),
        given=given,
        required=tuple(f"{PACKAGE}/{name}" for name in STUDENT_FILES),
        handed_out=frozenset(handed_out),
        notebook="generative_models.ipynb",
        stamp=f"{PACKAGE}/__init__.py",
        stand_ins=OurFormulas(),
        diagnose=_diagnose,
        mistakes=tuple(MISTAKES),
    )


def _diagnose(
    outcomes: Collection[Outcome], student: Student, zygote: Zygote, seed: bytes
) -> Mapping[str, Hint]:
    # Most submissions of a class are right: what explains mistakes is loaded when there is one.
    from autograder.assignment.diagnosis import FINGERPRINTS

    return FINGERPRINTS(outcomes, student, zygote, seed)


def given_files(release: Path) -> dict[str, bytes]:
    """The complete files that the release hands out beside those that students write."""
    package = release / PACKAGE
    own = {package / name for name in (*STUDENT_FILES, "__init__.py")}
    given = {
        p.relative_to(release).as_posix(): p.read_bytes()
        for p in sorted(package.rglob("*.py"))
        if p not in own and "__pycache__" not in p.parts
    }
    if not given:
        raise AutograderError(f"{package} holds no given files. Run `autograder build` first.")
    return given


def handed_out(release: Path) -> frozenset[str]:
    """The paths of everything in the release."""
    return frozenset(p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file())
