"""All files of a submission that take part, together: what a name of one means that another one made."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from autograder.sandbox.inside.reading.rules import words
from autograder.sandbox.inside.reading.rules.live import OF_A_MODULE
from autograder.sandbox.inside.reading.rules.source import ONCE, Source, module_of_file


class Given(Mapping[str, Collection[str]]):
    """The names that each of our files makes itself, by module: read when they are asked for."""

    def __init__(self, ours: Mapping[str, bytes]) -> None:
        self._files = {module_of_file(name): content for name, content in ours.items()}

    def __getitem__(self, module: str) -> Collection[str]:
        try:
            tree = ast.parse(self._files[module])
        except (SyntaxError, ValueError):  # no Python
            return ()
        names = (_made_by(node) for node in tree.body)
        return frozenset(name for made in names for name in made)

    def values_in(self, module: str) -> Collection[str]:
        """Of these names, those that hold something else than a function, a class or a constant."""
        tree = ast.parse(self._files[module])
        assigned = (n for n in tree.body if isinstance(n, ast.Assign | ast.AnnAssign))
        held = (n for n in assigned if not isinstance(n.value, ast.Constant))
        return frozenset(name for node in held for name in _made_by(node))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _is_called(source: Source, use: ast.AST) -> bool:
    call = source.parents.get(use)
    return isinstance(call, ast.Call) and call.func is use


def _made_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


class Program:
    """`given`: the names that each of our files makes, by module."""

    def __init__(self, sources: Iterable[Source], given: Given, graded: Collection[str] = ()) -> None:
        self.sources = {source.module: source for source in sources}
        self.given, self.graded = given, frozenset(graded)
        self.attributes: dict[str, list[tuple[Source, ast.Attribute]]] = {}
        for source in self.sources.values():
            for node in source.all(ast.Attribute):
                self.attributes.setdefault(node.attr, []).append((source, node))
        self._on_import: dict[ast.AST, bool] = {}
        self._constructs: dict[ast.AST, bool] = {}

    def stores(self, attribute: str) -> bool:
        """Whether any file gives something an attribute of this name."""
        return any(not isinstance(node.ctx, ast.Load) for _, node in self.attributes.get(attribute, ()))

    def on_import(self, source: Source, function: ast.AST | None) -> bool:
        """Whether code runs when files are imported and never again: none of a function, or of one that only such code
        calls, and nothing else names."""
        if function is None:
            return True
        if function not in self._on_import:
            self._on_import[function] = False  # of a function that calls itself
            self._on_import[function] = self._is_called_on_import(source, function)
        return self._on_import[function]

    def _is_called_on_import(self, source: Source, function: ast.AST) -> bool:
        if not isinstance(function, ast.FunctionDef) or source.parents.get(function) is not source.tree:
            return False
        name = function.name
        named = {f"{source.module}.{name}", f"{source.module}.*", source.module}
        brought = (d for other in self.sources.values() for f in other.brought.values() for d in f.values())
        uses = [node for node in source.names.get(name, ()) if isinstance(node.ctx, ast.Load)]
        if function.decorator_list or not uses or name in self.graded or not named.isdisjoint(brought):
            return False
        return all(
            _is_called(source, use)
            and not any(isinstance(around, ast.ClassDef | ast.Lambda) for around in source.above(use))
            and self.on_import(source, source.function_of(use))
            for use in uses
        )

    def makes_its_object(self, source: Source, function: ast.AST | None) -> bool:
        """Whether it is the constructor of a class, or a method that constructors alone call."""
        if not isinstance(function, ast.FunctionDef) or source.method_of(function) is None:
            return False
        if function.name in ONCE:
            return True
        if function not in self._constructs:
            self._constructs[function] = False
            uses = self.attributes.get(function.name, ())
            asked = function.name in words.METHODS_ASKED or function.name in self.graded
            dunder = function.name.startswith("__") and function.name.endswith("__")
            known = dunder or function.name in OF_A_MODULE or asked
            self._constructs[function] = (
                bool(uses)
                and not (known or function.decorator_list)
                and all(
                    _is_called(place, use) and self.makes_its_object(place, place.function_of(use))
                    for place, use in uses
                )
            )
        return self._constructs[function]

    def home_of(self, source: Source, node: ast.AST) -> tuple[Source, str] | None:
        """The file of the submission that makes what an expression such as `name` or `module.name` means, and its name there."""
        seen: set[tuple[str, str]] = set()
        if isinstance(node, ast.Name) and not source.is_own(node) and node.id not in source.imported:
            if node.id in source.of_the_file:
                return source, node.id
            return self._by_star(source, node.id, seen)
        dotted = source.dotted(node)
        return self._made(dotted, seen) if dotted is not None else None

    def made(self, dotted: str) -> tuple[Source, str] | None:
        """The file of the submission that makes what a dotted name means, and its name there."""
        return self._made(dotted, set())

    def _made(self, dotted: str, seen: set[tuple[str, str]]) -> tuple[Source, str] | None:
        module, _, name = dotted.rpartition(".")
        source = self.sources.get(module)
        if source is None or (module, name) in seen:
            return None
        seen.add((module, name))
        if name in source.imported:
            return self._made(source.imported[name], seen)
        return (source, name) if name in source.of_the_file else self._by_star(source, name, seen)

    def _by_star(self, source: Source, name: str, seen: set[tuple[str, str]]) -> tuple[Source, str] | None:
        for dotted in source.brought.get("*", {}).values():
            if found := self._made(f"{dotted.removesuffix('.*')}.{name}", seen):
                return found
        return None

    def lambda_called(self, source: Source, call: ast.Call) -> ast.Lambda | None:
        """A function without a name that a name of the file means."""
        home = self.home_of(source, call.func) if isinstance(call.func, ast.Name) else None
        for binding in home[0].of_the_file[home[1]] if home is not None else ():
            assign = home[0].parents.get(binding.node)  # type: ignore[index]
            if isinstance(assign, ast.Assign) and isinstance(assign.value, ast.Lambda):
                return assign.value
        return None

    def functions_called(self, source: Source, call: ast.Call) -> Iterator[tuple[Source, ast.FunctionDef]]:
        """The functions of the submission that a call may mean: by name, or any method of that name."""
        func = call.func
        home = self.home_of(source, func) if isinstance(func, ast.Name | ast.Attribute) else None
        if home is not None:
            yield from self._top(*home)
        elif isinstance(func, ast.Name) and func.id == source.self_of(func):
            yield from self._methods("forward", "__call__")
        elif isinstance(func, ast.Name):
            inner = source.functions.get(func.id, ()) if source.is_own(func) else ()
            yield from ((source, found) for found in inner if isinstance(found, ast.FunctionDef))
        elif isinstance(func, ast.Attribute) and source.dotted(func) is None:
            yield from self._methods(func.attr)

    def _methods(self, *names: str) -> Iterator[tuple[Source, ast.FunctionDef]]:
        for source in self.sources.values():
            for found in (found for name in names for found in source.functions.get(name, ())):
                if source.method_of(found) is not None and isinstance(found, ast.FunctionDef):
                    yield source, found

    def _top(self, source: Source, name: str) -> Iterator[tuple[Source, ast.FunctionDef]]:
        for binding in source.of_the_file[name]:
            if isinstance(binding.node, ast.FunctionDef):
                yield source, binding.node
            elif isinstance(binding.node, ast.ClassDef):
                made = [
                    n for n in binding.node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"
                ]
                yield from ((source, found) for found in made)

    def class_called(self, source: Source, call: ast.Call) -> tuple[Source, ast.ClassDef] | None:
        home = self.home_of(source, call.func) if isinstance(call.func, ast.Name | ast.Attribute) else None
        if home is None:
            return None
        bindings = home[0].of_the_file[home[1]]
        made = bindings[0].node
        return (home[0], made) if len(bindings) == 1 and isinstance(made, ast.ClassDef) else None
