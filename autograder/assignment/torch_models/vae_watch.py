"""Whether a model's weights are our optimiser's work: what one of its steps leaves is what the next one finds.

A model that learns by other means (an optimiser of its own inside `forward`, a rule of its own, weights copied in at a
late step) changes its parameters between two of our steps. So a few entries of every parameter, at places drawn anew, are
kept after each step and compared before the next one. Now and then, and in the last step, they must also move in it as Adam
moves them: a hook of the optimiser, or another function in the place of its `step`, would write there.

Student code shares this process, so code that reaches into our program can hide what it does. What is seen calls a
person and decides no mark. Buffers follow the data in many a `forward` (BatchNorm's, one number a unit); tables of numbers
that change there, or rows longer than any layer, have learnt something.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from autograder.assignment.torch_models.vae_places import Look, Places
from autograder.assignment.torch_models.vae_replay import moved_otherwise

CLOSER = 1 / 50
"""Share of steps, beside the first and the last, at which everything is looked at, and new places are drawn: it takes as
long as seven other looks."""
BLOCK = 16
"""Steps whose entries are compared together: to read a result on a GPU makes the CPU wait for all that was asked so far."""

ON_A_GPU = 1 / 4
"""Share of the other steps that are looked at there, where a look costs the CPU eight calls: a tenth of a step."""

Kind = Literal["between", "inside", "parameters", "settings", "buffers"]


@dataclass(frozen=True)
class Finding:
    """What was first seen in this step or right before it, or after the last one if `step` is beyond it.

    between: parameters that changed between two steps; inside: in a step, otherwise than by Adam; parameters: those of the
    model, or of the optimiser, are others; settings: those of the optimiser are; buffers: tables that are no parameters
    are others after the run. `names` says which.
    """

    kind: Kind
    step: int
    names: list[str]


class Watch:
    """Looks at a model in training: `before` and `after` stand around each step of its optimiser.

    Its random numbers are its own: those that student code draws stay what they are.
    """

    def __init__(
        self, model: nn.Module, optimizer: torch.optim.Adam, steps: int, seed: int, device: str
    ) -> None:
        self._model, self._optimizer, self._steps = model, optimizer, steps
        self._share = 1 if device == "cpu" else ON_A_GPU
        self._named = _named(model)
        self._optimised = [id(p) for p in self._named.values() if p.requires_grad]
        self._settings = _settings(optimizer)
        self._random = random.Random(seed)
        self._tables = {name: table.detach().clone() for name, table in _tables(model).items()}
        self._first: dict[Kind, Finding] = {}
        self._unread: list[tuple[int, Places, Tensor, Tensor]] = []
        self._looks = self._closer = True
        self._places = Places(self._named, self._random)
        self._left = self._found = self._places.look()

    def before(self, step: int) -> None:
        """Right before this step."""
        if not self._looks:
            return
        self._found = self._places.look()
        self._compare(step, self._left, self._found)
        if self._closer:
            self._compare_parameters(step)
            self._compare_settings(step)

    def after(self, step: int) -> None:
        """Right after this step."""
        if self._closer:
            self._replay(step)
            self._places = Places(self._named, self._random)
        self._closer = step + 1 >= self._steps or self._random.random() < CLOSER
        self._looks = self._closer or self._random.random() < self._share
        if self._looks:
            self._left = self._places.look()

    def findings(self, state: Mapping[str, Tensor]) -> list[Finding]:
        """The first of each kind in the whole run. `state` is what is sent away: it must be the parameters themselves."""
        end = self._steps + 1
        self.before(end)
        others = [p.name for p in self._places if not _is_of(p.parameter, state.get(p.name))]
        self._saw("between", end, others)
        tables = _tables(self._model)
        learnt = [name for name, table in tables.items() if not _is_still(table, self._tables.get(name))]
        self._saw("buffers", end, learnt)
        self._read()
        return list(self._first.values())

    def _compare(self, step: int, left: Look, found: Look) -> None:
        # Memory of its own comes with a new version, too (`flatten_parameters` of an RNN on a GPU): there values decide.
        if left.versions != found.versions:
            memory = zip(left.versions, found.versions, left.addresses, found.addresses, strict=True)
            written = [one != other and here == there for one, other, here, there in memory]
            names = [place.name for place, is_so in zip(self._places, written, strict=True) if is_so]
            self._saw("between", step, names)
        self._unread.append((step, self._places, left.entries, found.entries))
        if len(self._unread) == BLOCK:
            self._read()

    def _read(self) -> None:
        """What the entries say that were not compared yet."""
        for step, places, left, found in self._unread:
            if not _same(left, found):
                pairs = zip(places, places.parts(left), places.parts(found), strict=True)
                self._saw("between", step, [place.name for place, *pair in pairs if not _same(*pair)])
        self._unread.clear()

    def _compare_parameters(self, step: int) -> None:
        named = _named(self._model)
        others = [name for name in {**self._named, **named} if named.get(name) is not self._named.get(name)]
        self._saw("parameters", step, others)
        optimised = [id(p) for group in self._optimizer.param_groups for p in group["params"]]
        if optimised != self._optimised:
            self._saw("parameters", step, ["those of the optimiser"])

    def _compare_settings(self, step: int) -> None:
        (made,), now = self._settings, _settings(self._optimizer)
        self._saw("settings", step, [k for group in now for k in group if group[k] != made.get(k)])

    def _replay(self, step: int) -> None:
        """Whether the step that was done moved what it found as Adam does; parameters that share memory move twice."""
        (settings,), state, addresses = self._settings, self._optimizer.state, self._found.addresses
        found = zip(self._places, self._places.parts(self._found.entries), addresses, strict=True)
        names = [
            place.name
            for place, before, address in found
            if addresses.count(address) == 1
            and moved_otherwise(place, before, state.get(place.parameter, {}), settings)
        ]
        self._saw("inside", step, names)

    def _saw(self, kind: Kind, step: int, names: Sequence[str]) -> None:
        if names and (kind not in self._first or step < self._first[kind].step):
            self._first[kind] = Finding(kind, step, list(names))


def _named(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters as torch finds them, whatever methods the class has."""
    return dict(nn.Module.named_parameters(model))


def _tables(model: nn.Module) -> dict[str, Tensor]:
    """The buffers with more than one axis of more than one entry, and those longer than every axis of a parameter."""
    buffers = {name: b for name, b in nn.Module.named_buffers(model) if not is_lazy(b)}
    widest = max((n for p in _named(model).values() if not is_lazy(p) for n in p.shape), default=0)
    return {k: b for k, b in buffers.items() if sum(n > 1 for n in b.shape) > 1 or b.numel() > widest}


def _is_still(table: Tensor, before: Tensor | None) -> bool:
    return before is not None and before.shape == table.shape and _same(table, before)


def _settings(optimizer: torch.optim.Adam) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups
    ]


def _same(one: Tensor, two: Tensor) -> bool:
    """Bit for bit, so that nan is what it was."""
    return torch.equal(one.contiguous().view(torch.uint8), two.contiguous().view(torch.uint8))


def _is_of(parameter: nn.Parameter, tensor: Tensor | None) -> bool:
    return tensor is not None and tensor.data_ptr() == parameter.data_ptr()
