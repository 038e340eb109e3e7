"""The bank of known mistakes: torch code, one readable function per mistake, named after it.

Two uses: every bug must break a fact of its function, and a submission that equals one bug at the probe points
can be told which. The functions are also copied, text by text, into make-believe submissions, so each stands
alone: nothing but `torch`, `F` (torch.nn.functional), `nn` (torch.nn) and `math`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.assignment.mistakes import MISTAKES
from autograder.engine.facts import Named


@dataclass(frozen=True)
class Bug:
    """A mistake in one function of the student's API; calling it computes what the mistake computes."""

    name: str
    about: Named
    says: str
    sheet: str
    mistake: str | None
    run: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(*args, **kwargs)


def bug(
    about: Named, says: str, *, sheet: str, mistake: str | None = None
) -> Callable[[Callable[..., Any]], Bug]:
    """Make a bug of a function.

    `says` tells the student what their code computes, `sheet` where the formula is, `mistake` the misconception that
    bugs of other functions share (a key of `autograder.assignment.mistakes`).
    """
    if mistake is not None and mistake not in MISTAKES:
        raise KeyError(f"{mistake!r} is no mistake of autograder/assignment/mistakes.py. Add it there.")

    def make(run: Callable[..., Any]) -> Bug:
        return Bug(run.__name__, about, says, sheet, mistake, run)

    return make


def bugs_of(*modules: ModuleType) -> tuple[Bug, ...]:
    """All bugs that the modules define, in the order of definition."""
    return tuple(v for module in modules for v in vars(module).values() if isinstance(v, Bug))
