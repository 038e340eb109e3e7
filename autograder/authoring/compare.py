"""Where two trees differ."""

import difflib
from dataclasses import dataclass
from typing import Literal

from autograder.authoring.trees import Tree

DIFF_LINES = 20
LINE_WIDTH = 160


@dataclass(frozen=True)
class Drift:
    """One file that is not what the source gives."""

    path: str
    kind: Literal["missing", "extra", "different"]
    diff: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.kind}" + (f"\n{self.diff}" if self.diff else "")


def compare(expected: Tree, actual: Tree, prefix: str = "") -> list[Drift]:
    """One Drift for every path at which `actual` is not `expected`, sorted by path; `prefix` is put before the paths."""
    drifts = []
    for name in sorted({*expected, *actual}):
        path = prefix + name
        if name not in actual:
            drifts.append(Drift(path, "missing"))
        elif name not in expected:
            drifts.append(Drift(path, "extra"))
        elif expected[name] != actual[name]:
            drifts.append(Drift(path, "different", _short_diff(expected[name], actual[name])))
    return drifts


def _short_diff(expected: bytes, actual: bytes) -> str:
    """A unified diff of two texts, cut to DIFF_LINES; empty if one of them is not text."""
    try:
        # a visible \\r: a file that differs in its line ends alone must not give a puzzling diff
        old, new = (side.decode().replace("\r", "\\r").split("\n") for side in (expected, actual))
    except UnicodeDecodeError:
        return ""
    lines = [
        line[:LINE_WIDTH] for line in difflib.unified_diff(old, new, "from source", "found", n=1, lineterm="")
    ]
    if len(lines) > DIFF_LINES:
        lines[DIFF_LINES:] = [f"… {len(lines) - DIFF_LINES} more lines"]
    return "\n".join(lines)
