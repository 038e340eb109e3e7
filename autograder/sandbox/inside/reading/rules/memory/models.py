"""What an object keeps from one call of its methods to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from autograder.sandbox.inside.reading.rules import words
from autograder.sandbox.inside.reading.rules.fate import CHANGED, HANDED, READ, is_static
from autograder.sandbox.inside.reading.rules.memory.kept import KIND, Kept, changes, is_kept
from autograder.sandbox.inside.reading.rules.source import Finding, Function, Source


def look(source: Source, kept: Kept) -> Iterator[Finding]:
    yield from _kept_on_self(source, kept)
    yield from _handed_on_self(source, kept)


def _kept_on_self(source: Source, kept: Kept) -> Iterator[Finding]:
    for node in source.all(ast.Attribute):
        if node.attr in words.COUNTERS:
            yield source.found(KIND, node, f"uses {node.attr}, which counts or follows the calls")
            continue
        if not source.on_self(node):
            continue
        function = source.function_of(node)
        assert function is not None
        if kept.program.makes_its_object(source, function) or _of_init(source, function, kept):
            yield from _iterator(source, node, kept)
            continue
        what, around = ast.unparse(node)[:60], source.parents.get(node)
        name = getattr(function, "name", "a function")
        if isinstance(node.ctx, ast.Load):
            called = isinstance(around, ast.Call) and around.func is node
            if called and _changes_what_it_holds(source, node, kept):
                yield source.found(KIND, node, f"{name} changes what the model holds: {what}")
            elif isinstance(around, ast.Attribute) and around.attr in words.OWN_PARTS - words.PARAMETERS:
                yield source.found(KIND, node, f"{name} reads what {what} keeps from call to call")
            elif node.attr in kept.containers and kept.fates.of(source, node) is HANDED:
                yield source.found(KIND, node, f"{name} hands on {what}: what is changed there lives on")
            elif kept.fates.of(source, node) is CHANGED or _changed_where_handed_out(source, node, kept):
                yield source.found(KIND, node, f"{name} changes {what} from call to call")
        elif isinstance(around, ast.AugAssign) or isinstance(node.ctx, ast.Del):
            yield source.found(KIND, node, f"{name} changes {what} from call to call")
        elif not _only_for_this_call(source, node, function, kept):
            yield source.found(KIND, node, f"{name} keeps {what}, which is read elsewhere")


def _changes_what_it_holds(source: Source, node: ast.Attribute, kept: Kept) -> bool:
    """`self.register_buffer(…)`, `self.append(…)`, `for b in self.buffers(): b.add_(1)`."""
    if any(node.attr in other.functions for other in kept.program.sources.values()):
        return False  # a method of its own, which is looked at itself
    if node.attr in words.REGISTERING or changes(node):
        return True
    read = node.attr in words.OWN_PARTS - words.PARAMETERS
    return read or (node.attr in words.OWN_PARTS and kept.fates.of(source, source.parents[node]) is CHANGED)


def _of_init(source: Source, function: Function, kept: Kept) -> bool:
    """Whether it stands in a function that runs once, and is not kept."""
    outer = source.function_of(function)
    return kept.program.makes_its_object(source, outer) and not is_kept(source, function)


def _iterator(source: Source, node: ast.Attribute, kept: Kept) -> Iterator[Finding]:
    """What is given to `self` once and is another thing after each use."""
    assign = source.parents.get(node)
    value = assign.value if isinstance(assign, ast.Assign | ast.AnnAssign) else None
    if value is None or isinstance(node.ctx, ast.Load):
        return
    if isinstance(value, ast.Attribute) and changes(value):
        yield source.found(
            KIND, node, f"keeps {ast.unparse(value)[:60]}, which changes something in every call"
        )
    used_up = {loop.iter for loop in ast.walk(value) if isinstance(loop, ast.comprehension)}
    lasting = [
        part
        for part in ast.walk(value)
        if isinstance(part, ast.Call) and part not in used_up and _counts(source, part)
    ]
    for part in [value, *(value.elts if isinstance(value, ast.Tuple | ast.List) else []), *lasting]:
        if isinstance(part, ast.GeneratorExp) or (
            isinstance(part, ast.Call) and _iterates(source, part, kept)
        ):
            yield source.found(KIND, node, f"keeps an iterator, {ast.unparse(part)[:60]}")


def _counts(source: Source, call: ast.Call) -> bool:
    """Whether it makes an iterator that lives on wherever in a value it stands."""
    return getattr(call.func, "id", "") == "iter" or (source.dotted(call.func) or "").startswith("itertools.")


def _iterates(source: Source, call: ast.Call, kept: Kept) -> bool:
    """Whether a call makes an iterator."""
    dotted = source.dotted(call.func)
    if dotted is not None and dotted.startswith("itertools."):
        return True
    if isinstance(call.func, ast.Name) and call.func.id in words.ITERATORS and not source.is_own(call.func):
        return True
    own = (function for _, function in kept.program.functions_called(source, call))
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for function in own for n in ast.walk(function))


def _changed_where_handed_out(source: Source, node: ast.Attribute, kept: Kept) -> bool:
    """`def box(self): return self.n`, and then `self.box().add_(1)`."""
    function = source.function_of(node)
    if not isinstance(function, ast.FunctionDef) or kept.fates.of(source, node) is not HANDED:
        return False
    if not any(isinstance(n, ast.Return | ast.Yield) for n in source.above(node)):
        return False
    for place, use in kept.reads.get(function.name, ()):
        call = place.parents.get(use)
        called = isinstance(call, ast.Call) and call.func is use
        if kept.fates.of(place, call if called else use) is CHANGED:  # type: ignore[arg-type]
            return True
    return False


def _only_for_this_call(source: Source, node: ast.Attribute, function: Function, kept: Kept) -> bool:
    """Whether nobody reads what is kept here, but for lines of the same call after this one."""
    statement = next((s for s in source.above(node) if source.parents.get(s) is function), None)
    plain = isinstance(statement, ast.Assign | ast.AnnAssign)
    for place, read in kept.reads.get(source.attribute(node), ()):
        end = statement.end_lineno if isinstance(statement, ast.stmt) else None
        after = read.lineno > (end or 0)  # type: ignore[attr-defined]
        here = place is source and source.function_of(read) is function and source.on_self(read)
        if not (plain and here and after):
            return False
    return True


def _handed_on_self(source: Source, kept: Kept) -> Iterator[Finding]:
    """The object itself, in a call: what is done to it under another name is not followed."""
    for method in source.all(ast.FunctionDef):
        bound = source.method_of(method) is not None and not is_static(method)
        named = [*method.args.posonlyargs, *method.args.args][:1] if bound else []
        for binding in source.bindings.get(named[0].arg, ()) if named else ():
            if binding.node is not named[0] and source.is_in(binding.node, method):
                yield source.found(KIND, binding.node, f"gives {binding.name} another meaning")
    for node in source.all(ast.Name):
        if not isinstance(node.ctx, ast.Load) or node.id != source.self_of(node):
            continue
        around: Any = source.parents.get(node)
        calls_itself = isinstance(around, ast.Call) and around.func is node
        attribute = isinstance(around, ast.Attribute)
        if attribute or calls_itself or kept.program.makes_its_object(source, source.function_of(node)):
            continue
        if _calls_a_part(source, around) or _only_reads(source, around, node, kept):
            continue
        called = around.func if isinstance(around, ast.Call) else None
        about = isinstance(called, ast.Name) and called.id in words.ABOUT_SELF
        if not (about or _calls_a_base(source, called, around, node)):
            yield source.found(KIND, node, f"hands on {node.id}: what is changed there lives on")


def _calls_a_part(source: Source, part: ast.AST) -> bool:
    """`self[0](x)`."""
    call = source.parents.get(part)
    return (
        isinstance(part, ast.Subscript)
        and isinstance(part.ctx, ast.Load)
        and isinstance(call, ast.Call)
        and call.func is part
    )


def _only_reads(source: Source, call: ast.AST, node: ast.Name, kept: Kept) -> bool:
    """`device_of(self)`, with a function of the submission's own that changes nothing."""
    own = list(kept.program.functions_called(source, call)) if isinstance(call, ast.Call) else []
    return bool(own) and kept.fates.of(source, node) is READ


def _calls_a_base(source: Source, called: ast.expr | None, call: ast.Call, node: ast.Name) -> bool:
    """`Base.method(self, …)`."""
    return (
        isinstance(called, ast.Attribute)
        and call.args[:1] == [node]
        and (called.attr == "forward" or source.dotted(called) is None)
        and not changes(called)
    )
