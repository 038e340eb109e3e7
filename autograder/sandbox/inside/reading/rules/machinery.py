"""Code that leaves the language of the exercise for the machinery of Python: its names, attributes and texts that name them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Collection, Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.source import ONCE, Finding, Source

KIND = "reaches_into_python"
_MANGLED = re.compile(r"_[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*__[A-Za-z0-9]")


def look(source: Source) -> Iterator[Finding]:
    yield from _names(source)
    yield from _attributes(source)
    yield from _keywords(source)


def _names(source: Source) -> Iterator[Finding]:
    for bound, bindings in source.bindings.items():
        usual = not _is_dunder(bound) or (bound in words.DUNDER_NAMES and bound != "__name__")
        for binding in bindings if not usual else ():
            # What a class defines is looked at among the classes.
            if not isinstance(binding.scope, ast.ClassDef):
                yield source.found(KIND, binding.node, f"gives {bound} a value")
    for node in source.all(ast.Name, ast.Attribute, ast.FunctionDef, ast.ClassDef, ast.arg, ast.alias):
        called = next(
            (getattr(node, k) for k in ("id", "attr", "asname", "name", "arg") if getattr(node, k, None)), ""
        )
        if _MANGLED.match(called):
            yield source.found(KIND, node, f"{called[:60]}: a name that Python makes of one inside a class")
    for exported in source.all(ast.Assign):
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in exported.targets):
            for part in ast.walk(exported.value):
                if isinstance(part, ast.Constant) and str(part.value).startswith("_"):
                    yield source.found(KIND, part, f"exports {str(part.value)[:60]}")
    for name in source.all(ast.Name):
        if _is_dunder(name.id):
            if name.id not in words.DUNDER_NAMES and isinstance(name.ctx, ast.Load):
                yield source.found(KIND, name, f"uses {name.id}")
        elif source.is_own(name):
            continue
        elif name.id in words.BUILTINS:
            yield source.found(KIND, name, f"uses {name.id}")
        elif name.id in ("getattr", "hasattr"):
            yield from _by_name(source, name)
        elif name.id == "type" and not _harmless_type(source, name):
            yield source.found(KIND, name, "uses type for more than a comparison")
        elif name.id == "super" and not _harmless_super(source, name):
            yield source.found(KIND, name, "uses super for another class or object")
    for trusted in words.TRUSTED:
        for binding in source.bindings.get(trusted, ()):
            if not isinstance(binding.node, ast.arg):
                text = f"gives {trusted} another meaning: the reader cannot follow it from there"
                yield source.found(KIND, binding.node, text)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _by_name(source: Source, name: ast.Name) -> Iterator[Finding]:
    """`getattr(x, "shape")` is `x.shape`; with a name that is computed it can be anything."""
    call = source.parents.get(name)
    named = call.args[1] if isinstance(call, ast.Call) and call.func is name and len(call.args) > 1 else None
    if not (isinstance(call, ast.Call) and isinstance(named, ast.Constant) and isinstance(named.value, str)):
        yield source.found(KIND, name, f"uses {name.id} with a name that is not written out")
        return
    dotted = source.dotted(call.args[0])
    why = leads_out(named.value) or (named.value.startswith("_") and "a name that is private elsewhere")
    why = why or (library.why_not(f"{dotted}.{named.value}") if dotted else "")
    if why:
        yield source.found(KIND, name, f"{name.id} of {named.value[:60]}: {why}")


def _harmless_type(source: Source, name: ast.Name) -> bool:
    call = source.parents.get(name)
    if not (isinstance(call, ast.Call) and call.func is name and len(call.args) == 1 and not call.keywords):
        return source.annotates(name)
    around = source.parents.get(call)
    if isinstance(around, ast.Attribute):
        return around.attr == "__name__" or around.attr in source.classes or around.attr.isupper()
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Name):
        return around.func.id in ("print", "isinstance", "str", "repr")
    return isinstance(around, ast.Compare | ast.FormattedValue | ast.Assert)


def _harmless_super(source: Source, name: ast.Name) -> bool:
    """`super()`, or `super(Own, self)` inside the class Own."""
    call = source.parents.get(name)
    if not (isinstance(call, ast.Call) and call.func is name and not call.keywords):
        return False
    inside = [node.name for node in source.above(name) if isinstance(node, ast.ClassDef)]
    said = [argument.id if isinstance(argument, ast.Name) else "" for argument in call.args]
    return not said or (len(said) == 2 and said[0] in inside[:1] and said[1] == source.self_of(name))


def _attributes(source: Source) -> Iterator[Finding]:
    own = {name for name in source.bindings if name.startswith("_")}
    own |= {
        node.attr
        for node in source.all(ast.Attribute)
        if isinstance(node.ctx, ast.Store) and source.on_self(node)
    }
    own -= library.own_names_of_torch()
    for node in source.all(ast.Attribute):
        name = node.attr
        if source.dotted(node) is not None:
            continue
        if (why := leads_out(name)) and not _of_super(node, name):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: {why}")
        elif ("hook" in name and name not in source.bindings and not source.on_self(node)) or (
            "hook" in name and name.startswith(("register", "_"))
        ):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: code that runs when others do")
        elif name == "__class__" and not _of_class_name(source, node):
            yield source.found(KIND, node, "uses __class__ for more than its name")
        elif name == "__init__" and not _makes_itself(source, node):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]} of something else")
        elif name == "obj" and not source.on_self(node):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: what an exception was about")
        elif name == "format" and not _plain_format(node):
            yield source.found(
                KIND, node, "format of a text that is not written out, or that asks for attributes"
            )
        elif _is_private(name, own) and (not source.on_self(node) or name in words.OF_A_MODULE):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: a name that is private elsewhere")
    for pattern in source.all(ast.MatchClass):
        if pattern.patterns:
            yield source.found(KIND, pattern, "matches attributes by their place")
        for name in pattern.kwd_attrs:
            if name.startswith("_") or leads_out(name):
                yield source.found(KIND, pattern, f"matches the attribute {name}")


def _of_super(node: ast.Attribute, name: str) -> bool:
    """`super().__repr__()`."""
    made = (
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
    )
    return made and name in words.DUNDERS_DEFINED


def _is_private(name: str, own: Collection[str]) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in {*own, *words.PRIVATE_BUT_USUAL}


def leads_out(name: str) -> str:
    if name.startswith("__") and name.endswith("__") and name not in words.DUNDERS_USED:
        return "a name of Python's own machinery"
    return "the way to what runs outside" if name in words.LEADING_OUT else ""


def _of_class_name(source: Source, node: ast.Attribute) -> bool:
    around = source.parents.get(node)
    return isinstance(around, ast.Attribute) and around.attr == "__name__"


def _makes_itself(source: Source, node: ast.Attribute) -> bool:
    """`super().__init__()` or `Base.__init__(self)`, in a constructor."""
    function = source.function_of(node)
    if not (isinstance(function, ast.FunctionDef) and function.name in ONCE):
        return False
    if isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Name) and node.value.func.id == "super"
    call = source.parents.get(node)
    first = call.args[0] if isinstance(call, ast.Call) and call.func is node and call.args else None
    return isinstance(first, ast.Name) and first.id == source.self_of(node)


def _plain_format(node: ast.Attribute) -> bool:
    if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
        return False
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(node.value.value) if name]
    except ValueError:
        return True
    return not any("." in name or "[" in name for name in fields)


def _keywords(source: Source) -> Iterator[Finding]:
    for call in source.all(ast.Call):
        for keyword in call.keywords:
            named = keyword.arg == "module" and not (
                isinstance(call.func, ast.Name) and call.func.id in source.functions
            )
            if named or keyword.arg in ("qualname", "eval_str", "assigned", "updated"):
                yield source.found(KIND, call, f"a call with {keyword.arg}=")
