"""What a dotted name of a library stands for, looked up in the library itself, and whether the exercise needs it."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import Any

from torch import nn
from torch.autograd import Function
from torch.distributions import Distribution
from torch.utils.data import Dataset

from autograder.sandbox.inside.reading.rules import words

_MISSING = object()
_BASES: tuple[type, ...] = (nn.Module, Function, Distribution, Dataset)
_HOMES = {name.partition(".")[0] for name in words.MODULES} | {
    *(
        "builtins",
        "_operator",
        "_io",
        "_functools",
        "_warnings",
        "_abc",
        "_collections",
        "_random",
        "_statistics",
    )
}


@cache
def lookup(dotted: str) -> tuple[Any, ...]:
    """Everything on the way to it, from the first module on; empty if nothing of it is loaded."""
    parts = dotted.split(".")
    passed: list[Any] = []
    for depth, name in enumerate(parts, start=1):
        found: Any = getattr(passed[-1], name, _MISSING) if passed else _MISSING
        if found is _MISSING:  # a module that its package does not name, or the first
            found = sys.modules.get(".".join(parts[:depth]), _MISSING)
        if found is _MISSING:
            break
        passed.append(found)
    return tuple(passed)


@cache
def why_not(dotted: str) -> str:
    """Why nobody needs this for the exercise; empty if somebody may."""
    if dotted in words.REACHING:
        return "it reads or writes files, or reaches other code and memory"
    for found in lookup(dotted):
        if isinstance(found, ModuleType):
            if not is_usual_module(found.__name__):
                return f"the module {found.__name__}"
        elif id(found) in _identities(words.REACHING):
            return "it reads or writes files, or reaches other code and memory"
        elif isinstance(found, list | dict | set):
            return "a container that belongs to a library"
        elif "hook" in dotted.rpartition(".")[2]:
            return "code that runs when others do"
        elif _is_of_torchs_core(found):
            return "a part of torch's own machinery"
        elif callable(found) and (home := _home(found)) not in _HOMES:
            return f"a part of {home}"
    return ""


def _is_of_torchs_core(found: Any) -> bool:
    # Random numbers of one's own have a rule of their own.
    return (
        isinstance(found, type)
        and str(found.__module__).startswith("torch._C")
        and found.__name__ != "Generator"
    )


def _home(found: Any) -> str:
    return str(getattr(found, "__module__", None) or "torch").partition(".")[0]


def is_usual_module(name: str) -> bool:
    return name in words.MODULES or name.startswith(words.FAMILIES)


def is_module(dotted: str) -> bool:
    """Whether it is a module itself; of one that is not loaded, whether it is named as one."""
    passed = lookup(dotted)
    complete = len(passed) == dotted.count(".") + 1
    return isinstance(passed[-1], ModuleType) if complete else dotted in words.MODULES


def are_same(one: str, other: str) -> bool:
    """Whether both mean the same object; of what is not loaded, whether it goes by the same name in the same library."""
    passed = lookup(one), lookup(other)
    if all(len(found) == dotted.count(".") + 1 for found, dotted in zip(passed, (one, other), strict=True)):
        return passed[0][-1] is passed[1][-1]
    return one.partition(".")[0] == other.partition(".")[0] and one.split(".")[-1] == other.split(".")[-1]


@cache
def is_one_of(dotted: str, names: frozenset[str]) -> bool:
    """Whether it is the same as one of these, whatever it is called here."""
    passed = lookup(dotted)
    if len(passed) != dotted.count(".") + 1:
        return dotted in names
    return dotted in names or (
        id(passed[-1]) in _identities(names) and not isinstance(passed[-1], ModuleType)
    )


def is_usual_base(dotted: str) -> bool:
    """Whether classes of the exercise are made from it."""
    import abc
    import enum
    import typing

    passed = lookup(dotted)
    if len(passed) != dotted.count(".") + 1:
        return False
    found = passed[-1]
    if found in (abc.ABC, typing.Generic, typing.Protocol, typing.NamedTuple, typing.TypedDict):
        return True
    if not isinstance(found, type) or id(found) in _identities(words.REACHING):
        return False
    return issubclass(found, (*_BASES, enum.Enum)) and not issubclass(
        found, nn.ParameterDict | nn.ParameterList
    )


def is_class(dotted: str) -> bool:
    passed = lookup(dotted)
    return len(passed) == dotted.count(".") + 1 and isinstance(passed[-1], type)


def inputs(dotted: str) -> int:
    """How many arguments a function of NumPy reads, before those in which it writes."""
    import numpy as np

    passed = lookup(dotted)
    return passed[-1].nin if passed and isinstance(passed[-1], np.ufunc) else 2


def is_enum(dotted: str) -> bool:
    import enum

    passed = lookup(dotted)
    return bool(passed) and isinstance(passed[-1], type) and issubclass(passed[-1], enum.Enum)


def is_function_of_autograd(dotted: str) -> bool:
    return bool(passed := lookup(dotted)) and passed[-1] is Function


@cache
def _identities(names: frozenset[str]) -> dict[int, Any]:
    """By id; the objects are kept, so that no other one gets their number."""
    found = {name: lookup(name) for name in names}
    complete = (passed[-1] for name, passed in found.items() if len(passed) == name.count(".") + 1)
    return {id(value): value for value in complete}


@cache
def own_names_of_torch() -> frozenset[str]:
    """Private attributes of tensors and models: no name of a submission's own."""
    import torch

    tensor, model = torch.zeros(1), nn.Linear(1, 1)
    return frozenset({*dir(torch.Tensor), *dir(tensor), *dir(nn.Linear), *vars(model), *dir(type)})
