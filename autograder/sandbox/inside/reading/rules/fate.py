"""What becomes of an object that outlives a call, where an expression stands for it: followed through other names, loops,
views and functions of the submission."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import COMPREHENSIONS, Source, root_of

_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict)


class Fate(IntEnum):
    """read: it is what it was; handed: it goes to where it is not followed; changed: it is another one afterwards."""

    READ = 0
    HANDED = 1
    CHANGED = 2


READ, HANDED, CHANGED = Fate


class Fates:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[ast.AST, Fate] = {}
        self._in_place = any(
            keyword.arg == "inplace"
            for source in program.sources.values()
            for keyword in source.all(ast.keyword)
        )

    def of(self, source: Source, node: ast.AST) -> Fate:
        """What is met again on the way adds nothing."""
        if node not in self._found:
            self._found[node] = READ
            self._found[node] = self._of(source, node)
        return self._found[node]

    def _of(self, source: Source, node: Any) -> Fate:
        around: Any = source.parents.get(node)
        if isinstance(around, ast.Subscript):
            if around.value is not node:
                return READ
            return self.of(source, around) if isinstance(around.ctx, ast.Load) else CHANGED
        if isinstance(around, ast.Attribute):
            return self._of_attribute(source, around)
        if isinstance(around, ast.Call):
            return READ if around.func is node else self._as_argument(source, around, node, None)
        if isinstance(around, ast.keyword):
            call = source.parents[around]
            if not isinstance(call, ast.Call):
                return HANDED  # of a class
            if around.arg is None:
                own = [*self._program.functions_called(source, call)]
                return CHANGED if self._changes_what_is_unpacked(source, call) else HANDED if own else READ
            return self._as_argument(source, call, node, around.arg)
        if isinstance(around, ast.For | ast.AsyncFor | ast.comprehension):
            return self.of_target(source, around.target) if around.iter is node else READ
        if isinstance(around, ast.AugAssign):
            if around.target is node:
                return CHANGED
            return HANDED if isinstance(node, _DISPLAYS) else READ
        if isinstance(around, ast.withitem):
            named = around.optional_vars
            return READ if named is None else self.of_target(source, named)
        if isinstance(around, ast.Assign | ast.AnnAssign | ast.NamedExpr):
            targets = around.targets if isinstance(around, ast.Assign) else [around.target]
            if node is not around.value:
                return READ
            fate = max(self.of_target(source, target) for target in targets)
            return max(fate, self.of(source, around)) if isinstance(around, ast.NamedExpr) else fate
        if isinstance(around, ast.BoolOp) or (isinstance(around, ast.IfExp) and node is not around.test):
            return self.of(source, around)
        if isinstance(around, (*_DISPLAYS, *COMPREHENSIONS)):
            return self.of(source, around)
        if isinstance(around, ast.Starred):
            outer = source.parents[around]
            if not isinstance(outer, ast.Call):
                return self.of(source, outer)
            own = [*self._program.functions_called(source, outer)]
            if not own and self._changes_what_is_unpacked(source, outer):
                return CHANGED
            dotted = source.dotted(outer.func) or ""
            reads = not dotted or library.is_class(dotted) or dotted.rpartition(".")[2] in words.READING
            return max((self._of_parameters(*found) for found in own), default=READ if reads else HANDED)
        if isinstance(around, ast.Match):
            caught = [getattr(n, "name", None) or getattr(n, "rest", None) for n in ast.walk(around)]
            scope = source.function_of(around) or source.tree
            return max(
                (self._of_uses(source, name, scope) for name in caught if isinstance(name, str)), default=READ
            )
        if isinstance(around, ast.BinOp):
            displays = isinstance(around.left, _DISPLAYS) or isinstance(around.right, _DISPLAYS)
            return self.of(source, around) if displays else READ
        if isinstance(
            around,
            ast.UnaryOp | ast.Compare | ast.FormattedValue | ast.Expr | ast.IfExp | ast.If,
        ):
            return READ
        return (
            READ
            if isinstance(around, ast.While | ast.Assert | ast.Slice | ast.withitem | ast.Delete)
            else HANDED
        )

    def of_target(self, source: Source, target: ast.AST) -> Fate:
        """Of what is given this name, wherever the name stands."""
        if isinstance(target, ast.Tuple | ast.List):
            return max((self.of_target(source, part) for part in target.elts), default=READ)
        if isinstance(target, ast.Starred):
            return self.of_target(source, target.value)
        if not isinstance(target, ast.Name):
            return HANDED
        return self._of_uses(source, target.id, source.scope_of(target))

    def _of_uses(self, source: Source, name: str, scope: ast.AST | None) -> Fate:
        fates = [READ]
        for use in source.names.get(name, ()):
            changes = isinstance(use.ctx, ast.Load) or isinstance(source.parents.get(use), ast.AugAssign)
            if changes and source.scope_of(use) is scope:
                fates.append(self.of(source, use))
        return max(fates)

    def _of_attribute(self, source: Source, attribute: ast.Attribute) -> Fate:
        name, call = attribute.attr, source.parents.get(attribute)
        if not isinstance(attribute.ctx, ast.Load) or name in words.CHANGING or in_place(name):
            return CHANGED
        if name == "grad":
            return HANDED
        if isinstance(call, ast.Call) and call.func is attribute:
            own = any(name in other.functions for other in self._program.sources.values())
            return self.of(source, call) if own else self._of_result(source, call, name)
        plain = name in words.PLAIN_ATTRIBUTES and not self._program.stores(name)
        return READ if plain else self.of(source, attribute)

    def _of_result(self, source: Source, call: ast.Call, name: str) -> Fate:
        """Of what a function or method of a library gets: it is in the result, but for those that are known to read."""
        if name in words.READING:
            return READ
        fate = self.of(source, call)
        return fate if name in words.ALIASING else max(fate, HANDED)

    def _as_argument(self, source: Source, call: ast.Call, node: ast.AST, keyword: str | None) -> Fate:
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if keyword == "out" or (name == "next" and not isinstance(node, ast.Call)):
            return CHANGED  # `next(self.parameters())` takes the first of a new iterator
        unnamed = func if isinstance(func, ast.Lambda) else self._program.lambda_called(source, call)
        if unnamed is not None:
            return max(self._of_parameters(source, unnamed), HANDED)
        fates = [*self._in_functions_beside(source, call, node)]
        if fates:
            return max(*fates, HANDED)
        own = list(self._program.functions_called(source, call))
        if own:
            fate = max(self._as_parameter(*found, call, node, keyword) for found in own)
            return max(fate, self.of(source, call)) if fate is HANDED else fate
        of_library = source.dotted(func) is not None
        own_name = isinstance(func, ast.Name) and (source.is_own(func) or func.id in source.of_the_file)
        builtin = isinstance(func, ast.Name) and not of_library and not own_name and hasattr(builtins, name)
        base = func.value if isinstance(func, ast.Attribute) else None
        if name in words.SHAPING and _is_a_size(source, call, node):
            return READ
        of_a_type = isinstance(base, ast.Name) and base.id in words.CONTAINERS
        if of_a_type and name in words.CHANGING:
            return CHANGED
        changes = _changes_arguments(source.dotted(func) or name) or _asks_to_change(source, call, node)
        if changes and (of_library or of_a_type):
            return CHANGED
        if builtin:
            if name in words.READING_BUILTINS:
                return READ
            return max(self.of(source, call), READ if name in words.ALIASING or name == "sum" else HANDED)
        if of_library:
            quiet = (source.dotted(func) or "").startswith(("torch.nn.functional.", "math."))
            return READ if quiet else self._of_result(source, call, name)
        if base is None or name in words.CHANGING:
            return HANDED
        if source.on_self(func):
            return CHANGED if self._in_place and name not in ("train", "to") else READ
        filled = in_place(name) and name != "set_"
        return READ if filled or name in words.READING or source.self_of(node) == _root(func) else HANDED

    def _in_functions_beside(self, source: Source, call: ast.Call, node: ast.AST) -> Iterator[Fate]:
        """`map(add_one, held)`: what functions of the submission, given to the same call, do with what they get."""
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            if argument is node:
                continue
            if isinstance(argument, ast.Lambda):
                yield self._of_parameters(source, argument)
            elif isinstance(argument, ast.Name):
                named = source.functions.get(argument.id, ())
                yield from (self._of_parameters(source, f) for f in named if isinstance(f, ast.FunctionDef))

    def _changes_what_is_unpacked(self, source: Source, call: ast.Call) -> bool:
        """`torch.relu_(*[x])`, `F.relu(*[x], True)`, `torch.add(y, 1, **{"out": x})`: of what is not written out, too much."""
        dotted = source.dotted(call.func)
        if dotted is None or library.is_class(dotted):
            return False
        return (
            any(k.arg is None or k.arg in ("inplace", "out") for k in call.keywords)
            or _changes_arguments(dotted)
            or dotted.startswith(("torch.nn.functional.", "numpy."))
        )

    def of_parameter(self, source: Source, name: str, function: ast.AST) -> Fate:
        return self._of_uses(source, name, function)

    def _of_parameters(self, home: Source, function: ast.FunctionDef | ast.Lambda) -> Fate:
        """Of whatever is given to a function."""
        a = function.args
        named = [*a.posonlyargs, *a.args, *a.kwonlyargs, *([a.vararg] if a.vararg else [])]
        return max((self._of_uses(home, argument.arg, function) for argument in named), default=READ)

    def _as_parameter(
        self, home: Source, function: ast.FunctionDef, call: ast.Call, node: ast.AST, keyword: str | None
    ) -> Fate:
        """Of an argument inside the function that gets it."""
        arguments = function.args
        places = [*arguments.posonlyargs, *arguments.args]
        named = next((a for a in [*places, *arguments.kwonlyargs] if a.arg == keyword), None)
        if keyword is None:
            if home.method_of(function) is not None and not is_static(function):
                places = places[1:]
            at = next((i for i, argument in enumerate(call.args) if argument is node), len(places))
            named = places[at] if at < len(places) else None
        if named is None:
            return HANDED
        return self._of_uses(home, named.arg, function)


def _root(func: ast.expr) -> str:
    root = root_of(func)
    return root.id if root is not None else ""


def is_static(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)


def _is_a_size(source: Source, call: ast.Call, node: ast.AST) -> bool:
    """`h.split(sizes)`, `torch.split(h, sizes, dim=1)`."""
    dotted = source.dotted(call.func)
    if dotted is None:
        return isinstance(call.func, ast.Attribute)
    return dotted.startswith("torch.") and node not in call.args[:1] and bool(call.args)


def _changes_arguments(dotted: str) -> bool:
    """Whether a function of a library changes what it gets, by its name."""
    name = dotted.rpartition(".")[2]
    return in_place(name) or name in words.CHANGES_ARGUMENTS or dotted.startswith("torch.nn.init.")


def _asks_to_change(source: Source, call: ast.Call, node: ast.AST) -> bool:
    """`F.relu(x, inplace=True)`, `F.leaky_relu(x, 0.1, True)`, `np.maximum(x, y, out)`."""
    dotted = source.dotted(call.func) or ""
    asked = any(k.arg == "inplace" for k in call.keywords) or (
        dotted.startswith("torch.nn.functional.")
        and any(isinstance(a, ast.Constant) and a.value is True for a in call.args)
    )
    if asked and (node not in call.args or node is call.args[0]):
        return True
    given = next((i for i, argument in enumerate(call.args) if argument is node), -1)
    return dotted.startswith("numpy.") and given >= library.inputs(dotted)


def in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")
