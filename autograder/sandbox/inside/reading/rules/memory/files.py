"""What files and classes hold, and settings of libraries: one for all calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import words
from autograder.sandbox.inside.reading.rules.fate import CHANGED, HANDED, READ
from autograder.sandbox.inside.reading.rules.memory.kept import KIND, Kept
from autograder.sandbox.inside.reading.rules.source import Finding, Source, root_of
from autograder.sandbox.inside.reading.rules.values import CONSTANT, OTHER


def look(source: Source, kept: Kept) -> Iterator[Finding]:
    yield from _names_of_files(source, kept)
    yield from _graded_values(source, kept)
    yield from _names_of_classes(source, kept)
    yield from _settings(source, kept)


def _names_of_files(source: Source, kept: Kept) -> Iterator[Finding]:
    for node in source.all(ast.Global):
        yield source.found(KIND, node, f"changes {', '.join(node.names)[:60]} from call to call")
    for node in source.all(ast.Name, ast.Attribute):
        if isinstance(node, ast.Name) and source.is_own(node):
            continue
        function = source.function_of(node)
        if not isinstance(node.ctx, ast.Load) or kept.program.on_import(source, function):
            continue
        # What a constructor keeps of them is looked at where the object uses it.
        bound = HANDED if kept.program.makes_its_object(source, function) else READ
        home, dotted = kept.program.home_of(source, node), source.dotted(node)
        kind = kept.values.of_name(*home) if home is not None else CONSTANT
        if home is None and dotted is not None:
            kind = kept.values.of_given(dotted)
        if kind is OTHER or (kind is not CONSTANT and kept.fates.of(source, node) > bound):
            text = f"uses {ast.unparse(node)[:60]}, made once for all calls: can it hold something from an earlier one?"
            yield source.found(KIND, node, text)


def _graded_values(source: Source, kept: Kept) -> Iterator[Finding]:
    for name in kept.graded & source.of_the_file.keys():
        if kept.values.of_name(source, name) is OTHER:
            node = source.of_the_file[name][-1].node
            yield source.found(
                KIND, node, f"{name} is made by other code, which can keep something for later calls"
            )


def _names_of_classes(source: Source, kept: Kept) -> Iterator[Finding]:
    for made in source.all(ast.ClassDef):
        for name, bindings in source.bindings.items():
            values = [
                b.node
                for b in bindings
                if b.scope is made and not isinstance(b.node, ast.FunctionDef | ast.ClassDef)
            ]
            kind = kept.values.of_class_name(source, made, name) if values else CONSTANT
            if kind is OTHER:
                text = f"{made.name}.{name} is made once for all objects and calls: can it hold something from an earlier one?"
                yield source.found(KIND, values[0], text)
            elif kind is not CONSTANT:
                hidden = f"_{made.name.lstrip('_')}{name}"  # as Python calls `__name` inside the class
                for place, node in (*kept.reads.get(name, ()), *kept.reads.get(hidden, ())):
                    if isinstance(node, ast.Attribute) and kept.fates.of(place, node) is CHANGED:
                        yield place.found(
                            KIND, node, f"changes {made.name}.{name}, one for all objects and calls"
                        )


def _settings(source: Source, kept: Kept) -> Iterator[Finding]:
    """What libraries hold for everybody, changed where something is asked."""
    for node in source.all(ast.Name, ast.Attribute):
        around = source.parents.get(node)
        if isinstance(around, ast.Attribute) or kept.program.on_import(source, source.function_of(node)):
            continue
        dotted = source.dotted(node)
        if dotted is None or root_of(node) is None:
            continue
        name = dotted.rpartition(".")[2]
        if dotted.startswith(("time.", "datetime.")):
            yield source.found(
                KIND, node, f"asks for {ast.unparse(node)[:60]}: is it another function later?"
            )
        elif dotted.startswith(("matplotlib.", "torch.nn.utils.prune", "torch.nn.utils.parametrize.")):
            yield source.found(KIND, node, f"{ast.unparse(node)[:60]} leaves something for later calls")
        elif (name.startswith("set_") and name != "set_grad_enabled") or name in words.SETTINGS:
            yield source.found(KIND, node, f"{ast.unparse(node)[:60]} sets what every later call finds")
    for name in source.all(ast.Name):
        call = source.parents.get(name)
        as_value = not (isinstance(call, ast.Call) and call.func is name)
        if name.id == "next" and as_value and isinstance(name.ctx, ast.Load) and not source.is_own(name):
            yield source.found(
                KIND, name, "hands on next, which takes something from an iterator in every call"
            )
