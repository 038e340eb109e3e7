"""Classes that pretend, or that are used for more than making objects; attributes of what is not one's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.machinery import KIND
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source, root_of

_OF_A_FUNCTION = frozenset(("forward", "backward", "setup_context", "jvp", "vjp"))
_SWITCHES = frozenset(("data", "grad", "requires_grad"))
"""Of a tensor, set by whoever prepares a layer."""


def look(source: Source, program: Program) -> Iterator[Finding]:
    for node in source.all(ast.ClassDef):
        yield from _class(source, node, program)
    for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef):
        yield from _function(source, function)
    yield from _used_as_values(source)
    yield from _attributes_set(source, program)


def _class(source: Source, node: ast.ClassDef, program: Program) -> Iterator[Finding]:
    enum = any(library.is_enum(source.dotted(base) or "") for base in node.bases)
    for base in node.bases:
        mixed = enum and isinstance(base, ast.Name) and base.id in ("int", "str")
        if not (mixed or _usual_base(source, base, program)):
            yield source.found(KIND, base, f"a class made from {ast.unparse(base)[:60]}")
    if any(keyword.arg != "total" for keyword in node.keywords):
        yield source.found(KIND, node, "a class with a metaclass or other keywords")
    for decorator in node.decorator_list:
        if not _is(source, decorator, words.ON_CLASSES):
            yield source.found(KIND, decorator, f"a class with the decorator {ast.unparse(decorator)[:60]}")
    for name, found in source.bindings.items():
        for binding in found:
            if binding.scope is not node:
                continue
            if name.startswith("__") and name.endswith("__") and name not in words.DUNDERS_DEFINED:
                yield source.found(
                    KIND, binding.node, f"class {node.name} defines {name}, a name of Python's own machinery"
                )
            elif name in words.OF_A_MODULE:
                yield source.found(KIND, binding.node, f"class {node.name} gives its own answer for {name}")
            elif "hook" in name:
                yield source.found(KIND, binding.node, f"class {node.name} defines {name}")


def _usual_base(source: Source, base: ast.expr, program: Program) -> bool:
    if isinstance(base, ast.Subscript):  # Generic[T]
        base = base.value
    if isinstance(base, ast.Name) and base.id in source.classes:
        return len(source.bindings[base.id]) == 1
    if isinstance(base, ast.Name) and base.id in words.OWN_BASES:
        return True
    dotted = source.dotted(base) or ""
    module, _, name = dotted.rpartition(".")
    if home := program.home_of(source, base):
        bindings = home[0].of_the_file[home[1]]
        return len(bindings) == 1 and isinstance(bindings[0].node, ast.ClassDef)
    return name in program.given.get(module, ()) or library.is_usual_base(dotted)


def _function(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
    inside = source.method_of(function)
    for decorator in function.decorator_list if inside is not None else ():
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        plain = isinstance(called, ast.Name) and called.id in ("staticmethod", "classmethod", "property")
        setter = isinstance(called, ast.Attribute) and called.attr in ("setter", "getter")
        if not (plain or setter or _is(source, called, words.ON_METHODS | words.CACHES)):
            yield source.found(KIND, decorator, f"a method with the decorator {ast.unparse(called)[:60]}")
    if inside is None and function.name.startswith("__"):
        yield source.found(KIND, function, f"defines {function.name}")


def _is(source: Source, decorator: ast.expr, names: frozenset[str]) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    dotted = source.dotted(called)
    return dotted is not None and library.is_one_of(dotted, names)


def _used_as_values(source: Source) -> Iterator[Finding]:
    """`Own.method(something)`: what is called self there is something else."""
    for node in source.all(ast.Name):
        made = source.classes.get(node.id)
        if made is None or not isinstance(node.ctx, ast.Load) or source.is_own(node):
            continue
        around = source.parents.get(node)
        own_function = any(library.is_function_of_autograd(source.dotted(base) or "") for base in made.bases)
        if own_function:
            usual = isinstance(around, ast.Attribute) and around.attr == "apply"
        elif isinstance(around, ast.Attribute):
            usual = _usual_of_a_class(source, made, around)
        else:
            asks = (
                isinstance(around, ast.Call)
                and isinstance(around.func, ast.Name)
                and around.func.id
                in (
                    "isinstance",
                    "issubclass",
                    "super",
                )
            )
            calls = isinstance(around, ast.Call) and around.func is node
            usual = asks or calls or isinstance(around, ast.ClassDef) or source.annotates(node)
        if not usual:
            yield source.found(KIND, node, f"uses the class {node.id} for more than making objects")
    for method in source.all(ast.FunctionDef):
        inside = source.method_of(method)
        for name in source.all(ast.Name) if inside is not None else ():
            in_class = name.id == method.name and any(parent is inside for parent in source.above(name))
            if in_class and isinstance(name.ctx, ast.Load) and source.function_of(name) is None:
                yield source.found(KIND, name, f"uses the method {method.name} as a function")


def _usual_of_a_class(source: Source, made: ast.ClassDef, attribute: ast.Attribute) -> bool:
    """A constant, a class inside the class, `Base.method(self)`, or a function of it that takes no self."""
    methods = [m for m in made.body if isinstance(m, ast.FunctionDef) and m.name == attribute.attr]
    call = source.parents.get(attribute)
    called = isinstance(call, ast.Call) and call.func is attribute
    first = call.args[0] if isinstance(call, ast.Call) and called and call.args else None
    if isinstance(first, ast.Name) and first.id == source.self_of(first):
        return True
    if methods:
        without_self = {"staticmethod", "classmethod"}
        return called and all(
            any(isinstance(d, ast.Name) and d.id in without_self for d in m.decorator_list) for m in methods
        )
    inside = {
        binding.name for name in source.bindings for binding in source.bindings[name] if binding.scope is made
    }
    return attribute.attr in inside


def _attributes_set(source: Source, program: Program) -> Iterator[Finding]:
    for node in source.all(ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            continue
        if _own(source, node, program):
            made = node.attr == "training" and program.makes_its_object(source, source.function_of(node))
            if node.attr in words.OF_A_MODULE and not made:
                yield source.found(
                    KIND, node, f"sets {ast.unparse(node)[:80]}, by which an object answers for itself"
                )
            continue
        if (source.dotted(node) or "") in words.USUAL_SETTINGS and program.on_import(
            source, source.function_of(node)
        ):
            continue
        what = "deletes" if isinstance(node.ctx, ast.Del) else "sets"
        yield source.found(KIND, node, f"{what} {ast.unparse(node)[:80]}, an attribute of something else")


def _own(source: Source, node: ast.Attribute, program: Program) -> bool:
    """Whether it is an attribute of the object whose method this is, a part of it while it is made, or a switch of a tensor."""
    if source.on_self(node):
        return True
    root = root_of(node, (ast.Attribute, ast.Subscript))
    if root is not None and root.id == source.self_of(node) and node.attr in words.SET_WHEN_MADE:
        return program.makes_its_object(source, source.function_of(node))
    if node.attr in _SWITCHES and isinstance(node.ctx, ast.Store):
        return source.dotted(node) is None
    return isinstance(node.value, ast.Name) and node.value.id == _context_of(source, node)


def _context_of(source: Source, node: ast.AST) -> str | None:
    """The name of the context in a method of a torch.autograd.Function: it is made for one call."""
    function = source.function_of(node)
    inside = source.method_of(function)
    if inside is None or not isinstance(function, ast.FunctionDef) or function.name not in _OF_A_FUNCTION:
        return None
    if not any(library.is_function_of_autograd(source.dotted(base) or "") for base in inside.bases):
        return None
    return function.args.args[0].arg if function.args.args else None
