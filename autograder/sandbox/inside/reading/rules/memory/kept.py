"""What the rules about memory share: what a submission's names hold, and what becomes of it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

from autograder.sandbox.inside.reading.rules import words
from autograder.sandbox.inside.reading.rules.fate import Fates, in_place
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Source
from autograder.sandbox.inside.reading.rules.values import Values

KIND = "remembers_calls"
CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


class Kept:
    """Of all files of a submission. `graded`: the names that are asked for."""

    def __init__(self, program: Program, graded: Collection[str]) -> None:
        self.program, self.graded = program, graded
        self.values, self.fates = Values(program), Fates(program)
        self.reads: dict[str, list[tuple[Source, ast.AST]]] = {}  # by the attribute's name
        for source in program.sources.values():
            for name, node in _attributes_read(source):
                self.reads.setdefault(name, []).append((source, node))
        self.containers = {
            node.attr
            for source in program.sources.values()
            for node in source.all(ast.Attribute)
            if source.on_self(node)
            and isinstance(getattr(source.parents.get(node), "value", None), CONTAINERS)
        }


def _attributes_read(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.all(ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            yield source.attribute(node), node
    for node in source.all(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "hasattr" and len(node.args) == 2:
            yield str(getattr(node.args[1], "value", "")), node
    for node in source.all(ast.MatchClass):
        for name in node.kwd_attrs:
            yield name, node


def changes(method: ast.expr | None) -> bool:
    """Whether a method is one that changes what it belongs to."""
    return isinstance(method, ast.Attribute) and (method.attr in words.CHANGING or in_place(method.attr))


def is_kept(source: Source, function: ast.AST) -> bool:
    """Whether a function is more than called: it is returned, or stored somewhere."""
    if isinstance(function, ast.Lambda):
        uses: list[Any] = [function]
        around = source.parents.get(function)
        if (
            isinstance(around, ast.Assign)
            and len(around.targets) == 1
            and isinstance(around.targets[0], ast.Name)
        ):
            uses = _loads(source, around.targets[0].id)
    else:
        if source.method_of(function) is not None:
            return True
        uses = _loads(source, function.name)  # type: ignore[attr-defined]
    return any(not isinstance(source.parents.get(use), ast.Call | ast.keyword) for use in uses)


def _loads(source: Source, name: str) -> list[Any]:
    return [node for node in source.names.get(name, ()) if isinstance(node.ctx, ast.Load)]
