"""Given: the MNIST digits, through torchvision, and a small set of digits for work without a network."""

import bz2
import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

EMBEDDED = "embedded"
_declared_operators = None  # torch forgets operators when the object that declared them is collected


def load_mnist(*, train: bool = True, folder: str | Path | None = None) -> tuple[Tensor, Tensor]:
    """MNIST as (images, labels): float32 in [0, 1] of shape (n, 1, 28, 28), int64 of shape (n,).

    n is 60,000 for the training set and 10,000 for the test set. The files lie in `folder`, else in the folder
    that the environment variable MNIST_DIR names, else in ./data; they are downloaded if they are not there.

    The folder "embedded" stands for 1,500 + 297 digits that came with the exercise, by E. Alpaydin and C. Kaynak
    (UCI Machine Learning Repository, 1998, CC BY 4.0), enlarged from 8 × 8 pixels. They are easier than MNIST.
    """
    root = folder or os.environ.get("MNIST_DIR") or "data"
    if str(root) == EMBEDDED:
        return _embedded("train" if train else "t10k")
    mnist = _mnist()
    try:
        digits = mnist(root, train=train, download=True)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"MNIST is not in {root} and could not be downloaded. Set MNIST_DIR to the folder that contains MNIST/raw, "
            'or work with the small set that came with the exercise: load_mnist(folder="embedded").'
        ) from error
    return digits.data.unsqueeze(1).float() / 255, digits.targets


def _embedded(part: str) -> tuple[Tensor, Tensor]:
    """The digits beside this file, in MNIST's format: a header of 16 bytes for images, of 8 for labels."""

    def read(name: str, header: int) -> Tensor:
        content = bz2.decompress((Path(__file__).parent / "digits" / name).read_bytes())
        return torch.from_numpy(np.frombuffer(content, np.uint8, offset=header).copy())

    images, labels = read(f"{part}-images-idx3-ubyte.bz2", 16), read(f"{part}-labels-idx1-ubyte.bz2", 8)
    return images.reshape(-1, 1, 28, 28).float() / 255, labels.long()


def _mnist():
    global _declared_operators
    try:
        from torchvision.datasets import MNIST
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        # This torchvision was built for another torch, so its compiled operators are missing. The data sets
        # need none of them: declaring the two that torchvision asks for on import is enough.
        _declared_operators = torch.library.Library("torchvision", "DEF")
        _declared_operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _declared_operators.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        from torchvision.datasets import MNIST
    return MNIST
