"""What leaves the language of the exercise.

The code of this exercise is written in a small part of Python: arithmetic on tensors, functions, classes of layers. To
reach into the process beside it (frames, modules, the memory behind objects), to change a library, or to bring numbers
along, code must leave that part, and whoever leaves it is named with file and line. Most of the rules are lists of what
is usual; what is on none is named, since a question too many costs a glance.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import PurePosixPath

from autograder.sandbox.inside.reading.reached import Unread
from autograder.sandbox.inside.reading.rules import changes, machinery, numbers
from autograder.sandbox.inside.reading.rules.source import Finding, Source

UNREADABLE = "unreadable_code"
WITHIN_THE_LANGUAGE = frozenset((changes.KIND, numbers.KIND))
"""Kinds of findings in code that imports nothing in a way of its own."""


def look(
    trees: Mapping[str, ast.Module | Unread | None], ours: Mapping[str, bytes], files: Mapping[str, bytes]
) -> list[Finding]:
    """What is found in the files that are read, in their order and that of their lines."""
    tops = {PurePosixPath(name).parts[0].removesuffix(".py") for name in files.keys() - ours.keys()}
    own = frozenset(tops)
    found: list[Finding] = []
    for name, tree in trees.items():
        if isinstance(tree, Unread):
            found.append(Finding(UNREADABLE, name, 1, str(tree)))
        if not isinstance(tree, ast.Module):
            continue
        source = Source(name, tree)
        seen = {*machinery.look(source, own), *changes.look(source), *numbers.look(source)}
        found += sorted(seen, key=lambda f: (f.line, f.text))
    return found
