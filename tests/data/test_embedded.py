"""The embedded digits: small, made again to the byte, and what they claim to be."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.data import EMBEDDED_SHA256, load
from autograder.data.embedded import EMBEDDED
from autograder.data.files import FILES, read_files
from autograder.data.make_embedded import enlarge

torch = pytest.importorskip("torch")


def test_they_take_at_most_300_kb() -> None:
    assert sum((EMBEDDED / f"{name}.bz2").stat().st_size for name in FILES) <= 300_000


def test_the_source_states_licence_command_and_the_hash_of_every_file() -> None:
    text = (EMBEDDED / "SOURCE.md").read_text()
    for fact in (
        "CC BY 4.0",
        "E. Alpaydin",
        "C. Kaynak",
        "python -m autograder.data.make_embedded",
        EMBEDDED_SHA256,
    ):
        assert fact in text
    for name, content in read_files(EMBEDDED).items():
        assert f"| `{name}` | `{hashlib.sha256(content).hexdigest()}` |" in text


def test_the_command_makes_the_same_files_again(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn, the source of the digits, is not installed")
    command = [sys.executable, "-m", "autograder.data.make_embedded", tmp_path]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed == EMBEDDED_SHA256 + "\n"
    for name in FILES:
        assert (tmp_path / f"{name}.bz2").read_bytes() == (EMBEDDED / f"{name}.bz2").read_bytes()


def test_labels_and_split_are_scikit_learns() -> None:
    source = pytest.importorskip("sklearn.datasets").load_digits()
    digits = load("embedded", expected={"embedded": EMBEDDED_SHA256})
    assert np.concatenate([digits.train_labels, digits.test_labels]).tolist() == source.target.tolist()
    assert len(digits.train_labels) == 1500


def test_the_enlargement_is_bilinear_as_torch_computes_it() -> None:
    """Oracle: torch.nn.functional.interpolate; half a grey level is the rounding."""
    source = np.random.default_rng(9).integers(0, 17, (50, 8, 8))
    exact = torch.nn.functional.interpolate(
        torch.from_numpy(source).double()[:, None], size=(28, 28), mode="bilinear", align_corners=False
    )[:, 0].numpy()
    ours = enlarge(source)
    assert np.abs(ours / 255 * 16 - exact).max() <= 0.5 + 0.5 * 16 / 255 + 1e-12
    assert np.unique(ours).tolist() == [(2 * 255 * level + 16) // 32 for level in range(17)]


def test_white_stays_white_and_black_black() -> None:
    assert (enlarge(np.zeros((1, 8, 8), int)) == 0).all()
    assert (enlarge(np.full((1, 8, 8), 16)) == 255).all()
