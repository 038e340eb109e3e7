"""Makes the embedded digits again from scikit-learn's: `python -m autograder.data.make_embedded [FOLDER]`.

The only place that needs scikit-learn. All arithmetic is in integers, so that every machine makes the same bytes.
"""

import argparse
import bz2
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.embedded import EMBEDDED
from autograder.data.files import FILES, SIDE, set_sha256
from autograder.data.idx import Bytes, write_idx

TRAIN = 1500
LEVELS = 16  # the source counts ink in 4×4 blocks: grey values 0–16
SOURCE_SIDE = 8


def enlarge(images: NDArray[np.integer]) -> Bytes:
    """Images (N, 8, 8) of grey values 0–16 as (N, 28, 28) of 0–255: bilinear interpolation between pixel centres.

    Output row i lies at the source row s = (2i + 1)·8/56 − ½, held within 0…7; the weights of the two rows next to it
    are multiples of 1/56. The result is rounded to the source's own 17 grey levels (halves up) before it is spread
    over 0–255: finer levels would only store the interpolation, at twice the size.
    """
    weights = _weights()
    exact: NDArray[np.int64] = np.einsum("ir,nrc,jc->nij", weights, images.astype(np.int64), weights)
    unit = (2 * SIDE) ** 2
    levels = (2 * exact + unit) // (2 * unit)
    grey = (2 * 255 * levels + LEVELS) // (2 * LEVELS)
    return grey.astype(np.uint8)


def _weights() -> NDArray[np.int64]:
    """Weight of each source row in each output row, times 56."""
    unit = 2 * SIDE
    weights = np.zeros((SIDE, SOURCE_SIDE), np.int64)
    for i in range(SIDE):
        position = min(max((2 * i + 1) * SOURCE_SIDE - SIDE, 0), unit * (SOURCE_SIDE - 1))
        below, rest = divmod(position, unit)
        weights[i, below] += unit - rest
        if rest:
            weights[i, below + 1] += rest
    return weights


def make() -> dict[str, bytes]:
    """Name → IDX bytes: the first 1,500 digits of scikit-learn's set for training, the last 297 for testing."""
    from sklearn.datasets import load_digits

    source = load_digits()
    images = enlarge(source.images.astype(np.int64))
    labels = source.target.astype(np.uint8)
    arrays = (images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:])
    return {name: write_idx(array) for name, array in zip(FILES, arrays, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the embedded digits again from scikit-learn's.")
    parser.add_argument("folder", nargs="?", type=Path, default=EMBEDDED)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    contents = make()
    for name, content in contents.items():
        (folder / f"{name}.bz2").write_bytes(bz2.compress(content))
    print(set_sha256(contents))


if __name__ == "__main__":
    main()
