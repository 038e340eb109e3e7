"""The losses of a run, as they come from the device."""

import math

import torch
from torch import Tensor

from autograder.assignment.torch_models.unusable import NotFinite

BLOCK = 16
"""Losses that are left on a GPU before they are read: to read one makes the CPU wait for all that was asked so far."""


class Curve:
    """One number per step, in order. On the CPU each is read as it comes."""

    def __init__(self, device: str) -> None:
        self._values: list[float] = []
        self._unread: list[Tensor] = []
        self._block = 1 if device == "cpu" else BLOCK

    def add(self, loss: Tensor) -> None:
        """The loss of the next step. Raises `NotFinite` for this one or one of those unread before it."""
        self._unread.append(loss.detach())
        if len(self._unread) == self._block:
            self.values()

    def values(self) -> list[float]:
        """All losses so far. Raises `NotFinite`."""
        for value in torch.stack(self._unread).tolist() if self._unread else ():
            self._values.append(value)
            if not math.isfinite(value):
                raise NotFinite(len(self._values), value)
        self._unread.clear()
        return self._values
