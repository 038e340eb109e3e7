"""Finds, checks and reads a data set. A set is what its hash says; none ever stands in for another."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.data.embedded import EMBEDDED
from autograder.data.files import FILES, has_files, parse_files, raw_folder, read_files, set_sha256
from autograder.data.idx import Bytes
from autograder.data.known import EMBEDDED_SHA256, MNIST_FILES, MNIST_SHA256
from autograder.errors import DataError


@dataclass(frozen=True)
class DataSet:
    """Grey digits, 0 is background and 255 full ink, with their labels 0–9; the arrays are read-only."""

    name: str  # "mnist" or "embedded"
    sha256: str
    train_images: Bytes  # (N, 28, 28)
    train_labels: Bytes  # (N,)
    test_images: Bytes
    test_labels: Bytes
    source: str  # where it was read from, for people


def load(choice: str | Path | None, *, expected: Mapping[str, str]) -> DataSet:
    """The set that a run uses.

    `choice` is "embedded", a folder DIR with DIR/MNIST/raw as torchvision lays it out (plain files or .gz), or None:
    the folder in $MNIST_DIR, then ./data. `expected` gives the SHA-256 by name, "mnist" or "embedded". DataError if
    the set is absent, damaged or another one.
    """
    if choice == "embedded":
        return _read("embedded", EMBEDDED, "the embedded digits", expected)
    return _read("mnist", raw_folder(find_mnist(choice)), None, expected)


def find_mnist(choice: str | Path | None = None) -> Path:
    """The first folder of those that `load` looks at which holds the four files, in whatever state."""
    folders = [Path(choice)] if choice is not None else _usual_folders()
    for folder in folders:
        if has_files(raw_folder(folder)):
            return folder
    looked = " and ".join(str(raw_folder(folder)) for folder in folders)
    raise DataError(
        f"MNIST is not there: looked in {looked}. Run `autograder data fetch {folders[-1]}`, name its folder by --data "
        "or MNIST_DIR, take the small set by `--data embedded`, or grade with --no-training."
    )


def _usual_folders() -> list[Path]:
    named = os.environ.get("MNIST_DIR")
    return [Path(named), Path("data")] if named else [Path("data")]


def _read(name: str, raw: Path, source: str | None, expected: Mapping[str, str]) -> DataSet:
    fix = (
        f"Delete it and run `autograder data fetch {raw.parent.parent}`."
        if name == "mnist"
        else "Install the package again."
    )
    contents = read_files(raw)
    arrays = parse_files(raw, contents, fix)
    found = set_sha256(contents)
    if name not in expected:
        raise DataError(f"no SHA-256 for the data set {name!r}. Add it to grading.yml under data.sha256.")
    if found != expected[name]:
        raise DataError(_another_set(name, raw, contents, found, expected[name], fix))
    train_images, train_labels, test_images, test_labels = (arrays[file] for file in FILES)
    return DataSet(name, found, train_images, train_labels, test_images, test_labels, source or str(raw))


def _another_set(
    name: str, raw: Path, contents: Mapping[str, bytes], found: str, expected: str, fix: str
) -> str:
    if name == "mnist" and found == EMBEDDED_SHA256:
        return f"{raw} holds the embedded digits, not MNIST. Say so by `--data embedded`, or name MNIST's folder."
    if name == "mnist" and expected == MNIST_SHA256:
        altered = [n for n in FILES if hashlib.sha256(contents[n]).hexdigest() != MNIST_FILES[n]]
        return f"{', '.join(str(raw / n) for n in altered)}: altered, not MNIST as published. {fix}"
    return (
        f"{raw} has the SHA-256 {found}, and grading.yml expects {expected} for {name!r}. "
        "Take the set that it means, or correct data.sha256."
    )
