"""Images that the grader draws from a trained generator: the generator is ours, so its weights are all it needs.

No code of the student takes part: the same z gives the same image, and permuted z give the same images permuted.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.reference.gan import sigmoid
from autograder.assignment.training.gan_shapes import SLOPE
from autograder.engine.expect import finite

EPSILON = 1e-5  # of batch normalisation


def generate(state: Mapping[str, NDArray[Any]], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """G(z) in eval mode, (N, 32) → (N, pixels) in [0, 1], in float64. Broken for weights that draw no image at all."""
    weights = {name: array.astype(np.float64) for name, array in state.items()}
    hidden = z
    for linear, norm in ((0, 1), (3, 4)):
        hidden = hidden @ weights[f"layers.{linear}.weight"].T + weights[f"layers.{linear}.bias"]
        scale = weights[f"layers.{norm}.weight"] / np.sqrt(weights[f"layers.{norm}.running_var"] + EPSILON)
        hidden = (hidden - weights[f"layers.{norm}.running_mean"]) * scale + weights[f"layers.{norm}.bias"]
        hidden = np.where(hidden > 0, hidden, SLOPE * hidden)
    images = sigmoid(hidden @ weights["layers.6.weight"].T + weights["layers.6.bias"])
    finite(images, "the images of the generator")
    return images
