"""Code that changes what is not its own, or that remembers from one call to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules.machinery import KIND as REACHES
from autograder.sandbox.inside.reading.rules.source import Finding, Source

KIND = "remembers_calls"

CHANGING = frozenset(
    (
        *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft"),
        *("remove", "reverse", "rotate", "send", "setdefault", "sort", "subtract", "update"),
    )
)
CONSTANT_CALLS = (
    "math.",
    "torch.tensor",
    "torch.as_tensor",
    "torch.log",
    "torch.device",
    "torch.finfo",
    "numpy.",
)
COUNTERS = frozenset(("num_batches_tracked", "running_mean", "running_var"))
ONCE = frozenset(("__init__", "__post_init__"))


def look(source: Source) -> Iterator[Finding]:
    yield from _attributes_set(source)
    yield from _names_of_the_file(source)
    yield from _kept_on_self(source)


def _attributes_set(source: Source) -> Iterator[Finding]:
    for node in source.all(ast.Attribute):
        if isinstance(node.ctx, ast.Load) or _on_self(source, node):
            continue
        what = "deletes" if isinstance(node.ctx, ast.Del) else "sets"
        yield Finding(
            REACHES,
            source.name,
            node.lineno,
            f"{what} {ast.unparse(node)[:80]}, an attribute of something else",
        )


def _on_self(source: Source, node: ast.Attribute) -> bool:
    """Whether it is an attribute of the first argument of the method around it."""
    if not isinstance(node.value, ast.Name):
        return False
    function = source.function_of(node)
    if source.method_of(function) is None or isinstance(function, ast.Lambda) or function is None:
        return False
    own = {d.id for d in function.decorator_list if isinstance(d, ast.Name)}
    if "classmethod" in own or ("staticmethod" in own and not _has_a_context(source, function)):
        return False
    arguments = [*function.args.posonlyargs, *function.args.args]
    if not arguments or arguments[0].arg != node.value.id:
        return False
    # Given another value, it is another object.
    return not any(
        isinstance(name.ctx, ast.Store) and name.id == node.value.id and source.function_of(name) is function
        for name in source.all(ast.Name)
    )


def _has_a_context(source: Source, function: ast.AST) -> bool:
    """Whether it is a static method of a torch.autograd.Function: its first argument is made for this call."""
    inside = source.method_of(function)
    bases = inside.bases if inside is not None else []
    return any(source.dotted(base) == "torch.autograd.Function" for base in bases)


def _names_of_the_file(source: Source) -> Iterator[Finding]:
    for node in source.all(ast.Global, ast.Nonlocal):
        yield Finding(
            KIND, source.name, node.lineno, f"changes {', '.join(node.names)[:60]} from call to call"
        )
    for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        for default in (*function.args.defaults, *(d for d in function.args.kw_defaults if d is not None)):
            if _may_change(source, default):
                yield Finding(
                    KIND, source.name, default.lineno, "a default value that every call shares and can change"
                )
    for node in source.all(ast.Name):
        if node.id not in source.file_names or source.function_of(node) is None or source.is_own(node):
            continue
        around = source.parents.get(node)
        if (
            isinstance(around, ast.Subscript)
            and around.value is node
            and not isinstance(around.ctx, ast.Load)
        ) or (isinstance(around, ast.Attribute) and (around.attr in CHANGING or _in_place(around.attr))):
            yield Finding(KIND, source.name, node.lineno, f"changes {node.id} from call to call")
        elif (
            isinstance(around, ast.Call)
            and isinstance(around.func, ast.Name)
            and around.func.id in ("next", "iter")
        ):
            yield Finding(KIND, source.name, node.lineno, f"takes the next of {node.id} in every call")


def _may_change(source: Source, default: ast.expr) -> bool:
    if isinstance(
        default, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ):
        return True
    if not isinstance(default, ast.Call):
        return False
    return not (source.dotted(default.func) or "").startswith(CONSTANT_CALLS)


def _kept_on_self(source: Source) -> Iterator[Finding]:
    read = {node.attr for node in source.all(ast.Attribute) if isinstance(node.ctx, ast.Load)}
    for node in source.all(ast.Attribute):
        if node.attr in COUNTERS:
            yield Finding(
                KIND, source.name, node.lineno, f"uses {node.attr}, which counts or follows the calls"
            )
            continue
        function = source.function_of(node)
        if function is None or isinstance(function, ast.Lambda) or _runs_once(source, function):
            continue
        changed = isinstance(node.ctx, ast.Store) and _on_self(source, node) and node.attr in read
        if isinstance(node.ctx, ast.Load) and _rooted_in_self(source, node):
            around = source.parents.get(node)
            into = isinstance(around, ast.Subscript) and around.value is node
            changed = (into and not isinstance(around.ctx, ast.Load)) or (  # type: ignore[union-attr]
                isinstance(source.parents.get(node), ast.Call)
                and (_in_place(node.attr) or node.attr in CHANGING)
            )
        if changed:
            yield Finding(
                KIND,
                source.name,
                node.lineno,
                f"{function.name} changes {ast.unparse(node)[:60]} from call to call",
            )


def _rooted_in_self(source: Source, node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id == "self" and source.is_own(node)


def _runs_once(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it makes the object: `__init__`, or a method that `__init__` alone calls."""
    if function.name in ONCE:
        return True
    inside = source.method_of(function)
    if inside is None:
        return False
    callers = [source.function_of(node) for node in source.all(ast.Attribute) if node.attr == function.name]
    return bool(callers) and all(getattr(c, "name", "") in ONCE for c in callers)


def _in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")
