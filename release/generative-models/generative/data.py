"""Given: the MNIST digits, through torchvision."""

import os
from pathlib import Path

import torch
from torch import Tensor

_declared_operators = None  # torch forgets operators when the object that declared them is collected


def load_mnist(*, train: bool = True, folder: str | Path | None = None) -> tuple[Tensor, Tensor]:
    """MNIST as (images, labels): float32 in [0, 1] of shape (n, 1, 28, 28), int64 of shape (n,).

    n is 60,000 for the training set and 10,000 for the test set. The files lie in `folder`, else in the folder
    that the environment variable MNIST_DIR names, else in ./data; they are downloaded if they are not there.
    """
    root = folder or os.environ.get("MNIST_DIR") or "data"
    digits = _mnist()(root, train=train, download=True)
    return digits.data.unsqueeze(1).float() / 255, digits.targets


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
