"""Code that can remember from one call to the next: what lives longer than a call, and can change in it.

That is what files and classes hold, what a model keeps, defaults, variables around a function that is kept, and settings of
libraries.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.fate import CHANGED, HANDED, READ, Fates, in_place
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import FUNCTIONS, Finding, Function, Source, root_of
from autograder.sandbox.inside.reading.rules.values import CONSTANT, OTHER, Values

KIND = "remembers_calls"
_CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


class Memory:
    """The rules, for all files of a submission. `graded`: the names that are asked for."""

    def __init__(self, program: Program, graded: Collection[str]) -> None:
        self._program, self._graded = program, graded
        self._values, self._fates = Values(program), Fates(program)
        self._reads: dict[str, list[tuple[Source, ast.AST]]] = {}
        for source in program.sources.values():
            for name, node in _attributes_read(source):
                self._reads.setdefault(name, []).append((source, node))

        self._containers = {
            node.attr
            for source in program.sources.values()
            for node in source.all(ast.Attribute)
            if source.on_self(node)
            and isinstance(getattr(source.parents.get(node), "value", None), _CONTAINERS)
        }

    def look(self, source: Source) -> Iterator[Finding]:
        yield from self._names_of_files(source)
        yield from self._graded_values(source)
        yield from self._names_of_classes(source)
        yield from self._defaults(source)
        yield from self._decorators(source)
        yield from self._around_functions(source)
        yield from self._kept_on_self(source)
        yield from self._handed_on_self(source)
        yield from _settings(source, self._program)

    def _names_of_files(self, source: Source) -> Iterator[Finding]:
        for node in source.all(ast.Global):
            yield source.found(KIND, node, f"changes {', '.join(node.names)[:60]} from call to call")
        for node in source.all(ast.Name, ast.Attribute):
            if isinstance(node, ast.Name) and source.is_own(node):
                continue
            function = source.function_of(node)
            if not isinstance(node.ctx, ast.Load) or self._program.on_import(source, function):
                continue
            # What a constructor keeps of them is looked at where the object uses it.
            bound = HANDED if self._program.makes_its_object(source, function) else READ
            home, dotted = self._program.home_of(source, node), source.dotted(node)
            kind = self._values.of_name(*home) if home is not None else CONSTANT
            if home is None and dotted is not None:
                kind = self._values.of_given(dotted)
            if kind is OTHER or (kind is not CONSTANT and self._fates.of(source, node) > bound):
                text = f"uses {ast.unparse(node)[:60]}, made once for all calls: can it hold something from an earlier one?"
                yield source.found(KIND, node, text)

    def _graded_values(self, source: Source) -> Iterator[Finding]:
        for name in self._graded & source.of_the_file.keys():
            if self._values.of_name(source, name) is OTHER:
                node = source.of_the_file[name][-1].node
                yield source.found(
                    KIND, node, f"{name} is made by other code, which can keep something for later calls"
                )

    def _names_of_classes(self, source: Source) -> Iterator[Finding]:
        for made in source.all(ast.ClassDef):
            for name, bindings in source.bindings.items():
                values = [
                    b.node
                    for b in bindings
                    if b.scope is made and not isinstance(b.node, ast.FunctionDef | ast.ClassDef)
                ]
                kind = self._values.of_class_name(source, made, name) if values else CONSTANT
                if kind is OTHER:
                    text = f"{made.name}.{name} is made once for all objects and calls: can it hold something from an earlier one?"
                    yield source.found(KIND, values[0], text)
                elif kind is not CONSTANT:
                    hidden = f"_{made.name.lstrip('_')}{name}"  # as Python calls `__name` inside the class
                    for place, node in (*self._reads.get(name, ()), *self._reads.get(hidden, ())):
                        if isinstance(node, ast.Attribute) and self._fates.of(place, node) is CHANGED:
                            yield place.found(
                                KIND, node, f"changes {made.name}.{name}, one for all objects and calls"
                            )

    def _defaults(self, source: Source) -> Iterator[Finding]:
        for function in source.all(*FUNCTIONS):
            for argument, default in _pairs(function.args):
                kind = self._values.of(source, default)
                # What is kept while an object is made is looked at where the object uses it.
                bound = HANDED if self._program.makes_its_object(source, function) else READ
                changed = (
                    kind is not CONSTANT and self._fates.of_parameter(source, argument, function) > bound
                )
                if kind is OTHER or changed:
                    text = f"the default of {argument} lives on between calls and can change"
                    yield source.found(KIND, default, text)

    def _decorators(self, source: Source) -> Iterator[Finding]:
        for function in source.all(ast.FunctionDef, ast.AsyncFunctionDef):
            for decorator in function.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                dotted = source.dotted(called)
                if dotted is not None and library.is_one_of(dotted, words.CACHES):
                    yield source.found(KIND, decorator, f"keeps the results of {function.name}")
                elif dotted is not None and library.is_one_of(dotted, words.ON_METHODS):
                    continue
                elif not self._only_wraps(source, called) and not _is_plain(called):
                    text = f"{function.name} is wrapped by {ast.unparse(called)[:60]}: does the wrapper keep or change results?"
                    yield source.found(KIND, decorator, text)

    def _only_wraps(self, source: Source, called: ast.expr) -> bool:
        """Whether it is a function that makes another one around what it gets, and holds nothing beside that."""
        home = self._program.home_of(source, called)
        bindings = home[0].of_the_file[home[1]] if home is not None else []
        made = bindings[0].node if len(bindings) == 1 else None
        return isinstance(made, ast.FunctionDef) and _makes_a_function(made)

    def _around_functions(self, source: Source) -> Iterator[Finding]:
        """What a function that is kept finds in the function around it."""
        for node in source.all(ast.Name, ast.Nonlocal):
            inner = source.function_of(node)
            if isinstance(node, ast.Nonlocal):
                if inner is not None and _is_kept(source, inner):
                    yield source.found(KIND, node, f"changes {', '.join(node.names)[:60]} from call to call")
                continue
            scope = source.scope_of(node) if inner is not None else None
            if scope is inner or not isinstance(scope, FUNCTIONS):
                continue
            between = [f for f in source.above(node) if isinstance(f, FUNCTIONS) and source.is_in(f, scope)]
            if not any(_is_kept(source, function) for function in between):
                continue
            around = source.parents.get(node)
            changes = isinstance(node.ctx, ast.Load) or isinstance(around, ast.AugAssign)
            fate = self._fates.of(source, node) if changes else READ
            if fate is CHANGED or (fate is HANDED and _holds_a_container(source, node)):
                yield source.found(
                    KIND, node, f"changes {node.id}, which lives as long as the function that uses it"
                )

    def _kept_on_self(self, source: Source) -> Iterator[Finding]:
        for node in source.all(ast.Attribute):
            if node.attr in words.COUNTERS:
                yield source.found(KIND, node, f"uses {node.attr}, which counts or follows the calls")
                continue
            if not source.on_self(node):
                continue
            function = source.function_of(node)
            assert function is not None
            if self._program.makes_its_object(source, function) or self._of_init(source, function):
                yield from self._iterator(source, node)
                continue
            what, around = ast.unparse(node)[:60], source.parents.get(node)
            name = getattr(function, "name", "a function")
            if isinstance(node.ctx, ast.Load):
                called = isinstance(around, ast.Call) and around.func is node
                if called and self._changes_what_it_holds(source, node):
                    yield source.found(KIND, node, f"{name} changes what the model holds: {what}")
                elif isinstance(around, ast.Attribute) and around.attr in words.OWN_PARTS - words.PARAMETERS:
                    yield source.found(KIND, node, f"{name} reads what {what} keeps from call to call")
                elif node.attr in self._containers and self._fates.of(source, node) is HANDED:
                    yield source.found(KIND, node, f"{name} hands on {what}: what is changed there lives on")
                elif self._fates.of(source, node) is CHANGED or self._changed_where_handed_out(source, node):
                    yield source.found(KIND, node, f"{name} changes {what} from call to call")
            elif isinstance(around, ast.AugAssign) or isinstance(node.ctx, ast.Del):
                yield source.found(KIND, node, f"{name} changes {what} from call to call")
            elif not self._only_for_this_call(source, node, function):
                yield source.found(KIND, node, f"{name} keeps {what}, which is read elsewhere")

    def _handed_on_self(self, source: Source) -> Iterator[Finding]:
        """The object itself, in a call: what is done to it under another name is not followed."""
        for method in source.all(ast.FunctionDef):
            named = [*method.args.posonlyargs, *method.args.args][:1] if source.method_of(method) else []
            for binding in source.bindings.get(named[0].arg, ()) if named else ():
                if binding.node is not named[0] and source.is_in(binding.node, method):
                    yield source.found(KIND, binding.node, f"gives {binding.name} another meaning")
        for node in source.all(ast.Name):
            if not isinstance(node.ctx, ast.Load) or node.id != source.self_of(node):
                continue
            around: Any = source.parents.get(node)
            calls_itself = isinstance(around, ast.Call) and around.func is node
            attribute = isinstance(around, ast.Attribute)
            if attribute or calls_itself or self._program.makes_its_object(source, source.function_of(node)):
                continue
            called = around.func if isinstance(around, ast.Call) else None
            about = isinstance(called, ast.Name) and called.id in words.ABOUT_SELF
            if not (about or _calls_a_base(source, called, around, node)):
                yield source.found(KIND, node, f"hands on {node.id}: what is changed there lives on")

    def _changes_what_it_holds(self, source: Source, node: ast.Attribute) -> bool:
        """`self.register_buffer(…)`, `self.append(…)`, `for b in self.buffers(): b.add_(1)`."""
        if any(node.attr in other.functions for other in self._program.sources.values()):
            return False  # a method of its own, which is looked at itself
        if node.attr in words.REGISTERING or _changes(node):
            return True
        read = node.attr in words.OWN_PARTS - words.PARAMETERS
        return read or (
            node.attr in words.OWN_PARTS and self._fates.of(source, source.parents[node]) is CHANGED
        )

    def _of_init(self, source: Source, function: Function) -> bool:
        """Whether it stands in a function that runs once, and is not kept."""
        outer = source.function_of(function)
        return self._program.makes_its_object(source, outer) and not _is_kept(source, function)

    def _iterator(self, source: Source, node: ast.Attribute) -> Iterator[Finding]:
        """What is given to `self` once and is another thing after each use."""
        assign = source.parents.get(node)
        value = assign.value if isinstance(assign, ast.Assign | ast.AnnAssign) else None
        if value is None or isinstance(node.ctx, ast.Load):
            return
        if isinstance(value, ast.Attribute) and _changes(value):
            yield source.found(
                KIND, node, f"keeps {ast.unparse(value)[:60]}, which changes something in every call"
            )
        lasting = [
            part for part in ast.walk(value) if isinstance(part, ast.Call) and self._is_counted(source, part)
        ]
        for part in [value, *(value.elts if isinstance(value, ast.Tuple | ast.List) else []), *lasting]:
            if isinstance(part, ast.GeneratorExp) or (
                isinstance(part, ast.Call) and self._iterates(source, part)
            ):
                yield source.found(KIND, node, f"keeps an iterator, {ast.unparse(part)[:60]}")

    def _is_counted(self, source: Source, call: ast.Call) -> bool:
        """An iterator of its own, wherever in a value."""
        return getattr(call.func, "id", "") == "iter" or (source.dotted(call.func) or "").startswith(
            "itertools."
        )

    def _iterates(self, source: Source, call: ast.Call) -> bool:
        dotted = source.dotted(call.func)
        if dotted is not None and dotted.startswith("itertools."):
            return True
        if (
            isinstance(call.func, ast.Name)
            and call.func.id in words.ITERATORS
            and not source.is_own(call.func)
        ):
            return True
        own = (function for _, function in self._program.functions_called(source, call))
        return any(isinstance(n, ast.Yield | ast.YieldFrom) for function in own for n in ast.walk(function))

    def _changed_where_handed_out(self, source: Source, node: ast.Attribute) -> bool:
        """`def box(self): return self.n`, and then `self.box().add_(1)`."""
        function = source.function_of(node)
        if not isinstance(function, ast.FunctionDef) or self._fates.of(source, node) is not HANDED:
            return False
        if not any(isinstance(n, ast.Return | ast.Yield) for n in source.above(node)):
            return False
        for place, use in self._reads.get(function.name, ()):
            call = place.parents.get(use)
            called = isinstance(call, ast.Call) and call.func is use
            if self._fates.of(place, call if called else use) is CHANGED:  # type: ignore[arg-type]
                return True
        return False

    def _only_for_this_call(self, source: Source, node: ast.Attribute, function: Function) -> bool:
        """Whether nobody reads what is kept here, but for lines of the same call after this one."""
        statement = next((s for s in source.above(node) if source.parents.get(s) is function), None)
        plain = isinstance(statement, ast.Assign | ast.AnnAssign)
        for place, read in self._reads.get(source.attribute(node), ()):
            end = statement.end_lineno if isinstance(statement, ast.stmt) else None
            after = read.lineno > (end or 0)  # type: ignore[attr-defined]
            here = place is source and source.function_of(read) is function and source.on_self(read)
            if not (plain and here and after):
                return False
        return True


def _calls_a_base(source: Source, called: ast.expr | None, call: ast.Call, node: ast.Name) -> bool:
    """`Base.method(self, …)`."""
    return (
        isinstance(called, ast.Attribute)
        and call.args[:1] == [node]
        and (called.attr == "forward" or source.dotted(called) is None)
        and not _changes(called)
    )


def _changes(method: ast.expr | None) -> bool:
    return isinstance(method, ast.Attribute) and (method.attr in words.CHANGING or in_place(method.attr))


def _attributes_read(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.all(ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            yield source.attribute(node), node
    for node in source.all(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "hasattr" and len(node.args) == 2:
            yield str(getattr(node.args[1], "value", "")), node
    for node in source.all(ast.MatchClass):
        for name in node.kwd_attrs:
            yield name, node


def _holds_a_container(source: Source, name: ast.Name) -> bool:
    assigned = (source.parents.get(binding.node) for binding in source.values_of(name))
    return any(isinstance(getattr(assign, "value", None), _CONTAINERS) for assign in assigned)


def _pairs(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Names of arguments and their defaults."""
    given = [*arguments.posonlyargs, *arguments.args]
    with_default = given[len(given) - len(arguments.defaults) :]
    yield from ((a.arg, d) for a, d in zip(with_default, arguments.defaults, strict=True))
    yield from (
        (a.arg, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    )


def _is_plain(decorator: ast.expr) -> bool:
    """property and the like, and the setter of one."""
    if isinstance(decorator, ast.Attribute):
        return decorator.attr in ("setter", "getter")
    return isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod", "property")


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


def _is_kept(source: Source, function: ast.AST) -> bool:
    """Whether a function is more than called: it is returned, or stored somewhere."""
    if isinstance(function, ast.Lambda):
        uses: list[Any] = [function]
        around = source.parents.get(function)
        if (
            isinstance(around, ast.Assign)
            and len(around.targets) == 1
            and isinstance(around.targets[0], ast.Name)
        ):
            uses = _loads(source, around.targets[0].id)
    else:
        if source.method_of(function) is not None:
            return True
        uses = _loads(source, function.name)  # type: ignore[attr-defined]
    return any(not isinstance(source.parents.get(use), ast.Call | ast.keyword) for use in uses)


def _loads(source: Source, name: str) -> list[Any]:
    return [node for node in source.names.get(name, ()) if isinstance(node.ctx, ast.Load)]


def _settings(source: Source, program: Program) -> Iterator[Finding]:
    """What libraries hold for everybody, changed where something is asked."""
    for node in source.all(ast.Name, ast.Attribute):
        around = source.parents.get(node)
        if isinstance(around, ast.Attribute) or program.on_import(source, source.function_of(node)):
            continue
        dotted = source.dotted(node)
        if dotted is None or root_of(node) is None:
            continue
        name = dotted.rpartition(".")[2]
        if dotted.startswith(("time.", "datetime.")):
            yield source.found(
                KIND, node, f"asks for {ast.unparse(node)[:60]}: is it another function later?"
            )
        elif dotted.startswith(("matplotlib.", "torch.nn.utils.prune", "torch.nn.utils.parametrize.")):
            yield source.found(KIND, node, f"{ast.unparse(node)[:60]} leaves something for later calls")
        elif (name.startswith("set_") and name != "set_grad_enabled") or name in words.SETTINGS:
            yield source.found(KIND, node, f"{ast.unparse(node)[:60]} sets what every later call finds")
    for name in source.all(ast.Name):
        call = source.parents.get(name)
        as_value = not (isinstance(call, ast.Call) and call.func is name)
        if name.id == "next" and as_value and isinstance(name.ctx, ast.Load) and not source.is_own(name):
            yield source.found(
                KIND, name, "hands on next, which takes something from an iterator in every call"
            )
