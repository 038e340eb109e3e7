"""The bank of equivalents: correct code in forms that differ from the model solution, none of which may lose a mark.

Torch code, one readable function or class per form, named after it. The texts are put into submissions as they
stand, so each stands alone: nothing but `torch`, `F` (torch.nn.functional), `nn` (torch.nn), `math` and what it imports
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.engine.facts import Named


@dataclass(frozen=True)
class Equivalent:
    """A right form of one function or class of the student's API."""

    name: str
    about: Named
    run: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(*args, **kwargs)


def equivalent(about: Named) -> Callable[[Callable[..., Any]], Equivalent]:
    """Make an equivalent of a function or class; its docstring says in what it differs."""

    def make(run: Callable[..., Any]) -> Equivalent:
        return Equivalent(run.__name__, about, run)

    return make


def equivalents_of(*modules: ModuleType) -> tuple[Equivalent, ...]:
    """All equivalents that the modules define, in the order of definition."""
    return tuple(v for module in modules for v in vars(module).values() if isinstance(v, Equivalent))
