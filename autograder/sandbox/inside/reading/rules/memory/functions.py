"""What lives as long as a function: its defaults, its decorators, and what it finds in the function around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.fate import CHANGED, HANDED, READ
from autograder.sandbox.inside.reading.rules.memory.kept import CONTAINERS, KIND, Kept, is_kept
from autograder.sandbox.inside.reading.rules.source import FUNCTIONS, Finding, Source
from autograder.sandbox.inside.reading.rules.values import CONSTANT, OTHER


def look(source: Source, kept: Kept) -> Iterator[Finding]:
    yield from _defaults(source, kept)
    yield from _decorators(source, kept)
    yield from _around_functions(source, kept)


def _defaults(source: Source, kept: Kept) -> Iterator[Finding]:
    for function in source.all(*FUNCTIONS):
        for argument, default in _pairs(function.args):
            kind = kept.values.of(source, default)
            # What is kept while an object is made is looked at where the object uses it.
            bound = HANDED if kept.program.makes_its_object(source, function) else READ
            changed = kind is not CONSTANT and kept.fates.of_parameter(source, argument, function) > bound
            if kind is OTHER or changed:
                text = f"the default of {argument} lives on between calls and can change"
                yield source.found(KIND, default, text)


def _pairs(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Names of arguments and their defaults."""
    given = [*arguments.posonlyargs, *arguments.args]
    with_default = given[len(given) - len(arguments.defaults) :]
    yield from ((a.arg, d) for a, d in zip(with_default, arguments.defaults, strict=True))
    yield from (
        (a.arg, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    )


def _decorators(source: Source, kept: Kept) -> Iterator[Finding]:
    for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef):
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            dotted = source.dotted(called)
            if dotted is not None and library.is_one_of(dotted, words.CACHES):
                yield source.found(KIND, decorator, f"keeps the results of {function.name}")
            elif dotted is not None and library.is_one_of(dotted, words.ON_METHODS):
                continue
            elif not _only_wraps(source, called, kept) and not _is_plain(called):
                text = f"{function.name} is wrapped by {ast.unparse(called)[:60]}: does the wrapper keep or change results?"
                yield source.found(KIND, decorator, text)


def _is_plain(decorator: ast.expr) -> bool:
    """property and the like, and the setter of one."""
    if isinstance(decorator, ast.Attribute):
        return decorator.attr in ("setter", "getter")
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod", "property")


def _only_wraps(source: Source, called: ast.expr, kept: Kept) -> bool:
    """Whether it is a function that makes another one around what it gets, and holds nothing beside that."""
    home = kept.program.home_of(source, called)
    bindings = home[0].of_the_file[home[1]] if home is not None else []
    made = bindings[0].node if len(bindings) == 1 else None
    return isinstance(made, ast.FunctionDef) and _makes_a_function(made)


def _makes_a_function(function: ast.FunctionDef) -> bool:
    body = [n for n in function.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    if len(body) != 2 or not isinstance(body[0], ast.FunctionDef) or not isinstance(body[1], ast.Return):
        return False
    returned, inner = body[1].value, body[0]
    simple = not (function.args.defaults or any(function.args.kw_defaults) or inner.args.defaults)
    if not (simple and isinstance(returned, ast.Name) and returned.id == inner.name):
        return False
    deeper = any(isinstance(n, ast.FunctionDef) for n in inner.body)
    return _makes_a_function(inner) if deeper else not any(inner.args.kw_defaults)


def _around_functions(source: Source, kept: Kept) -> Iterator[Finding]:
    """What a function that is kept finds in the function around it."""
    for node in source.all(ast.Name, ast.Nonlocal):
        inner = source.function_of(node)
        if isinstance(node, ast.Nonlocal):
            if inner is not None and is_kept(source, inner):
                yield source.found(KIND, node, f"changes {', '.join(node.names)[:60]} from call to call")
            continue
        scope = source.scope_of(node) if inner is not None else None
        if scope is inner or not isinstance(scope, FUNCTIONS):
            continue
        between = [f for f in source.above(node) if isinstance(f, FUNCTIONS) and source.is_in(f, scope)]
        if not any(is_kept(source, function) for function in between):
            continue
        around = source.parents.get(node)
        changes = isinstance(node.ctx, ast.Load) or isinstance(around, ast.AugAssign)
        fate = kept.fates.of(source, node) if changes else READ
        if fate is CHANGED or (fate is HANDED and _holds_a_container(source, node)):
            yield source.found(
                KIND, node, f"changes {node.id}, which lives as long as the function that uses it"
            )


def _holds_a_container(source: Source, name: ast.Name) -> bool:
    assigned = (source.parents.get(binding.node) for binding in source.values_of(name))
    return any(isinstance(getattr(assign, "value", None), CONTAINERS) for assign in assigned)
