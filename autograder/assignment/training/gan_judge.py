"""What the grader measures of generated 14×14 digits: a small classifier, evaluated in NumPy, two scores, and a correlation.

The classifier is a multilayer perceptron 196–128–64–10 (ReLU), trained by `python -m
autograder.assignment.torch_models.make_judge`; its file states recipe, accuracy and the data set it belongs to.

Sources: class score: Salimans et al., "Improved Techniques for Training GANs", NeurIPS 2016, section 4, with this
classifier in the place of Inception. Fréchet distance: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule
Converge to a Local Nash Equilibrium", NeurIPS 2017, section 2, on its last hidden layer.

A small classifier takes noise for digits: pixels drawn each by itself, dark as often as in real digits, have a class score
of 3.2 and a Fréchet distance of 14 on MNIST, as a right game has. Strokes are what they lack: see `neighbours`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from autograder.assignment.training.gan_settings import GanGate

FOLDER = Path(__file__).parent / "judges"
ALIKE = 1e-9  # sum of squares around the mean image, per image, below which images are alike
SHOWN = 0.02  # a class counts as generated if more than this share of the images is taken for it
Numbers = NDArray[np.float64]
Images = NDArray[np.floating]  # (N, 196) in [0, 1]


@dataclass(frozen=True)
class Judge:
    """A classifier of the digits of one data set."""

    about: Mapping[str, str]  # recipe, accuracy, data, data_sha256
    weights: Mapping[str, Numbers]

    @classmethod
    def of(cls, data_sha256: str) -> Judge | None:
        """The judge for a data set; None if there is none."""
        return next((j for j in _judges() if j.about["data_sha256"] == data_sha256), None)

    @classmethod
    def read(cls, path: Path) -> Judge:
        """A judge in a safetensors file."""
        with safe_open(path, framework="numpy") as file:
            weights = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}  # noqa: SIM118
            return cls(file.metadata(), weights)

    def features(self, x: Images) -> Numbers:
        """The last hidden layer, (N, 64)."""
        hidden = self._layer(x, 0).clip(min=0)
        return self._layer(hidden, 1).clip(min=0)

    def log_probabilities(self, features: Numbers) -> Numbers:
        """log p(digit | x), (N, 10)."""
        logits = self._layer(features, 2)
        shifted = logits - logits.max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

    def _layer(self, x: Images, index: int) -> Numbers:
        return np.asarray(x @ self.weights[f"{index}.weight"].T + self.weights[f"{index}.bias"])


@cache
def _judges() -> tuple[Judge, ...]:
    return tuple(Judge.read(path) for path in sorted(FOLDER.glob("*.safetensors")))


@dataclass(frozen=True)
class Crowd:
    """Mean and covariance of the features of many images."""

    mean: Numbers
    covariance: Numbers

    @classmethod
    def of(cls, features: Numbers) -> Crowd:
        return cls(features.mean(axis=0), np.cov(features, rowvar=False))

    def distance(self, other: Crowd) -> float:
        """Fréchet distance |m₁−m₂|² + tr(C₁ + C₂ − 2(C₁C₂)^½)."""
        root = _root(self.covariance)
        middle = np.linalg.eigvalsh(root @ other.covariance @ root).clip(min=0)
        spread = np.trace(self.covariance) + np.trace(other.covariance) - 2 * np.sqrt(middle).sum()
        return float(((self.mean - other.mean) ** 2).sum() + spread)


def _root(matrix: Numbers) -> Numbers:
    """The symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values.clip(min=0))) @ vectors.T)


@dataclass(frozen=True)
class Verdict:
    """What the judge saw in generated images."""

    class_score: float  # exp(H(mean p) − mean H(p)): 1 if all images are one digit or none, 10 at best
    frechet: float  # to the features of real digits
    classes: int  # digits that occur
    neighbours: float  # see `neighbours`

    def passes(self, gate: GanGate) -> bool:
        """Whether every number reaches the gate."""
        drawn = gate.neighbours is None or self.neighbours >= gate.neighbours
        return self.class_score >= gate.class_score and self.frechet <= gate.frechet and drawn


def judge_images(judge: Judge, generated: Images, real: Images) -> Verdict:
    """Scores of generated images against real ones of the data set that the judge knows."""
    features = judge.features(generated)
    log_p = judge.log_probabilities(features)
    p = np.exp(log_p)
    mean = p.mean(axis=0)
    gain = float((p * log_p).sum(axis=1).mean() - (mean * np.log(mean.clip(min=1e-300))).sum())
    shares = np.bincount(p.argmax(axis=1), minlength=10) / len(p)
    return Verdict(
        class_score=float(np.exp(gain)),
        frechet=Crowd.of(features).distance(Crowd.of(judge.features(real))),
        classes=int((shares > SHOWN).sum()),
        neighbours=neighbours(generated),
    )


def neighbours(images: Images) -> float:
    """Correlation of pixels side by side and one above the other, around the mean image; 0 if all images are alike.

    Strokes are wider than a pixel: 0.47 for MNIST at 14×14, 0.82 for the embedded digits, 0 for pixels that are drawn
    each by itself, whatever their means.
    """
    side = math.isqrt(images.shape[1])
    x = (images - images.mean(axis=0)).reshape(-1, side, side)
    pairs = ((x[:, :, 1:], x[:, :, :-1]), (x[:, 1:], x[:, :-1]))
    together = sum(float((a * b).sum()) for a, b in pairs)
    alone = sum(float((a**2).sum() + (b**2).sum()) / 2 for a, b in pairs)
    return together / alone if alone > ALIKE * len(images) else 0.0
