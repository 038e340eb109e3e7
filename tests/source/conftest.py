"""The instructor's source as students import it: the package `generative`, for these tests only."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ASSIGNMENT = Path(__file__).parents[2] / "source" / "generative-models"
FILES = ("divergence", "elbo", "vae", "gan", "gan_models", "training", "data", "predictions", "check")


def _forget() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.split(".")[0] == "generative"]
    return {name: sys.modules.pop(name) for name in names}


@pytest.fixture(scope="package")
def assignment() -> Path:
    return ASSIGNMENT


@pytest.fixture(scope="package")
def source() -> Iterator[SimpleNamespace]:
    """The solved files as attributes: `source.gan.discriminator_loss`. Leaves no trace in sys.path or sys.modules."""
    others = _forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ASSIGNMENT))
        yield SimpleNamespace(**{name: importlib.import_module(f"generative.{name}") for name in FILES})
        _forget()
    sys.modules.update(others)
