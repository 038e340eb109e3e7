"""Code that can remember from one call to the next: what lives longer than a call, and is more than a constant.

What only holds numbers may be read. Whatever could change (a container or tensor that is handed on, a generator, an object
of one's own) is named wherever a function uses it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.source import FUNCTIONS, Finding, Function, Source, root_of

KIND = "remembers_calls"

_ONCE = frozenset(("__init__", "__post_init__"))
_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
_INTO = (ast.Attribute, ast.Subscript)


def look(source: Source) -> Iterator[Finding]:
    for node in source.all(ast.Global, ast.Nonlocal):
        yield source.found(KIND, node, f"changes {', '.join(node.names)[:60]} from call to call")
    yield from _names_of_the_file(source)
    yield from _defaults(source)
    yield from _decorators(source)
    yield from _kept_on_self(source)


def _names_of_the_file(source: Source) -> Iterator[Finding]:
    lasting = {name: _kind_of(source, name) for name in source.of_the_file}
    for node in source.all(ast.Name):
        kind = lasting.get(node.id, "constant")
        if kind == "constant" or source.function_of(node) is None or source.is_own(node):
            continue
        if kind == "other" or not _only_read(source, node):
            yield source.found(KIND, node, f"uses {node.id}, which can change from call to call")


def _kind_of(source: Source, name: str) -> str:
    """constant; holds: a container, a tensor or an object that changes only from outside; other: what has a life of its own."""
    kinds = set()
    for binding in source.of_the_file[name]:
        around = source.parents.get(binding.node)
        if isinstance(binding.node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            kinds.add("constant")
        elif isinstance(around, ast.Assign) and binding.node in around.targets:
            kinds.add(_value(source, around.value))
        elif isinstance(around, ast.AnnAssign):
            kinds.add("constant" if around.value is None else _value(source, around.value))
        elif isinstance(around, ast.Tuple) and isinstance(outer := source.parents.get(around), ast.Assign):
            kinds.add(_value(source, outer.value))
        else:
            kinds.add("holds")
    return next(kind for kind in ("other", "holds", "constant") if kind in kinds)


def _value(source: Source, value: ast.expr) -> str:
    """Of what is evaluated once; see `_kind_of`."""
    if isinstance(value, ast.Constant | ast.JoinedStr | ast.Lambda):
        return "constant"
    if isinstance(value, ast.Tuple):
        kinds = {_value(source, part) for part in value.elts}
        return next(kind for kind in ("other", "holds", "constant") if kind in {*kinds, "constant"})
    if isinstance(value, ast.List | ast.Set | ast.Dict):
        parts = [*value.keys, *value.values] if isinstance(value, ast.Dict) else value.elts
        return "other" if any(p is not None and _value(source, p) == "other" for p in parts) else "holds"
    if isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp):
        return "holds"
    if isinstance(value, ast.UnaryOp):
        return _value(source, value.operand)
    if isinstance(value, ast.BinOp | ast.BoolOp | ast.IfExp | ast.Compare):
        parts = [part for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr)]
        kinds = {_value(source, part) for part in parts}
        return next(kind for kind in ("other", "holds", "constant") if kind in {*kinds, "constant"})
    if isinstance(value, ast.Subscript | ast.Starred):
        return _value(source, value.value)
    if isinstance(value, ast.Name):
        return _kind_of(source, value.id) if value.id in source.of_the_file else "constant"
    if isinstance(value, ast.Attribute):
        dotted = source.dotted(value)
        return "constant" if dotted is not None else ("constant" if root_of(value) is None else "holds")
    if isinstance(value, ast.Call):
        return _called(source, value)
    return "other"


def _called(source: Source, call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if any(_value(source, argument) == "other" for argument in arguments):
        return "other"
    dotted = source.dotted(call.func) or ""
    if isinstance(call.func, ast.Attribute) and not dotted:
        return _value(source, call.func.value)  # a method of what is a constant
    if name in words.SCALARS or dotted.startswith("math."):
        return "constant"
    return "holds" if name in words.WITHOUT_STATE else "other"


def _only_read(source: Source, node: ast.expr) -> bool:
    """Whether what is used here can neither change here nor come to where it might."""
    around = source.parents.get(node)
    if isinstance(around, ast.Subscript):
        return around.value is not node or (isinstance(around.ctx, ast.Load) and _only_read(source, around))
    if isinstance(around, ast.Attribute):
        if around.attr in words.CHANGING or _in_place(around.attr) or not isinstance(around.ctx, ast.Load):
            return False
        call = source.parents.get(around)
        return (isinstance(call, ast.Call) and call.func is around) or _only_read(source, around)
    if isinstance(around, ast.Call):
        return around.func is node or _leaves_alone(around)
    if isinstance(around, ast.keyword):
        call = source.parents.get(around)
        return around.arg != "out" and isinstance(call, ast.Call) and _leaves_alone(call)
    if isinstance(around, ast.For | ast.comprehension):
        return around.iter is node
    if isinstance(around, ast.AugAssign):
        return around.value is node
    if isinstance(around, ast.Starred):
        return True
    if isinstance(around, ast.IfExp):
        return around.test is node or _only_read(source, around)
    return isinstance(
        around, ast.BinOp | ast.UnaryOp | ast.Compare | ast.FormattedValue | ast.BoolOp | ast.Expr
    )


def _leaves_alone(call: ast.Call) -> bool:
    """Whether a function is not known, by its name, to change what it gets."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return not (
        _in_place(name)
        or name in words.CHANGES_ARGUMENTS
        or name in words.CHANGING
        or name in ("next", "iter")
    )


def _in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


def _defaults(source: Source) -> Iterator[Finding]:
    for function in source.all(*FUNCTIONS):
        arguments = function.args
        given = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(given[len(given) - len(arguments.defaults) :], arguments.defaults, strict=True)]
        pairs += [
            (a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
        ]
        for argument, default in pairs:
            kind = _value(source, default)
            used = [n for n in source.all(ast.Name) if n.id == argument.arg and _is_in(source, n, function)]
            if kind == "other" or (kind == "holds" and not all(_only_read(source, name) for name in used)):
                yield source.found(
                    KIND, default, f"the default of {argument.arg} lives on between calls and can change"
                )


def _is_in(source: Source, node: ast.AST, function: Function) -> bool:
    return any(parent is function for parent in source.above(node))


def _decorators(source: Source) -> Iterator[Finding]:
    for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef):
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            dotted = source.dotted(called)
            if dotted is not None and library.is_one_of(dotted, words.CACHES):
                yield source.found(KIND, decorator, f"keeps the results of {function.name}")
            elif isinstance(called, ast.Name) and called.id in source.functions:
                yield source.found(KIND, decorator, f"{function.name} becomes what {called.id} makes of it")


def _kept_on_self(source: Source) -> Iterator[Finding]:
    read = {node.attr for node in source.all(ast.Attribute) if isinstance(node.ctx, ast.Load)}
    for node in source.all(ast.Attribute):
        if node.attr in words.COUNTERS:
            yield source.found(KIND, node, f"uses {node.attr}, which counts or follows the calls")
            continue
        function = source.function_of(node)
        me = source.self_of(node)
        if function is None or me is None or isinstance(function, ast.Lambda) or _runs_once(source, function):
            continue
        root = root_of(node, _INTO)
        if root is None or root.id != me:
            continue
        if isinstance(node.ctx, ast.Store):
            changed = isinstance(node.value, ast.Name) and node.attr in read
        else:
            changed = _changes(source, node) or _changed_by_another_name(source, node, function)
        if changed:
            yield source.found(
                KIND, node, f"{function.name} changes {ast.unparse(node)[:60]} from call to call"
            )


def _changes(source: Source, node: ast.expr) -> bool:
    """Whether what stands here changes here: `x[0] = …`, `x.add_(1)`, `x.append(1)`, `x += 1`, `f_(x)`, `f(out=x)`."""
    around = source.parents.get(node)
    if isinstance(around, ast.Subscript) and around.value is node:
        return not isinstance(around.ctx, ast.Load) or _changes(source, around)
    if isinstance(around, ast.Attribute):
        called = isinstance(call := source.parents.get(around), ast.Call) and call.func is around
        return called and (_in_place(around.attr) or around.attr in words.CHANGING)
    if isinstance(around, ast.AugAssign):
        return around.target is node
    if isinstance(around, ast.Call) and around.func is not node:
        return not _leaves_alone(around)
    return isinstance(around, ast.keyword) and around.arg == "out"


def _changed_by_another_name(source: Source, node: ast.expr, function: Function) -> bool:
    """`s = self.seen`, and then `s.append(1)`."""
    around = source.parents.get(node)
    if not (
        isinstance(around, ast.Assign) and around.value is node and isinstance(around.targets[0], ast.Name)
    ):
        return False
    name = around.targets[0].id
    return any(
        _changes(source, other)
        for other in source.all(ast.Name)
        if other.id == name and _is_in(source, other, function)
    )


def _runs_once(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it makes the object: `__init__`, or a method that only such ones call."""
    if function.name in _ONCE:
        return True
    if source.method_of(function) is None:
        outer = source.function_of(function)
        return outer is not None and not isinstance(outer, ast.Lambda) and _runs_once(source, outer)
    callers = [source.function_of(node) for node in source.all(ast.Attribute) if node.attr == function.name]
    return bool(callers) and all(getattr(c, "name", "") in _ONCE for c in callers)
