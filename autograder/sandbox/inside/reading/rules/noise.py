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
        if dotted is None:
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


def _picks(dotted: str) -> bool:
    if library.is_one_of(dotted, words.PICKING):
        return True
    name = dotted.rpartition(".")[2]
    return dotted.startswith(("random.", "numpy.random.")) and name not in words.NORMAL_DRAWS
