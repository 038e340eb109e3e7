"""What a value that is made once can hold: nothing that changes, something that changes only from outside, or a life of
its own."""

from __future__ import annotations

import ast
from enum import IntEnum
from typing import Any

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import FUNCTIONS, ONCE, Binding, Source, in_body, root_of


class Kind(IntEnum):
    """constant; holds: a container, a tensor or an object that changes only from outside; other: all that is not known."""

    CONSTANT = 0
    HOLDS = 1
    OTHER = 2


CONSTANT, HOLDS, OTHER = Kind


class Values:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[tuple[Source, ast.AST | None, str], Kind] = {}

    def of_name(self, source: Source, name: str) -> Kind:
        """Of a name of a file."""
        return self._of_bindings(source, None, name, source.of_the_file.get(name, []))

    def of_class_name(self, source: Source, made: ast.ClassDef, name: str) -> Kind:
        """Of a name of a class."""
        bindings = [b for b in source.bindings.get(name, ()) if b.scope is made]
        return self._of_bindings(source, made, name, bindings)

    def _of_bindings(self, source: Source, scope: ast.AST | None, name: str, bindings: list[Binding]) -> Kind:
        """A name that is met again on the way, as in `x = x + 1`, adds nothing."""
        key = (source, scope, name)
        if key not in self._found:
            self._found[key] = CONSTANT
            self._found[key] = max((self._of_binding(source, b) for b in bindings), default=CONSTANT)
        return self._found[key]

    def _of_binding(self, source: Source, binding: Binding) -> Kind:
        node, around = binding.node, source.parents.get(binding.node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.arg):
            return CONSTANT
        if isinstance(node, ast.Import | ast.ImportFrom):
            dotted = source.brought[binding.name][node]
            home = self._program.made(dotted)
            return self.of_name(*home) if home else self.of_given(dotted)
        if isinstance(around, ast.Assign) and node in around.targets:
            return self.of(source, around.value)
        if isinstance(around, ast.AnnAssign):
            return CONSTANT if around.value is None else self.of(source, around.value)
        if isinstance(around, ast.AugAssign | ast.NamedExpr):
            return self.of(source, around.value)
        if isinstance(around, ast.Tuple) and isinstance(outer := source.parents.get(around), ast.Assign):
            value = outer.value
            if isinstance(value, ast.Tuple) and len(value.elts) == len(around.elts):
                return self.of(source, value.elts[around.elts.index(node)])  # type: ignore[arg-type]
            return max(self.of(source, value), HOLDS)
        if isinstance(around, ast.For) and node is around.target:
            return self._of_element(source, around.iter)
        return OTHER

    def _of_element(self, source: Source, iterated: ast.expr) -> Kind:
        """What a loop over it gives: of what is written out, what is there."""
        if isinstance(iterated, ast.Tuple | ast.List):
            return max((self.of(source, part) for part in iterated.elts), default=CONSTANT)
        called = isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name)
        return CONSTANT if called and iterated.func.id == "range" else OTHER  # type: ignore[attr-defined]

    def _of_iterated(self, source: Source, iterated: ast.expr) -> Kind:
        """What is used up at once: `zip(a, b)` is what a and b are."""
        if isinstance(iterated, ast.Call) and getattr(iterated.func, "id", "") in words.ITERATORS:
            return self._most(source, [*iterated.args])
        return self.of(source, iterated)

    def of(self, source: Source, value: ast.AST) -> Kind:
        """Of an expression that is evaluated once."""
        if isinstance(value, ast.Constant | ast.JoinedStr | ast.Lambda):
            return CONSTANT
        if isinstance(value, ast.Compare):
            return self._most(source, [value.left, *value.comparators])
        if isinstance(value, ast.Tuple):
            return self._most(source, value.elts)
        if isinstance(value, ast.List | ast.Set):
            return max(HOLDS, self._most(source, value.elts))
        if isinstance(value, ast.Dict):
            return max(HOLDS, self._most(source, [*(k for k in value.keys if k), *value.values]))
        if isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp):
            made = [value.key, value.value] if isinstance(value, ast.DictComp) else [value.elt]
            iterated = [self._of_iterated(source, generator.iter) for generator in value.generators]
            return max(HOLDS, self._most(source, made), *iterated)
        if isinstance(value, ast.UnaryOp):
            return self.of(source, value.operand)
        if isinstance(value, ast.BinOp):
            return self._most(source, [value.left, value.right])
        if isinstance(value, ast.BoolOp):
            return self._most(source, value.values)
        if isinstance(value, ast.IfExp):
            return self._most(source, [value.body, value.orelse])
        if isinstance(value, ast.Subscript | ast.Starred | ast.NamedExpr):
            return self.of(source, value.value)
        if isinstance(value, ast.Name):
            return self._of_a_name_there(source, value)
        if isinstance(value, ast.Attribute):
            return self._of_attribute(source, value)
        if isinstance(value, ast.Call):
            return self._of_call(source, value)
        return OTHER

    def _most(self, source: Source, parts: list[Any]) -> Kind:
        return max((self.of(source, part) for part in parts), default=CONSTANT)

    def _of_a_name_there(self, source: Source, name: ast.Name) -> Kind:
        """Where it stands: in a class body or function, a value of that; else one of a file, of Python or of a library."""
        child: ast.AST = name
        for parent in source.above(name):
            inside = not isinstance(parent, FUNCTIONS) or in_body(parent, child)
            bindings = [b for b in source.bindings.get(name.id, ()) if b.scope is parent] if inside else []
            if bindings and parent is not source.tree:
                return self._of_bindings(source, parent, name.id, bindings)
            child = parent
        home = self._program.home_of(source, name)
        return self.of_name(*home) if home else CONSTANT

    def _of_attribute(self, source: Source, value: ast.Attribute) -> Kind:
        home = self._program.home_of(source, value)
        if home is not None:
            return self.of_name(*home)
        if (dotted := source.dotted(value)) is not None:
            return self.of_given(dotted)
        root = root_of(value)
        if value.attr in words.CHANGING:
            return OTHER  # a method that changes something
        home = self._program.home_of(source, value.value) if isinstance(value.value, ast.Name) else None
        made = home[0].of_the_file[home[1]][0].node if home is not None else None
        if isinstance(made, ast.ClassDef):
            return self.of_class_name(home[0], made, value.attr)  # type: ignore[index]
        if root is None:
            return self.of(source, value.value)
        return max(HOLDS, self.of(source, root))

    def _of_call(self, source: Source, call: ast.Call) -> Kind:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        dotted = source.dotted(call.func) or ""
        made = self._program.class_called(source, call)
        own = made is not None or self._program.home_of(source, call.func) is not None
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if name == "field" and library.is_one_of(dotted, words.FIELD):
            return self._of_field(source, call)
        if self._most(source, arguments) is OTHER:
            return OTHER
        if made is not None:
            return self.of_objects(*made)
        if own:
            return OTHER
        constants = self._most(source, arguments) is CONSTANT
        if isinstance(call.func, ast.Attribute) and not dotted:
            kind = self.of(source, call.func.value)
            return kind if kind is CONSTANT and constants and name in words.OF_TEXTS else max(HOLDS, kind)
        if constants and (name in words.SCALARS or dotted.startswith("math.")):
            return CONSTANT
        if name in words.SCALARS or dotted.startswith("math."):
            return CONSTANT if name in words.ALWAYS_SCALAR or dotted.startswith("math.") else HOLDS
        if name == "partial" and not constants:
            return OTHER
        learns = any(keyword.arg == "requires_grad" for keyword in call.keywords)
        return HOLDS if name in words.WITHOUT_STATE and not learns else OTHER

    def of_given(self, dotted: str) -> Kind:
        """Of a name of a file of ours, or of a library."""
        module, _, name = dotted.rpartition(".")
        if module in self._program.given and name in self._program.given.values_in(module):
            return HOLDS
        return CONSTANT

    def _of_field(self, source: Source, call: ast.Call) -> Kind:
        """Of dataclasses.field: each object gets what is made for it."""
        for keyword in call.keywords:
            if keyword.arg == "default_factory":
                plain = isinstance(keyword.value, ast.Lambda) or (
                    isinstance(keyword.value, ast.Name)
                    and keyword.value.id in ("dict", "list", "set", "tuple")
                )
                return CONSTANT if plain else OTHER
            if keyword.arg == "default":
                return self.of(source, keyword.value)
        return CONSTANT

    def of_objects(self, source: Source, made: ast.ClassDef) -> Kind:
        """Of the objects of a class: what the rules of memory say of its methods holds for them; this is what they are given."""
        key = (source, made, "")
        if key in self._found:
            return self._found[key]
        self._found[key] = HOLDS
        kinds = [HOLDS]
        for base in made.bases:
            dotted = source.dotted(base)
            home = self._program.home_of(source, base) if isinstance(base, ast.Name | ast.Attribute) else None
            inner = home[0].of_the_file[home[1]][0].node if home else None
            if isinstance(inner, ast.ClassDef):
                kinds.append(self.of_objects(home[0], inner))  # type: ignore[index]
            elif dotted is not None and not library.is_one_of(dotted, words.PLAIN_BASES):
                kinds.append(OTHER)
        for function in source.all(ast.FunctionDef):
            if source.method_of(function) is made and function.name in ONCE:
                stored = (node.value for node in ast.walk(function) if isinstance(node, ast.Assign))
                kinds += [self.of(source, value) for value in stored]
        self._found[key] = max(kinds)
        return self._found[key]
