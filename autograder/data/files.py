"""A data set's four files in one folder, each plain or compressed, and the hash of the set."""

import bz2
import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from autograder.data.idx import Bytes, read_idx
from autograder.errors import DataError

# name -> dimensions, in the order in which the set's hash reads the files
FILES: Mapping[str, int] = {
    "train-images-idx3-ubyte": 3,
    "train-labels-idx1-ubyte": 1,
    "t10k-images-idx3-ubyte": 3,
    "t10k-labels-idx1-ubyte": 1,
}
SIDE = 28
CLASSES = 10

_OPEN: Mapping[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.decompress, ".bz2": bz2.decompress}


def raw_folder(directory: Path) -> Path:
    """Where torchvision.datasets.MNIST(directory) keeps the four files."""
    return directory / "MNIST" / "raw"


def has_files(raw: Path) -> bool:
    """Whether all four files are in the folder, in whatever state."""
    return all(_find(raw, name) for name in FILES)


def read_files(raw: Path) -> dict[str, bytes]:
    """Name → uncompressed bytes of the four files; a plain file goes before a compressed one beside it."""
    return {name: _read(raw, name) for name in FILES}


def parse_files(raw: Path, contents: Mapping[str, bytes], fix: str) -> dict[str, Bytes]:
    """Name → array: images (N, 28, 28) and as many labels 0–9, for training and test; else DataError with `fix`."""
    arrays = {}
    for name, dimensions in FILES.items():
        try:
            arrays[name] = read_idx(contents[name], dimensions=dimensions)
        except ValueError as error:
            raise DataError(f"{raw / name} is damaged: {error}. {fix}") from None
    train_images, train_labels, test_images, test_labels = arrays
    for images, labels in ((train_images, train_labels), (test_images, test_labels)):
        found, digits = arrays[images].shape, arrays[labels]
        if found != (len(digits), SIDE, SIDE) or len(digits) == 0:
            raise DataError(
                f"{raw / images} holds images of shape {found} for {len(digits)} labels, "
                f"expected ({len(digits)}, {SIDE}, {SIDE}). {fix}"
            )
        if digits.max() >= CLASSES:
            raise DataError(f"{raw / labels} holds the label {digits.max()}, expected digits 0–9. {fix}")
    return arrays


def set_sha256(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over the uncompressed bytes of the four files, one after the other in the order of FILES."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(contents[name])
    return digest.hexdigest()


def _find(raw: Path, name: str) -> Path | None:
    return next((path for suffix in _OPEN if (path := raw / (name + suffix)).is_file()), None)


def _read(raw: Path, name: str) -> bytes:
    path = _find(raw, name)
    if path is None:
        raise DataError(f"{raw / name} is missing. Run `autograder data fetch`, or give another --data.")
    try:
        return _OPEN[path.suffix](path.read_bytes())
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(
            f"{path} cannot be read: {error}. Delete it and run `autograder data fetch`."
        ) from None
