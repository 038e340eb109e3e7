"""What decides what the facts of a function say of a text: while it is the same, nothing is asked again.

That is the engine and the sandbox, the programs that answer for the banks, and the code that the facts consist of: their
own definitions and whatever these name within the assignment. So a fact that changes stales its own function, not all.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.engine.facts import Fact
from autograder.spec.hashes import PACKAGE, wall_digest

_WITHIN = "autograder.assignment"
_ANSWERS = (f"{_WITHIN}.bugs.program", f"{_WITHIN}.equivalents.program", "autograder.diagnosis.known_code")
Place = tuple[str, str]  # a module and a name at its top level; the empty name: all of the module


@dataclass(frozen=True)
class _Module:
    """The top level of a module: the definition of each name, and where names that it imports are defined."""

    defines: Mapping[str, tuple[ast.stmt, ...]]
    imports: Mapping[str, Place]


def asked_sha256(facts: Collection[Fact]) -> str:
    """SHA-256 over everything that takes part in what these facts say, but for comments, docstrings and layout."""
    starts = [(fact.run.__module__, fact.run.__name__) for fact in facts]
    reached: dict[Place, str] = {}
    for start in [*starts, *((module, "") for module in _ANSWERS)]:
        _reach(start, reached)
    content = [wall_digest(), *map(str, starts), *(f"{place} {reached[place]}" for place in sorted(reached))]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def _reach(place: Place, reached: dict[Place, str]) -> None:
    """Add the code at a place and at every place that it names."""
    if place in reached:
        return
    name, module = place[1], _module(place[0])
    if name in module.imports:  # handed on from where it is defined
        _reach(module.imports[name], reached)
        return
    # A name that a module makes in another way than by a definition may depend on all of the module.
    known = bool(name) and name in module.defines
    nodes = module.defines[name] if known else [n for nodes in module.defines.values() for n in nodes]
    reached[place] = "\n".join(ast.unparse(node) for node in nodes)
    for other in {named for node in nodes for named in _named(node, place[0], module)}:
        _reach(other, reached)


def _named(node: ast.stmt, name: str, module: _Module) -> Iterator[Place]:
    """The places within the assignment that a statement names."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(value=ast.Name(id=alias), attr=attribute) if place := module.imports.get(
                alias
            ):
                yield (place[0], attribute) if not place[1] else place
            case ast.Name(id=own) if own in module.defines:
                yield name, own
            case ast.Name(id=imported) if (place := module.imports.get(imported)) and place[1]:
                yield place


@cache
def _module(name: str) -> _Module:
    defines: dict[str, tuple[ast.stmt, ...]] = {}
    imports: dict[str, Place] = {}
    for node in _without_docstrings(ast.parse(_path(name).read_bytes())).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_WITHIN):
            imports |= {a.asname or a.name: _imported(str(node.module), a.name) for a in node.names}
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            for defined in _defined(node):
                defines[defined] = (*defines.get(defined, ()), node)
    return _Module(defines, imports)


def _without_docstrings(module: ast.Module) -> ast.Module:
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return module


def _imported(module: str, name: str) -> Place:
    inner = f"{module}.{name}"
    return (inner, "") if _path(inner).is_file() else (module, name)


def _path(module: str) -> Path:
    """Where the text of a module is; it need not be loaded."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            yield ""  # belongs to the module as a whole
