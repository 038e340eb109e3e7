"""One file of a submission as the rules see it: its tree, who is whose parent, and what gives a name its value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.sandbox.inside.reading.reached import module_of

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef, ast.Module)


@dataclass(frozen=True)
class Finding:
    """What was seen on which line; `text` goes on after "file, line n: "."""

    kind: str
    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Binding:
    """A place that gives a name its value, and the function, class, comprehension or file in which it has it."""

    name: str
    node: ast.AST
    scope: ast.AST


class Source:
    """A file that Python can read. What runs only where it is the main program does not belong to it."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = _without_main(tree)
        for node in ast.walk(self.tree):
            _read_annotations(node)
        self.nodes = list(ast.walk(self.tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def all(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        return (node for node in self.nodes if isinstance(node, kinds))

    def found(self, kind: str, node: ast.AST, text: str) -> Finding:
        return Finding(kind, self.name, getattr(node, "lineno", 1), text)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body (not whose defaults, decorators or annotations) holds a node."""
        child = node
        for parent in self.above(node):
            if isinstance(parent, FUNCTIONS) and _in_body(parent, child):
                return parent
            child = parent
        return None

    def method_of(self, function: ast.AST | None) -> ast.ClassDef | None:
        """The class of which a function is a method."""
        parent = self.parents.get(function) if function is not None else None
        return parent if isinstance(parent, ast.ClassDef) else None

    def annotates(self, node: ast.AST) -> bool:
        child = node
        for parent in self.above(node):
            if isinstance(parent, ast.arg | ast.AnnAssign) and parent.annotation is child:
                return True
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and parent.returns is child:
                return True
            child = parent
        return False

    def is_own(self, name: ast.Name) -> bool:
        """Whether a function around it certainly gives a name its value, so that it is no name of the file or of Python.

        Names of comprehensions and of classes inside a function are not: the same name beside them is another one. Nor is
        what a function imports.
        """
        function, brought = self.function_of(name), self.brought.get(name.id, {})
        while function is not None:
            if own := [b for b in self.bindings.get(name.id, ()) if b.scope is function]:
                return name.id not in self._declared(function) and not any(b.node in brought for b in own)
            function = self.function_of(function)
        return False

    def _declared(self, function: ast.AST) -> set[str]:
        """Names that a function, or one inside it, says to be another one's."""
        named = (node for node in ast.walk(function) if isinstance(node, ast.Global | ast.Nonlocal))
        return {name for node in named for name in node.names}

    def self_of(self, node: ast.AST) -> str | None:
        """The name of the object whose method this is, if it certainly still means it."""
        function, between = self.function_of(node), []
        while function is not None and self.method_of(function) is None:
            between.append(function)
            function = self.function_of(function)
        if function is None or isinstance(function, ast.Lambda):
            return None
        own = {d.id for d in function.decorator_list if isinstance(d, ast.Name)}
        arguments = [*function.args.posonlyargs, *function.args.args]
        if not arguments or own & {"staticmethod", "classmethod"}:
            return None
        name = arguments[0].arg
        for binding in self.bindings[name]:
            if isinstance(binding.node, ast.arg):
                if any(binding.scope is other for other in between):
                    return None
            elif binding.scope is function or any(parent is function for parent in self.above(binding.scope)):
                return None
        return name

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        found: dict[str, list[Binding]] = {}
        for node in self.nodes:
            for name in _names_bound_by(node):
                found.setdefault(name, []).append(Binding(name, node, self._scope_of(node)))
        return found

    def _scope_of(self, node: ast.AST) -> ast.AST:
        return next(parent for parent in self.above(node) if isinstance(parent, _SCOPES))

    @cached_property
    def of_the_file(self) -> dict[str, list[Binding]]:
        """The names of the file itself."""
        own = {name: [b for b in found if b.scope is self.tree] for name, found in self.bindings.items()}
        return {name: found for name, found in own.items() if found}

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.all(ast.ClassDef)}

    @cached_property
    def functions(self) -> frozenset[str]:
        """Names that the file gives to functions alone."""
        return frozenset(
            name
            for name, found in self.bindings.items()
            if all(isinstance(binding.node, ast.FunctionDef) for binding in found)
        )

    @cached_property
    def brought(self) -> dict[str, dict[ast.AST, str]]:
        """name in this file → what gives it the value → dotted name of what was imported; also `nn = torch.nn`."""
        found: dict[str, dict[ast.AST, str]] = {}
        for node in self.all(ast.Import, ast.ImportFrom):
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    name, dotted = alias.asname or alias.name, f"{module_of(self.name, node)}.{alias.name}"
                else:
                    name = alias.asname or alias.name.partition(".")[0]
                    dotted = alias.name if alias.asname else name
                found.setdefault(name, {})[node] = dotted
        for assign in self.all(ast.Assign):
            target, value = assign.targets[0], assign.value
            imported = _dotted(value, _first_of(found)) if isinstance(value, ast.Attribute) else None
            if isinstance(target, ast.Name) and imported is not None:
                found.setdefault(target.id, {})[target] = imported
        return found

    @cached_property
    def imported(self) -> dict[str, str]:
        """Of `brought`, the first that each name means."""
        return _first_of(self.brought)

    def dotted(self, node: ast.AST) -> str | None:
        """`torch.nn.functional` of the expression `F`, or `nn.functional`; None if it does not begin at an import."""
        root = root_of(node)
        if root is None or self.is_own(root):
            return None
        return _dotted(node, self.imported)


def root_of(node: ast.AST, through: tuple[type[ast.AST], ...] = (ast.Attribute,)) -> ast.Name | None:
    """`a` of `a.b.c`."""
    while isinstance(node, through):
        node = node.value  # type: ignore[attr-defined]
    return node if isinstance(node, ast.Name) else None


def _first_of(brought: Mapping[str, Mapping[ast.AST, str]]) -> dict[str, str]:
    return {name: next(iter(found.values())) for name, found in brought.items()}


def _dotted(node: ast.AST, imported: dict[str, str]) -> str | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return None
    return ".".join([imported[node.id], *reversed(names)])


def _names_bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a value, or takes it from."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        yield node.rest


def _in_body(function: ast.AST, child: ast.AST) -> bool:
    body = function.body  # type: ignore[attr-defined]
    return child is body or (isinstance(body, list) and child in body)


def _without_main(tree: ast.Module) -> ast.Module:
    kept = [node for node in tree.body if not _is_main(node)]
    return ast.Module(body=kept, type_ignores=[])


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and not node.orelse and ast.unparse(node.test) == "__name__ == '__main__'"


def _read_annotations(node: ast.AST) -> None:
    """Annotations that are texts, as what they say: libraries may evaluate them."""
    for place in ("annotation", "returns"):
        annotation = getattr(node, place, None)
        if isinstance(annotation, ast.expr):
            setattr(node, place, _AsSaid().visit(annotation))


class _AsSaid(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            said = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return node
        for part in ast.walk(said):
            ast.copy_location(part, node)
        return said
