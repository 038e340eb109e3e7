"""What a training sandbox says of changes to the weights beside our optimiser's, believed in nothing but form."""

from dataclasses import dataclass
from typing import Any

from autograder.sandbox.output import one_line

KINDS = ("between", "inside", "parameters", "settings", "buffers")
NAMES = 3  # that a person reads of one finding
NAME = 80  # characters


@dataclass(frozen=True)
class Finding:
    """As in torch_models/vae_watch.py; the names are cleaned and cut, `more` were left out."""

    kind: str
    step: int
    names: tuple[str, ...]
    more: int


def findings_in(told: Any, steps: int) -> tuple[Finding, ...]:
    """The first of each kind; what has another form than those of our program is passed over."""
    found: dict[str, Finding] = {}
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict):
            continue
        kind, step, names = (one.get(key) for key in ("kind", "step", "names"))
        if kind not in KINDS or kind in found or type(step) is not int or not 1 <= step <= steps + 1:
            continue
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            continue
        kept = tuple(one_line(name[: 2 * NAME], NAME) for name in names[:NAMES])
        found[kind] = Finding(kind, step, kept, len(names) - len(kept))
    return tuple(found.values())
