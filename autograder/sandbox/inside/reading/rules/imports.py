"""What a file imports: modules and names that the exercise needs, the submission's own and the handout's."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from importlib.machinery import BuiltinImporter, PathFinder

from autograder.sandbox.inside.reading.reached import module_of
from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.machinery import KIND
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source


def look(source: Source, own: Collection[str], program: Program) -> Iterator[Finding]:
    """`own`: files of the submission."""
    yield from _imports(source, own, program)
    yield from _means_two_things(source, own)


def _imports(source: Source, own: Collection[str], program: Program) -> Iterator[Finding]:
    for node in source.all(ast.Import, ast.ImportFrom):
        for alias in node.names:
            if (alias.asname or "").startswith("__"):
                yield source.found(KIND, node, f"imports something as {alias.asname}")
            if isinstance(node, ast.Import) and not _may_be_imported(alias.name, own):
                yield source.found(KIND, node, f"imports {alias.name}")
        if isinstance(node, ast.ImportFrom):
            module = module_of(source.name, node)
            for alias in node.names:
                why = _why_not_from(module, alias.name, own, program.given)
                if why and not _is_idle(source, alias, module, program):
                    yield source.found(KIND, node, f"imports {alias.name} from {module}: {why}")


def _is_idle(source: Source, alias: ast.alias, module: str, program: Program) -> bool:
    """Whether what comes from Python's own library is used nowhere: neither here, nor by files that import this one."""
    top, name = module.partition(".")[0], alias.asname or alias.name
    if top not in sys.stdlib_module_names - {"__main__", "builtins"} or name == "*" or source.names.get(name):
        return False
    brought = (
        d for other in program.sources.values() for found in other.brought.values() for d in found.values()
    )
    return not any(f"{dotted}.".startswith(f"{source.module}.") for dotted in brought)


def _means_two_things(source: Source, own: Collection[str]) -> Iterator[Finding]:
    """Names are looked up as the first thing that they mean. The same in two places of a library is one thing."""
    for name, brought in source.brought.items():
        imported = any(isinstance(node, ast.Import | ast.ImportFrom) for node in brought)
        for binding in source.of_the_file.get(name, ()) if imported else ():
            assign = source.parents.get(binding.node)
            value = assign.value if isinstance(assign, ast.Assign) else None
            plain = isinstance(value, ast.Constant | ast.Lambda) or isinstance(binding.node, ast.FunctionDef)
            if binding.node not in brought and not plain:
                text = f"{name[:60]} is {next(iter(brought.values()))[:60]} and something else"
                yield source.found(KIND, binding.node, text)
        there = [
            dotted for dotted in brought.values() if _is_file(dotted, own) or _can_be_imported(dotted, own)
        ]
        first, *others = dict.fromkeys(there or brought.values())
        for other in others:
            if not library.are_same(first, other):
                node = next(node for node, dotted in brought.items() if dotted == other)
                yield source.found(KIND, node, f"{name[:60]} is {first[:60]} and {other[:60]}")


def _may_be_imported(module: str, own: Collection[str]) -> bool:
    """To import a module of Python does nothing; what is used of it is looked at where it is used. What is not there fails."""
    top = module.partition(".")[0]
    return (
        library.is_usual_module(module)
        or top in sys.stdlib_module_names - {"__main__"}
        or top in words.OFTEN_IMPORTED
        or _is_own(module, own)
        or not (_is_file(module, own) or is_there(top))
    )


def _can_be_imported(dotted: str, own: Collection[str]) -> bool:
    """Whether it can be there at all: `from divergence import …` fails beside `generative/divergence.py`."""
    module = dotted.rpartition(".")[0] or dotted
    return _is_file(module, own) or is_there(dotted.partition(".")[0])


def is_there(top: str) -> bool:
    found = top in sys.modules or BuiltinImporter.find_spec(top) or PathFinder.find_spec(top)
    return bool(found) or top.startswith("__")


def _is_own(module: str, own: Collection[str]) -> bool:
    """Whether Python finds a file of the submission under this name, and nothing else before it."""
    top = module.partition(".")[0]
    return _is_file(module, own) and (
        top == "generative" or not (top in sys.stdlib_module_names or is_there(top))
    )


def _is_file(module: str, own: Collection[str]) -> bool:
    path = module.replace(".", "/")
    return f"{path}.py" in own or f"{path}/__init__.py" in own or any(n.startswith(path + "/") for n in own)


def _why_not_from(module: str, name: str, own: Collection[str], ours: Mapping[str, Collection[str]]) -> str:
    if module in ours:
        return "" if name == "*" or name in ours[module] else "a name that the handout does not make there"
    if _is_own(module, own) or not (_is_file(module, own) or is_there(module.partition(".")[0])):
        return ""
    if module.partition(".")[0] in words.OFTEN_IMPORTED:
        return ""
    if name == "*":
        return "" if library.is_usual_module(module) and module in sys.modules else "everything"
    if name.startswith("_") and module != "__future__":
        return "a private name"
    if not library.is_usual_module(module):
        return f"the module {module}"
    return library.why_not(f"{module}.{name}")
