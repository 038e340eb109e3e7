"""One file of a submission as the rules see it: its tree, who is whose parent, and what gives a name its value."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.sandbox.inside.reading.reached import module_of

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef, ast.Module)
ONCE = frozenset(("__init__", "__post_init__"))


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
    """A file that Python can read."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.module = module_of_file(name)
        self.tree = tree
        self.nodes: list[ast.AST] = [tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:  # and what is added on the way
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)
        self._scopes: dict[ast.Name, ast.AST | None] = {}
        self._functions: dict[ast.AST, Function | None] = {}
        self._dotted: dict[ast.AST, str | None] = {}

    def all(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        return (node for kind in kinds for node in self._by_kind.get(kind, ()))

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    @cached_property
    def names(self) -> dict[str, list[ast.Name]]:
        """Where each name stands."""
        found: dict[str, list[ast.Name]] = {}
        for node in self.all(ast.Name):
            found.setdefault(node.id, []).append(node)
        return found

    def found(self, kind: str, node: ast.AST, text: str) -> Finding:
        return Finding(kind, self.name, getattr(node, "lineno", 1), text)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body (not whose defaults, decorators or annotations) holds a node."""
        if node not in self._functions:
            self._functions[node] = self._found_function_of(node)
        return self._functions[node]

    def _found_function_of(self, node: ast.AST) -> Function | None:
        child = node
        for parent in self.above(node):
            if isinstance(parent, FUNCTIONS) and in_body(parent, child):
                return parent
            child = parent
        return None

    def is_in(self, node: ast.AST, outer: ast.AST) -> bool:
        return any(parent is outer for parent in self.above(node))

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

    def scope_of(self, name: ast.Name) -> ast.AST | None:
        """The function, comprehension or file that gives a name its value where it stands; None: Python itself, or a class.

        Names of a class are seen in its body alone, where Python looks in the class and then in the file.
        """
        if name not in self._scopes:
            self._scopes[name] = self._found_scope_of(name)
        return self._scopes[name]

    def _found_scope_of(self, name: ast.Name) -> ast.AST | None:
        scopes = {binding.scope for binding in self.bindings.get(name.id, ())}
        child: ast.AST = name
        for parent in self.above(name):
            if isinstance(parent, ast.ClassDef):
                if child in parent.body and parent in scopes:
                    return None
            elif isinstance(parent, FUNCTIONS):
                if not (in_body(parent, child) and parent in scopes):
                    pass
                elif (declared := self._declared.get(parent, {}).get(name.id)) is None:
                    return parent
                elif declared is ast.Global:
                    break
            elif (
                isinstance(parent, COMPREHENSIONS)
                and parent in scopes
                and not (child is parent.generators[0] and self._is_first(name, parent))
            ):
                return parent
            child = parent
        return self.tree if self.tree in scopes else None

    def _is_first(self, name: ast.Name, comprehension: Any) -> bool:
        """Whether it stands in the first iterable, which is evaluated outside."""
        first = comprehension.generators[0].iter
        return name is first or self.is_in(name, first)

    @cached_property
    def _declared(self) -> dict[ast.AST, dict[str, type[ast.AST]]]:
        """function → names that it says to be another one's."""
        found: dict[ast.AST, dict[str, type[ast.AST]]] = {}
        for node in self.all(ast.Global, ast.Nonlocal):
            function = self.function_of(node)
            if function is not None:
                found.setdefault(function, {}).update(dict.fromkeys(node.names, type(node)))
        return found

    def is_own(self, name: ast.Name) -> bool:
        """Whether a function or comprehension around it gives a name its value, and no import does, so that it is no name
        of the file, of Python or of a library."""
        scope = self.scope_of(name)
        if scope is None or scope is self.tree:
            return False
        brought = self.brought.get(name.id, {})
        return not any(b.node in brought for b in self.bindings[name.id] if b.scope is scope)

    def values_of(self, name: ast.Name) -> list[Binding]:
        """The places that give a name its value where it stands."""
        scope = self.scope_of(name)
        return [b for b in self.bindings.get(name.id, ()) if b.scope is scope]

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
            elif binding.scope is function or self.is_in(binding.scope, function):
                return None
        return name

    def on_self(self, node: ast.AST) -> bool:
        """Whether this is an attribute of the object whose method it stands in."""
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == self.self_of(node)
        )

    def file_level_class_of(self, node: ast.AST) -> ast.AST | None:
        return next((parent for parent in self.above(node) if isinstance(parent, ast.ClassDef)), None)

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        found: dict[str, list[Binding]] = {}
        for node in self.all(*_BINDING):
            for name in _names_bound_by(node):
                found.setdefault(name, []).append(Binding(name, node, self._scope_of(node)))
        return found

    def _scope_of(self, node: ast.AST) -> ast.AST:
        """Where a binding holds: what `:=` gives a name in a comprehension holds around it."""
        around = self.parents.get(node)
        beyond = COMPREHENSIONS if isinstance(around, ast.NamedExpr) and around.target is node else ()
        child = node
        for parent in self.above(node):
            outside = isinstance(parent, FUNCTIONS) and not (
                in_body(parent, child) or isinstance(node, ast.arg)
            )
            if isinstance(parent, _SCOPES) and not isinstance(parent, beyond) and not outside:
                return parent
            child = parent
        return self.tree

    @cached_property
    def of_the_file(self) -> dict[str, list[Binding]]:
        """The names of the file itself."""
        own = {
            name: [b for b in found if b.scope is self.tree or self._is_global(b)]
            for name, found in self.bindings.items()
        }
        return {name: found for name, found in own.items() if found}

    def _is_global(self, binding: Binding) -> bool:
        return self._declared.get(binding.scope, {}).get(binding.name) is ast.Global

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.all(ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
        """All functions and methods with a name."""
        found: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        for node in self.all(ast.FunctionDef, ast.AsyncFunctionDef):
            found.setdefault(node.name, []).append(node)
        return found

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
                if name == "*":
                    module = module_of(self.name, node)
                    for export in self.names.keys() & exports(module):
                        found.setdefault(export, {})[node] = f"{module}.{export}"
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
        if node not in self._dotted:
            root = root_of(node)
            known = root is not None and not self.is_own(root)
            self._dotted[node] = _dotted(node, self.imported) if known else None
        return self._dotted[node]

    def attribute(self, node: ast.Attribute) -> str:
        """Its name as Python knows it: inside a class, `__x` is `_Class__x`."""
        if node.attr.startswith("__") and not node.attr.endswith("__"):
            inside = self.file_level_class_of(node)
            if isinstance(inside, ast.ClassDef):
                return f"_{inside.name.lstrip('_')}{node.attr}"
        return node.attr


def exports(module: str) -> frozenset[str]:
    """The names that `from module import *` brings, if it is loaded."""
    found = sys.modules.get(module)
    names = getattr(found, "__all__", None) or (n for n in vars(found or object) if not n.startswith("_"))
    return frozenset(names) if found is not None else frozenset()


def module_of_file(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def root_of(node: ast.AST, through: tuple[type[ast.AST], ...] = (ast.Attribute,)) -> ast.Name | None:
    """`a` of `a.b.c`."""
    while isinstance(node, through):
        node = node.value  # type: ignore[attr-defined]
    return node if isinstance(node, ast.Name) else None


def _first_of(brought: Mapping[str, Mapping[ast.AST, str]]) -> dict[str, str]:
    return {name: next(iter(found.values())) for name, found in brought.items()}


def _dotted(node: ast.AST, imported: Mapping[str, str]) -> str | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return None
    return ".".join([imported[node.id], *reversed(names)])


_BINDING = (
    *(ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
)


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


def in_body(function: ast.AST, child: ast.AST) -> bool:
    body = function.body  # type: ignore[attr-defined]
    return child is body or (isinstance(body, list) and child in body)
