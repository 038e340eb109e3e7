"""A few entries of every parameter, at places that are drawn: a cheap look at a model's weights."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

ENTRIES = 8
"""Of one parameter, or all that it has: a change of all of it is seen at once, of a few numbers by and by."""


class Place(NamedTuple):
    """Entries of one parameter: `number` of them, `stride` apart in memory, from `start` on."""

    name: str
    parameter: nn.Parameter
    shape: torch.Size
    number: int
    stride: int
    start: int

    @classmethod
    def drawn(cls, name: str, parameter: nn.Parameter, random: random.Random) -> Place:
        """The stride is drawn as well: one that divides a row would stay in a column, such as that of a pixel never inked."""
        sizes = zip(parameter.shape, parameter.stride(), strict=True)
        extent = 1 + sum((n - 1) * step for n, step in sizes) if parameter.numel() else 0
        widest = max(1, extent // ENTRIES)
        stride = random.randint(widest // 2 + 1, widest) if widest > 1 else 1
        number = min(ENTRIES, extent)
        room = extent - (number - 1) * stride
        return cls(name, parameter, parameter.shape, number, stride, random.randrange(max(1, room)))

    def entries(self, tensor: Tensor) -> Tensor:
        """Those of the parameter, or of a tensor that lies in memory as it does: a view without gradient."""
        return tensor.detach().as_strided(
            (self.number,), (self.stride,), tensor.storage_offset() + self.start
        )

    def now(self) -> Tensor:
        """The parameter's; none that can be compared if it has another shape than it had."""
        if self.parameter.shape != self.shape:
            return self.parameter.new_full((self.number,), torch.nan)
        return self.entries(self.parameter)


class Look(NamedTuple):
    """The entries at one moment, one after the other, and each parameter's version and address in memory."""

    entries: Tensor
    versions: list[int]
    addresses: list[int]


class Places:
    """One place in every parameter but those of lazy layers, which have no entries before they are called."""

    def __init__(self, named: Mapping[str, nn.Parameter], random: random.Random) -> None:
        self._places = [Place.drawn(name, p, random) for name, p in named.items() if not is_lazy(p)]
        self._parameters = [place.parameter for place in self._places]
        self._views: list[Tensor] = []
        self._addresses: list[int] = []

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places)

    def look(self) -> Look:
        """Views are kept, since to make them takes longer than to read them, until a parameter lies elsewhere."""
        addresses = [p.data_ptr() for p in self._parameters]
        if addresses != self._addresses:
            self._views, self._addresses = [place.now() for place in self._places], addresses
        entries = torch.cat(self._views) if self._views else torch.empty(0)
        return Look(entries, [p._version for p in self._parameters], addresses)

    def parts(self, entries: Tensor) -> tuple[Tensor, ...]:
        """The entries of each place."""
        parts: tuple[Tensor, ...] = torch.split(entries, [place.number for place in self])
        return parts
