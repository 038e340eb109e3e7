"""What of the files can run when something is asked: the rest, such as a training loop of one's own, is not looked at.

Functions and classes at the top of a file, and methods of models, take part if they are graded, or if their names stand anywhere in code that does,
texts included. Whoever calls by another text leaves the language of the exercise, which the rules see.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from torch import nn

from autograder.sandbox.inside.reading.rules import words
from autograder.sandbox.inside.reading.rules.source import COMPREHENSIONS

OF_A_MODULE = frozenset(dir(nn.Module))
_ASKED_OF_A_MODULE = OF_A_MODULE | words.METHODS_ASKED


def live(trees: Mapping[str, ast.Module], graded: Collection[str]) -> dict[str, ast.Module]:
    """The trees with only what takes part, and as it is read: `getattr(x, "y")` as `x.y`, annotations as they say."""
    bodies = {name: [node for node in tree.body if not _is_main(node)] for name, tree in trees.items()}
    waiting: list[ast.stmt] = []
    resting: dict[str, list[ast.stmt]] = {}
    for node in (node for body in bodies.values() for node in body):
        name = getattr(node, "name", "")
        if name not in graded and _may_rest(node):
            resting.setdefault(name, []).append(node)
        else:
            waiting.append(node)
    methods: dict[str, list[ast.stmt]] = {}
    for made in (node for body in bodies.values() for node in body if _is_plain_module(node)):
        for method in (node for node in made.body if _may_rest_in_a_module(node, graded)):
            methods.setdefault(method.name, []).append(method)
    asleep = {*(node for found in resting.values() for node in found)}
    asleep |= {node for found in methods.values() for node in found}
    for node in waiting:  # and what is added on the way
        for word in _words_in(node, asleep):
            woken = [*resting.pop(word, []), *methods.pop(word, [])]
            waiting += woken
            asleep.difference_update(woken)
    for body in bodies.values():
        for node in body:
            if isinstance(node, ast.ClassDef):
                node.body = [part for part in node.body if part not in asleep] or [ast.Pass()]
    return {
        name: _as_read(ast.Module(body=[node for node in body if node not in asleep], type_ignores=[]))
        for name, body in bodies.items()
    }


def _is_plain_module(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    """Whether nothing but torch and the submission calls its methods."""
    if not isinstance(node, ast.ClassDef) or node.keywords or node.decorator_list:
        return False
    return {ast.unparse(base) for base in node.bases} <= {"nn.Module", "torch.nn.Module"}


def _may_rest_in_a_module(node: ast.stmt, graded: Collection[str]) -> TypeGuard[ast.FunctionDef]:
    """A method that torch does not know, and nobody asks for."""
    return (
        isinstance(node, ast.FunctionDef)
        and not node.decorator_list
        and not node.name.startswith("_")
        and node.name not in _ASKED_OF_A_MODULE
        and node.name not in graded
        and not _does_something(node)
    )


def named_in(tops: Collection[ast.stmt], start: Collection[ast.stmt]) -> frozenset[str]:
    """The words in some of the definitions at the top of files, and in the others that they name, and so on."""
    words: set[str] = set()
    waiting = list(start)
    for node in waiting:  # and what is added on the way
        new = set(_words_in(node)) - words
        words |= new
        waiting += [top for top in tops if getattr(top, "name", None) in new]
    return frozenset(words)


def _may_rest(node: ast.stmt) -> bool:
    """A definition that does nothing by being there. One that is run by its decorator or as a hook of Python is no such."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not (node.decorator_list or node.name.startswith("__") or _does_something(node))
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
        return False
    bases = {ast.unparse(base) for base in node.bases}
    return bases <= {"nn.Module", "torch.nn.Module", "object", "Exception"} and all(map(_is_plain, node.body))


def _is_plain(node: ast.stmt) -> bool:
    """A part of a class that does nothing when the class is made: plain methods, and values written out."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        named = all(isinstance(d, ast.Name) and d.id in _PLAIN for d in node.decorator_list)
        dunder = node.name.startswith("__") and node.name not in words.DUNDERS_DEFINED
        return named and not dunder and not _does_something(node)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        written = node.value is None or isinstance(node.value, ast.Constant)
        return written and all(isinstance(target, ast.Name) for target in targets)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


_PLAIN = frozenset(("staticmethod", "classmethod", "property"))
_ACTING = (ast.Call, ast.NamedExpr, *COMPREHENSIONS, ast.Lambda, ast.Await, ast.Yield)


def _does_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a default or an annotation does something when the function is made. (`list[int]` does nothing here.)"""
    a = function.args
    arguments = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    parts = [*a.defaults, *filter(None, a.kw_defaults), *(argument.annotation for argument in arguments)]
    written = (ast.walk(part) for part in [*parts, function.returns] if part is not None)
    return any(isinstance(node, _ACTING) for nodes in written for node in nodes)


def _parts(node: ast.AST, without: Collection[ast.AST]) -> Iterator[ast.AST]:
    """As ast.walk, but for some."""
    parts = [node]
    for part in parts:  # and what is added on the way
        parts += [child for child in ast.iter_child_nodes(part) if child not in without]
    yield from parts


def _words_in(node: ast.AST, without: Collection[ast.AST] = ()) -> Iterator[str]:
    for part in _parts(node, without):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.alias):
            yield part.name.rpartition(".")[2]
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.MatchClass):
            yield from part.kwd_attrs


def _is_main(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.If) and not node.orelse):
        return False
    return ast.unparse(node.test) in ("__name__ == '__main__'", "'__main__' == __name__")


def _as_read(tree: ast.Module) -> ast.Module:
    nodes = [*ast.walk(tree)]
    if any(isinstance(node, ast.Name) and node.id == "getattr" for node in nodes):
        tree = _AsAttribute().visit(tree)
        nodes = [*ast.walk(tree)]
    for node in nodes:
        for place in ("annotation", "returns"):
            annotation = getattr(node, place, None)
            if isinstance(annotation, ast.expr):
                setattr(node, place, _AsSaid().visit(annotation))
    return tree


class _AsAttribute(ast.NodeTransformer):
    """`getattr(x, "y")` is `x.y`, and with a default, one of both."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        named = node.args[1] if len(node.args) in (2, 3) else None
        if not (
            isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and not node.keywords
            and isinstance(named, ast.Constant)
            and isinstance(named.value, str)
            and named.value.isidentifier()
        ):
            return node
        found: ast.expr = ast.Attribute(value=node.args[0], attr=named.value, ctx=ast.Load())
        if len(node.args) == 3:
            found = ast.BoolOp(op=ast.Or(), values=[found, node.args[2]])
        for part in (found, *([found.values[0]] if isinstance(found, ast.BoolOp) else [])):
            ast.copy_location(part, node)
        return found


class _AsSaid(ast.NodeTransformer):
    """Annotations that are texts, as what they say: libraries may evaluate them."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            said = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return node
        for part in ast.walk(said):
            ast.copy_location(part, node)
        return said
