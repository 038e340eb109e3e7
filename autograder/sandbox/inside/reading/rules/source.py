"""One file of a submission as the rules see it: its tree, who is whose parent, and which names are whose."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef, ast.Module)


@dataclass(frozen=True)
class Finding:
    """What was seen on which line; `text` goes on after "file, line n: "."""

    kind: str
    file: str
    line: int
    text: str


class Source:
    """A file that Python can read."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.tree = name, tree
        self.nodes = list(ast.walk(self.tree))
        for node in list(self.nodes):
            self.nodes += _written_as_text(node)
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def all(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        return (node for node in self.nodes if isinstance(node, kinds))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body (not whose defaults, decorators or annotations) holds a node."""
        child = node
        for parent in self.above(node):
            if isinstance(parent, _FUNCTIONS) and _in_body(parent, child):
                return parent
            child = parent
        return None

    def method_of(self, function: ast.AST | None) -> ast.ClassDef | None:
        """The class of which a function is a method."""
        parent = self.parents.get(function) if function is not None else None
        return parent if isinstance(parent, ast.ClassDef) else None

    def is_own(self, name: ast.Name) -> bool:
        """Whether a function around it certainly gives a name its value, so that it is no name of the file or of Python.

        Names of comprehensions and of classes inside a function are not: the same name beside them is another one.
        """
        function = self.function_of(name)
        while function is not None:
            if name.id in self._bound(function):
                return True
            function = self.function_of(function)
        return False

    def _bound(self, function: Function) -> frozenset[str]:
        if function not in self._bound_in:
            self._bound_in[function] = frozenset(self._names_of(function))
        return self._bound_in[function]

    @cached_property
    def _bound_in(self) -> dict[Function, frozenset[str]]:
        return {}

    def _names_of(self, function: Function) -> Iterator[str]:
        inside = list(ast.walk(function))
        elsewhere = {
            name for node in inside if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        }
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            yield argument.arg
        yield from (a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None)
        for node in inside:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in elsewhere:
                around = next(p for p in self.above(node) if isinstance(p, _SCOPES))
                if around is function:
                    yield node.id

    @cached_property
    def file_names(self) -> frozenset[str]:
        """Names that the file itself gives a value, outside of functions and classes, but for imports and definitions."""
        return frozenset(
            node.id
            for node in self.all(ast.Name)
            if isinstance(node.ctx, ast.Store)
            and isinstance(next(p for p in self.above(node) if isinstance(p, _SCOPES)), ast.Module)
        )

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.all(ast.ClassDef)}

    @cached_property
    def imported(self) -> dict[str, str]:
        """name in this file → dotted name of what was imported; also `nn = torch.nn`."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    found[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for assign in self.all(ast.Assign):
            target, value = assign.targets[0], assign.value
            dotted = _dotted(value, found) if isinstance(value, ast.Attribute) else None
            if isinstance(target, ast.Name) and dotted is not None:
                found.setdefault(target.id, dotted)
        return found

    def dotted(self, node: ast.AST) -> str | None:
        """`torch.nn.functional` of the expression `F`, or `nn.functional`; None if it does not begin at an import."""
        return _dotted(node, self.imported)


def _dotted(node: ast.AST, imported: dict[str, str]) -> str | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return None
    return ".".join([imported[node.id], *reversed(names)])


def _in_body(function: ast.AST, child: ast.AST) -> bool:
    body = function.body  # type: ignore[attr-defined]
    return child is body or (isinstance(body, list) and child in body)


def _written_as_text(node: ast.AST) -> list[ast.AST]:
    """The nodes of annotations that are texts: some functions of libraries evaluate them."""
    annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
    if not isinstance(annotation, ast.AST):
        return []
    found: list[ast.AST] = []
    for part in ast.walk(annotation):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                inner = ast.parse(part.value, mode="eval").body
            except (SyntaxError, ValueError):
                continue
            for new in ast.walk(inner):
                new.lineno = part.lineno  # type: ignore[attr-defined]
                found.append(new)
    return found
