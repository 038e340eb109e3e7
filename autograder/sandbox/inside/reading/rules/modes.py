"""Code that asks how it is called, and code that takes or writes gradients by itself: a model that does one thing where it
is judged and another where it is trained needs one of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source

BY_MODE = "answers_by_mode"
GRADIENTS = "own_gradients"


def look(source: Source, program: Program, modelled: Collection[str]) -> Iterator[Finding]:
    """`modelled`: the words in graded classes, and in whatever they name. (The gradients of graded functions are compared.)"""
    for node in source.all(ast.Attribute, ast.Name):
        function = source.function_of(node)
        if not isinstance(node.ctx, ast.Load) or program.on_import(source, function):
            continue
        made = source.method_of(function)
        if program.makes_its_object(source, function) and made is not None and made.name in program.graded:
            continue
        dotted, around = source.dotted(node), source.parents.get(node)
        if isinstance(around, ast.Attribute):
            continue
        what = ast.unparse(node)[:60]
        if isinstance(node, ast.Attribute) and dotted is None:
            called = isinstance(around, ast.Call) and around.func is node
            if node.attr == "training" and _decides(source, node):
                yield source.found(
                    BY_MODE,
                    node,
                    f"does something else where {what} is set: the handout asks for the same in both modes",
                )
            elif node.attr in words.ASKING_FOR_MODE and not _of_many(source, node):
                yield source.found(
                    BY_MODE, node, f"asks for {what}: is it another function where no gradients are recorded?"
                )
            elif called and node.attr in words.OF_MEMORY:
                yield source.found(BY_MODE, node, f"asks how a tensor lies in memory: {what}")
            elif called and node.attr == "backward":
                yield source.found(
                    GRADIENTS, node, f"{what} is called where something is asked: does it learn by itself?"
                )
        elif dotted is not None and library.is_one_of(dotted, words.MODES):
            yield source.found(
                BY_MODE, node, f"asks for {what}: is it another function where no gradients are recorded?"
            )
        elif dotted is not None and library.is_one_of(dotted, words.THREADS):
            yield source.found(BY_MODE, node, f"{what}: is it another function on a larger machine?")
        elif dotted is not None and library.is_one_of(dotted, words.TAKING_GRADIENTS):
            yield source.found(GRADIENTS, node, f"{what}: does it learn by itself?")
    yield from _asked_by_text(source, program)
    yield from _asked_by_trying(source, program)
    yield from _asked_by_size(source, program)
    yield from _asked_by_values(source, program)
    yield from _cut_off(source)
    for made in source.all(ast.ClassDef):
        if made.name in modelled and any(
            library.is_function_of_autograd(source.dotted(base) or "") for base in made.bases
        ):
            text = f"{made.name} has a gradient written by hand: is it that of what it computes?"
            yield source.found(GRADIENTS, made, text)


def _asked_by_text(source: Source, program: Program) -> Iterator[Finding]:
    """`if "grad" in repr(x)`: the text of a tensor says whether gradients are recorded, and where it lies."""
    for node in source.all(ast.Call, ast.JoinedStr):
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else "f"
        if called not in words.AS_TEXT or program.on_import(source, source.function_of(node)):
            continue
        asked = node.args[0] if isinstance(node, ast.Call) and node.args else None
        if not (isinstance(asked, ast.Attribute) and asked.attr in words.PLAIN_ATTRIBUTES) and any(
            _is_test_of(around, part) for part, around in _upwards(source, node)
        ):
            yield source.found(BY_MODE, node, f"asks what {ast.unparse(node)[:60]} is as a text")


def _asked_by_trying(source: Source, program: Program) -> Iterator[Finding]:
    """`try: x.numpy()`, and something else if that fails, as it does where gradients are recorded."""
    for node in source.all(ast.Try):
        if program.on_import(source, source.function_of(node)):
            continue
        asks = any(
            isinstance(part, ast.Attribute) and part.attr in words.FAILING_BY_MODE
            for statement in node.body
            for part in ast.walk(statement)
        )
        if asks and not all(isinstance(handler.body[-1], ast.Raise) for handler in node.handlers):
            yield source.found(BY_MODE, node, "tries what fails where gradients are recorded, and goes on")


def _asked_by_size(source: Source, program: Program) -> Iterator[Finding]:
    """`if len(x) >= 64`: what is judged in small batches is another one in those of a training."""
    for node in source.all(ast.Compare):
        function = source.function_of(node)
        if program.on_import(source, function) or program.makes_its_object(source, function):
            continue
        sides = [node.left, *node.comparators]
        limits = [part.value for part in sides if isinstance(part, ast.Constant)]
        unusual = any(isinstance(n, int) and n > 1 and n not in words.USUAL_SIZES for n in limits)
        decides = any(
            _is_the_test(source, one) and not _only_refuses(source, one) for one in _uses(source, node)
        )
        if unusual and decides and any(map(_is_a_size, sides)):
            yield source.found(BY_MODE, node, f"chooses by the size of a batch: {ast.unparse(node)[:60]}")


def _asked_by_values(source: Source, program: Program) -> Iterator[Finding]:
    """`if (x == 0).all()`, `if torch.equal(r, f)`: what is right for a whole batch of one kind may be wrong for others."""
    for node in source.all(ast.Call):
        function = source.function_of(node)
        if program.on_import(source, function) or not _asks_a_whole_batch(source, node):
            continue
        decides = any(
            _is_the_test(source, one) and not _only_refuses(source, one) for one in _uses(source, node)
        )
        if decides and not program.makes_its_object(source, function):
            yield source.found(
                BY_MODE, node, f"chooses by the values of a whole batch: {ast.unparse(node)[:60]}"
            )


def _asks_a_whole_batch(source: Source, node: ast.Call) -> bool:
    """`x.any()`, `torch.any(x)`, `torch.equal(x, y)`; not `x.any(-1)`, which says something of every row."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in words.ASKED_OF_A_BATCH:
        return False
    of_two = node.func.attr in ("equal", "allclose")
    given = 0 if source.dotted(node.func) is None else 1
    return of_two or (len(node.args) == given and not node.keywords)


def _cut_off(source: Source) -> Iterator[Finding]:
    """`x[:4096]`, `range(min(len(x), 4096))`: what comes after so many is left out."""
    for node in source.all(ast.Slice, ast.Call):
        if isinstance(node, ast.Slice):
            bounds = [node.upper] if node.lower is None else []
        else:
            least = getattr(node.func, "id", "") == "min" and any(map(_is_a_size, node.args))
            bounds = [*node.args] if least else []
        for bound in bounds:
            most = bound.value if isinstance(bound, ast.Constant) else None
            if isinstance(most, int) and most >= words.MANY and most not in words.USUAL_SIZES:
                yield source.found(BY_MODE, node, f"leaves out what comes after the first {most}")


def _uses(source: Source, node: ast.expr) -> Iterator[ast.AST]:
    """The question itself; and where it has a name (`large = len(x) >= 64`) that name wherever it is used."""
    yield node
    assign = next((around for around in source.above(node) if isinstance(around, ast.stmt)), None)
    target = assign.targets[0] if isinstance(assign, ast.Assign) else None
    if isinstance(target, ast.Name):
        for use in source.names.get(target.id, ()):
            if isinstance(use.ctx, ast.Load) and source.scope_of(use) is source.scope_of(target):
                yield use


def _is_the_test(source: Source, node: ast.AST) -> bool:
    return any(
        isinstance(around, ast.If | ast.IfExp | ast.While) and around.test is part
        for part, around in _upwards(source, node)
    )


def _is_a_size(node: ast.AST) -> bool:
    """`len(x)`, `x.numel()`, `x.shape[0]`, `x.size(0)`."""
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "attr", "") == "shape"
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "id", "") == "len" or getattr(node.func, "attr", "") in ("numel", "size")


def _only_refuses(source: Source, node: ast.AST) -> bool:
    """`if len(x) > 1000: raise …`."""
    decision = next((a for a in source.above(node) if isinstance(a, ast.If)), None)
    return (
        decision is not None and all(isinstance(s, ast.Raise) for s in decision.body) and not decision.orelse
    )


def _upwards(source: Source, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for around in source.above(node):
        yield node, around
        node = around


def _is_test_of(around: ast.AST, part: ast.AST) -> bool:
    tested = isinstance(around, ast.If | ast.IfExp | ast.While) and around.test is part
    matched = isinstance(around, ast.Match) and around.subject is part
    return tested or matched or isinstance(around, ast.Compare)


def _of_many(source: Source, node: ast.Attribute) -> bool:
    """`sum(p.numel() for p in self.parameters() if p.requires_grad)`."""
    return isinstance(node.value, ast.Name) and any(
        isinstance(source.parents.get(b.node), ast.comprehension | ast.For)
        for b in source.values_of(node.value)
    )


def _decides(source: Source, node: ast.AST) -> bool:
    """Whether a mode decides what is computed. To hand it to dropout does not, nor to set it back as it was."""
    around: Any = source.parents.get(node)
    if isinstance(around, ast.Call | ast.keyword | ast.FormattedValue | ast.Expr):
        return False
    if (
        isinstance(around, ast.Assign)
        and len(around.targets) == 1
        and isinstance(around.targets[0], ast.Name)
    ):
        name, function = around.targets[0].id, source.function_of(node)
        uses = [
            n for n in source.names[name] if isinstance(n.ctx, ast.Load) and source.function_of(n) is function
        ]
        return any(_decides(source, use) for use in uses)
    if isinstance(around, ast.UnaryOp):
        return _decides(source, around)
    if isinstance(around, ast.If | ast.IfExp) and _samples_in_training(source, around):
        return False
    if isinstance(around, ast.If):
        return not all(_sets_mode(statement) for statement in [*around.body, *around.orelse])
    return True


def _samples_in_training(source: Source, decision: ast.If | ast.IfExp) -> bool:
    """z is drawn in training and is mu elsewhere: a habit from tutorials. Where it is judged it is wrong, so it gains nothing."""
    if isinstance(decision, ast.IfExp):
        drawn, plain = decision.body, decision.orelse
        return _draws(drawn) and _is_given(source, plain)
    following: list[ast.stmt] = getattr(source.parents.get(decision), "body", [])
    at = following.index(decision) if decision in following else len(following)
    otherwise = decision.orelse or following[at + 1 : at + 2]
    branches = (decision.body, otherwise)
    if isinstance(decision.test, ast.UnaryOp):
        branches = (otherwise or following[at + 1 :], decision.body)
    otherwise_does = branches[1][0] if len(branches[1]) == 1 else None
    told = otherwise_does.value if isinstance(otherwise_does, ast.Return | ast.Assign) else None
    return any(map(_draws, branches[0])) and _is_given(source, told)


def _draws(node: ast.AST) -> bool:
    called = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return any(getattr(func, "attr", getattr(func, "id", "")) in words.DRAWS for func in called)


def _is_given(source: Source, told: ast.expr | None) -> bool:
    """Whether it is mu as it was: an argument, or a part of what was encoded. A z that was drawn before could be right."""
    bindings = source.values_of(told) if isinstance(told, ast.Name) else []
    return bool(bindings) and all(
        isinstance(binding.node, ast.arg) or _is_encoded(source, binding.node) for binding in bindings
    )


def _is_encoded(source: Source, name: ast.AST) -> bool:
    """`mu, logvar = self.encode(x)`, or `… = h.chunk(2)`."""
    names = source.parents.get(name)
    assign = source.parents.get(names) if isinstance(names, ast.Tuple) else None
    value = assign.value if isinstance(assign, ast.Assign) else None
    return isinstance(value, ast.Call) and getattr(value.func, "attr", "") in ("encode", "chunk")


def _sets_mode(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("train", "eval")
    )
