"""Code that leaves the language of the exercise for the machinery of Python: modules, frames, the insides of objects."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules.source import Finding, Source
from autograder.sandbox.inside.reading.rules.vocabulary import (
    ASKED_OF_CLASSES,
    BASES,
    BUILTINS,
    DECORATORS,
    DOORS,
    DUNDERS,
    ENTRANCES,
    FAMILIES,
    FRAMES,
    MODULES,
    OF_A_MODULE,
    OF_NUMPY,
    OF_TORCH,
    OTHER_MODULES,
    OWN_BASES,
)

KIND = "reaches_into_python"


def look(source: Source, own_modules: frozenset[str]) -> Iterator[Finding]:
    """`own_modules`: names by which the submission's files import each other."""
    for seen in (
        _imports(source, own_modules),
        _names(source),
        _attributes(source),
        _modules_as_values(source),
    ):
        yield from seen
    yield from _classes(source)
    yield from _methods_taken_from_classes(source)


def _found(source: Source, node: ast.AST, text: str) -> Finding:
    return Finding(KIND, source.name, getattr(node, "lineno", 1), text)


def _imports(source: Source, own: frozenset[str]) -> Iterator[Finding]:
    for node in source.all(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif node.level:
            names = []
        else:
            names = [node.module or ""]
        for name in names:
            if not (name in MODULES or name.startswith(FAMILIES) or name.partition(".")[0] in own):
                yield _found(source, node, f"imports {name}")
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                if alias.name == "*" and not node.level and names[0].partition(".")[0] not in (*own, "math"):
                    yield _found(source, node, f"imports everything from {node.module}")
                elif alias.name != "*" and (why := _forbidden(alias.name, dotted)):
                    yield _found(source, node, f"imports {dotted}, {why}")


def _names(source: Source) -> Iterator[Finding]:
    for name in source.all(ast.Name):
        if source.is_own(name):
            continue
        if name.id in BUILTINS:
            yield _found(source, name, f"uses {name.id}")
        elif name.id in ("getattr", "hasattr"):
            yield from _by_name(source, name)
        elif name.id == "type" and not _harmless_type(source, name):
            yield _found(source, name, "uses type for more than a comparison")


def _by_name(source: Source, name: ast.Name) -> Iterator[Finding]:
    """`getattr(x, "shape")` is `x.shape`; with a name that is computed it can be anything."""
    call = source.parents.get(name)
    named = call.args[1] if isinstance(call, ast.Call) and call.func is name and len(call.args) > 1 else None
    if not (isinstance(named, ast.Constant) and isinstance(named.value, str)):
        yield _found(source, name, f"uses {name.id} with a name that is not written out")
    elif why := _forbidden(named.value, ""):
        yield _found(source, name, f"{name.id} of {named.value}, {why}")


def _harmless_type(source: Source, name: ast.Name) -> bool:
    call = source.parents.get(name)
    if not (isinstance(call, ast.Call) and call.func is name and len(call.args) == 1 and not call.keywords):
        return _annotates(source, name)
    around = source.parents.get(call)
    named = isinstance(around, ast.Attribute) and (
        around.attr == "__name__" or _usual_of_a_class(source, around.attr)
    )
    return named or isinstance(around, ast.Compare | ast.FormattedValue)


def _attributes(source: Source) -> Iterator[Finding]:
    for node in source.all(ast.Attribute):
        if why := _forbidden(node.attr, source.dotted(node) or ""):
            yield _found(source, node, f"{ast.unparse(node)[:80]}: {why}")
        elif node.attr in OF_A_MODULE and not isinstance(node.ctx, ast.Load):
            yield _found(
                source, node, f"sets {ast.unparse(node)[:80]}, by which an object answers for itself"
            )
        elif node.attr == "__class__" and not (
            isinstance(around := source.parents.get(node), ast.Attribute) and around.attr == "__name__"
        ):
            yield _found(source, node, "uses __class__ for more than its name")
        elif node.attr.startswith("_") and not node.attr.endswith("__") and not _of_itself(source, node):
            yield _found(source, node, f"{ast.unparse(node)[:80]}: a name that is private elsewhere")
    for pattern in source.all(ast.MatchClass):
        for name in pattern.kwd_attrs:
            if name.startswith("_") or _forbidden(name, ""):
                yield _found(source, pattern, f"matches the attribute {name}")


def _forbidden(name: str, dotted: str) -> str:
    """Why nobody needs this attribute for the exercise; empty if somebody may."""
    if name.startswith("__") and name.endswith("__"):
        return "" if name in DUNDERS else "a name of Python's own machinery"
    if name in FRAMES:
        return "the way to what runs outside"
    if name in DOORS:
        return "a module that reaches everything"
    if name in ENTRANCES or "hook" in name:
        return "a way around the language of the exercise"
    root, _, rest = dotted.partition(".")
    if (root == "torch" and rest in OF_TORCH) or (root == "numpy" and rest in OF_NUMPY):
        return "a part of the library that does more than compute"
    return ""


def _of_itself(source: Source, node: ast.Attribute) -> bool:
    """Whether it is an attribute of the object whose method this is."""
    base = node.value
    if isinstance(base, ast.Call):
        return isinstance(base.func, ast.Name) and base.func.id == "super"
    if not isinstance(base, ast.Name):
        return False
    return base.id in ("self", "cls") and source.is_own(base)


def _modules_as_values(source: Source) -> Iterator[Finding]:
    """`torch.exp` is used; `torch` itself is handed on only by who wants to change it."""
    for node in source.all(ast.Name, ast.Attribute):
        dotted = source.dotted(node)
        if dotted is None or not isinstance(node.ctx, ast.Load):
            continue
        around = source.parents.get(node)
        if not (dotted in MODULES or dotted in OTHER_MODULES) or isinstance(around, ast.Attribute):
            continue
        if isinstance(node, ast.Name) and source.is_own(node):
            continue
        if not (
            isinstance(around, ast.Assign)
            and isinstance(node, ast.Attribute)
            and isinstance(around.targets[0], ast.Name)
        ):
            yield _found(source, node, f"hands on the module {dotted}")


def _classes(source: Source) -> Iterator[Finding]:
    for node in source.all(ast.ClassDef):
        for base in node.bases:
            if not _usual_base(source, base):
                yield _found(source, base, f"a class made from {ast.unparse(base)[:60]}")
        if node.keywords:
            yield _found(source, node, "a class with a metaclass or other keywords")
        for name in _defined_in(node):
            if (name.startswith("__") and name.endswith("__") and name not in DUNDERS) or name == "__class__":
                yield _found(
                    source, node, f"class {node.name} defines {name}, a name of Python's own machinery"
                )
            elif name in OF_A_MODULE:
                yield _found(source, node, f"class {node.name} gives its own answer for {name}")
            elif "hook" in name:
                yield _found(source, node, f"class {node.name} defines {name}")
    for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef):
        inside = source.method_of(function)
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if inside is not None and not _usual_decorator(source, called):
                yield _found(source, decorator, f"a method with the decorator {ast.unparse(called)[:60]}")
        if inside is None and function.name.startswith("__"):
            yield _found(source, function, f"defines {function.name}")


def _usual_base(source: Source, base: ast.expr) -> bool:
    if isinstance(base, ast.Subscript):  # Generic[T]
        base = base.value
    if isinstance(base, ast.Name) and (base.id in source.classes or base.id in OWN_BASES):
        return True
    dotted = source.dotted(base) or ""
    return (dotted.startswith(BASES) and not dotted.endswith("Parameter")) or dotted.startswith("generative.")


def _usual_decorator(source: Source, called: ast.expr) -> bool:
    name = source.dotted(called) or (called.id if isinstance(called, ast.Name) else "")
    return name in DECORATORS or (isinstance(called, ast.Attribute) and called.attr in ("setter", "getter"))


def _defined_in(node: ast.ClassDef) -> Iterator[str]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield part.name
        for name in (
            ast.walk(part) if isinstance(part, ast.Assign | ast.AnnAssign | ast.With | ast.For) else ()
        ):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                yield name.id


def _methods_taken_from_classes(source: Source) -> Iterator[Finding]:
    """`Own.method(something)`: what is called self there is something else."""
    for node in source.all(ast.Name):
        if node.id not in source.classes or not isinstance(node.ctx, ast.Load) or source.is_own(node):
            continue
        around = source.parents.get(node)
        if isinstance(around, ast.Call) and (around.func is node or _asks_of_classes(around)):
            continue
        if isinstance(around, ast.ClassDef) or _annotates(source, node):
            continue
        if isinstance(around, ast.Attribute) and _usual_of_a_class(source, around.attr):
            continue
        if isinstance(around, ast.Attribute) and _called_with_self(source, around):
            continue
        yield _found(source, node, f"uses the class {node.id} for more than making objects")
    for method in source.all(ast.FunctionDef):
        inside = source.method_of(method)
        if inside is None:
            continue
        for name in source.all(ast.Name):
            in_class = name.id == method.name and inside in source.above(name)
            if in_class and isinstance(name.ctx, ast.Load) and source.function_of(name) is None:
                yield _found(source, name, f"uses the method {method.name} as a function")


def _usual_of_a_class(source: Source, name: str) -> bool:
    """A constant, a class inside the class, or the only way to use a torch.autograd.Function."""
    return name.isupper() or name in source.classes or name == "apply"


def _called_with_self(source: Source, attribute: ast.Attribute) -> bool:
    """`Base.__init__(self)`, or a function of the class that takes no self."""
    call = source.parents.get(attribute)
    if not (isinstance(call, ast.Call) and call.func is attribute):
        return False
    if call.args and isinstance(first := call.args[0], ast.Name) and first.id == "self":
        return source.is_own(first)
    name = attribute.value.id if isinstance(attribute.value, ast.Name) else ""
    methods = [
        m for m in source.classes[name].body if isinstance(m, ast.FunctionDef) and m.name == attribute.attr
    ]
    return bool(methods) and all(
        any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in m.decorator_list) for m in methods
    )


def _asks_of_classes(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ASKED_OF_CLASSES


def _annotates(source: Source, node: ast.AST) -> bool:
    child = node
    for parent in source.above(node):
        if isinstance(parent, ast.arg | ast.AnnAssign) and parent.annotation is child:
            return True
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and parent.returns is child:
            return True
        child = parent
    return False
