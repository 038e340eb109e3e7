"""Random numbers that a function makes otherwise than by asking torch for normal ones: from a few seeds, tables or picks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source

KIND = "draws_in_its_own_way"


def look(source: Source, program: Program) -> Iterator[Finding]:
    for node in source.all(ast.Name, ast.Attribute):
        around = source.parents.get(node)
        if isinstance(around, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        dotted, once = source.dotted(node), program.on_import(source, source.function_of(node))
        what = ast.unparse(node)[:60]
        if (dotted or f".{getattr(node, 'attr', '')}").rpartition(".")[2] in words.UNFILLED:
            if not (
                _is_filled(source, around)
                or program.makes_its_object(source, source.function_of(node))
                or once
            ):
                yield source.found(KIND, node, f"{what} holds what was in memory before: is it filled?")
        elif dotted is None:
            if isinstance(node, ast.Attribute) and node.attr in words.PICKING_IN_PLACE and not once:
                yield source.found(KIND, node, f"{what} picks at random: is the noise made from few numbers?")
        elif library.is_one_of(dotted, words.SEEDING):
            if not once:
                yield source.found(
                    KIND, node, f"{what} sets the seed where something is asked: does noise come again?"
                )
        elif library.is_one_of(dotted, words.RANDOM):
            yield source.found(KIND, node, f"{what}: random numbers that can be made to come again")
        elif not once and _picks(dotted):
            yield source.found(KIND, node, f"{what} picks at random: is the noise made from few numbers?")
    yield from _where_nothing_is_random(source, program)


def _where_nothing_is_random(source: Source, program: Program) -> Iterator[Finding]:
    """Draws in a graded function whose result is one number for one argument."""
    for function in source.tree.body:
        if (
            not isinstance(function, ast.FunctionDef)
            or function.name not in words.NOT_RANDOM & program.graded
        ):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _name(node.func) in words.DRAWING:
                yield source.found(
                    KIND,
                    node,
                    f"{function.name} draws {ast.unparse(node.func)[:60]}: nothing is random there",
                )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_filled(source: Source, call: ast.AST | None) -> bool:
    """`torch.empty(n).normal_()`."""
    method = source.parents.get(call) if call is not None else None
    while isinstance(method, ast.Attribute) and method.attr in words.ALIASING:
        method = source.parents.get(source.parents[method])
    if isinstance(method, ast.Assign) and isinstance(method.targets[0], ast.Name):
        return _is_first_written(source, method.targets[0])
    return isinstance(method, ast.Attribute) and method.attr in words.FILLING


def _is_first_written(source: Source, name: ast.Name) -> bool:
    """`out = torch.empty(n)`, and then `out[0] = …` before anything else."""
    uses = [node for node in source.names[name.id] if node is not name and node.lineno >= name.lineno]
    first = min(uses, key=lambda node: (node.lineno, node.col_offset), default=None)
    entry = source.parents.get(first) if first is not None else None
    return isinstance(entry, ast.Subscript) and entry.value is first and isinstance(entry.ctx, ast.Store)


def _picks(dotted: str) -> bool:
    if library.is_one_of(dotted, words.PICKING):
        return True
    name = dotted.rpartition(".")[2]
    return dotted.startswith(("random.", "numpy.random.")) and name not in words.NORMAL_DRAWS
