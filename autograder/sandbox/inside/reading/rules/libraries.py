"""What is used of a library: looked up in it, from its beginning to its end."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.imports import is_there
from autograder.sandbox.inside.reading.rules.machinery import KIND, leads_out
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source, root_of


def look(source: Source, program: Program) -> Iterator[Finding]:
    yield from _used(source, program)
    yield from _changed(source, program)


def _used(source: Source, program: Program) -> Iterator[Finding]:
    """Whatever begins at an import is looked up in the library, from its beginning to its end."""
    for node in source.all(ast.Name, ast.Attribute):
        around = source.parents.get(node)
        if isinstance(around, ast.Attribute) and around.value is node:
            continue
        dotted = source.dotted(node)
        if dotted is None or (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)):
            continue
        if _is_a_usual_setting(source, node, dotted, program) or _is_only_asked(source, node, dotted):
            continue
        top = dotted.partition(".")[0]
        if library.lookup(dotted) and top != "generative":
            why = _why_not(dotted) or _why_not_here(source, node, dotted)
        elif library.is_usual_module(dotted) or library.is_usual_module(dotted.rpartition(".")[0]):
            why = library.why_not(dotted) or _why_not_of_a_file(node)
        elif (
            top == "generative"
            or program.sources.get(top)
            or not (top in sys.stdlib_module_names or is_there(top))
        ):
            why = _why_not_of_a_file(node)
        else:
            why = f"the module {top}"
        if why:
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: {why}")


def _is_only_asked(source: Source, node: ast.AST, dotted: str) -> bool:
    """`isinstance(x, np.ndarray)`, `x: np.ndarray`."""
    if not library.is_one_of(dotted, words.ONLY_ASKED):
        return False
    around = source.parents.get(node)
    if isinstance(around, ast.Tuple):
        around = source.parents.get(around)
    asked = isinstance(around, ast.Call) and getattr(around.func, "id", "") == "isinstance"
    return asked or source.annotates(node)


def _is_a_usual_setting(source: Source, node: ast.AST, dotted: str, program: Program) -> bool:
    """`torch.backends.cudnn.benchmark = True` or `os.environ["…"] = "…"`, on import."""
    around = source.parents.get(node)
    stored = isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store)
    usual = dotted in words.USUAL_SETTINGS or (dotted == "os.environ" and stored)
    return usual and program.on_import(source, source.function_of(node))


def _why_not(dotted: str) -> str:
    for name in dotted.split(".")[1:]:
        if name.startswith("_") and name not in words.DUNDERS_USED:
            return "a name that is private elsewhere"
    return library.why_not(dotted)


def _why_not_here(source: Source, node: ast.expr, dotted: str) -> str:
    around = source.parents.get(node)
    if library.is_module(dotted):
        alias = isinstance(around, ast.Assign) and isinstance(node, ast.Attribute)
        return "" if alias and _to_a_name(around) else "hands on the module, and so everything in it"
    if library.is_one_of(dotted, words.DECORATING) and not _decorates(source, node):
        return "not as a decorator"
    return ""


def _to_a_name(assign: ast.AST | None) -> bool:
    targets = assign.targets if isinstance(assign, ast.Assign) else []
    return len(targets) == 1 and isinstance(targets[0], ast.Name)


def _why_not_of_a_file(node: ast.expr) -> str:
    """Of a file of the submission, or of a library that is not there: by its words alone."""
    while isinstance(node, ast.Attribute):
        if node.attr.startswith("_") or leads_out(node.attr):
            return "a name that is private elsewhere"
        node = node.value
    return ""


def _decorates(source: Source, node: ast.expr) -> bool:
    """`@wraps(f)` or `@dataclass(frozen=True)`, and nothing else that a library does to a function or class."""
    call = source.parents.get(node)
    if isinstance(call, ast.Call) and call.func is node:
        if (
            any(keyword.arg in (None, "assigned", "updated") for keyword in call.keywords)
            or len(call.args) > 1
        ):
            return False
        node, call = call, source.parents.get(call)
    return node in getattr(call, "decorator_list", ())


def _changed(source: Source, program: Program) -> Iterator[Finding]:
    for node in source.all(ast.Attribute, ast.Subscript):
        base = node.value if isinstance(node, ast.Subscript) else None
        if base is None or isinstance(node.ctx, ast.Load):
            continue
        dotted = source.dotted(base)
        if dotted is not None and not _is_a_usual_setting(source, base, dotted, program):
            yield source.found(KIND, node, f"changes {ast.unparse(base)[:60]}, which is everybody's")
    for call in source.all(ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in words.CHANGING:
            continue
        dotted = source.dotted(call.func.value)
        if dotted is not None and not library.is_module(dotted) and root_of(call.func) is not None:
            yield source.found(
                KIND, call, f"changes {ast.unparse(call.func.value)[:60]}, which is everybody's"
            )
