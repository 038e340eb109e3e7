"""What leaves the language of the exercise.

The code of this exercise is written in a small part of Python: arithmetic on tensors, functions, classes of layers. To
reach into the process beside it (frames, modules, the memory behind objects), to change a library, to remember its calls
or to bring numbers along, code must leave that part, and whoever leaves it is named with file and line. Most of the rules
say what is usual; what is not is named, since a question too many costs a glance.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from autograder.sandbox.inside.reading.reached import Unread
from autograder.sandbox.inside.reading.rules import classes, data, machinery, memory
from autograder.sandbox.inside.reading.rules.source import Finding, Source

UNREADABLE = "unreadable_code"
WITHIN_THE_LANGUAGE = frozenset((memory.KIND, data.KIND, machinery.RANDOM))
"""Kinds of findings in code that imports nothing in a way of its own."""


def look(
    trees: Mapping[str, ast.Module | Unread | None],
    ours: Mapping[str, bytes],
    files: Collection[str],
    graded: Collection[str],
) -> list[Finding]:
    """What is found in the files that are read, in their order and that of their lines. `files`: all of the submission."""
    unread = [
        Finding(UNREADABLE, name, 1, str(tree)) for name, tree in trees.items() if isinstance(tree, Unread)
    ]
    sources = [Source(name, tree) for name, tree in trees.items() if isinstance(tree, ast.Module)]
    made_in = {_module(source.name): _classes_of(source) for source in sources}
    given = {_module(name): _made_by(content) for name, content in ours.items()}
    own = frozenset(files) - ours.keys()
    found = unread
    for source in sources:
        seen = {*machinery.look(source, own, given), *classes.look(source, made_in), *memory.look(source)}
        found += sorted(seen, key=lambda f: (f.line, f.text))
    return found + list(dict.fromkeys(data.look(sources)))


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _classes_of(source: Source) -> frozenset[str]:
    """Names that the file gives to a class and to nothing else."""
    return frozenset(name for name in source.classes if len(source.bindings[name]) == 1)


def _made_by(content: bytes) -> frozenset[str]:
    """The names that a file of ours makes itself."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):  # no Python
        return frozenset()
    source = Source("", tree)
    own = source.of_the_file.items()
    return frozenset(
        name for name, found in own if not any(isinstance(b.node, ast.Import | ast.ImportFrom) for b in found)
    )
