"""Code that leaves the language of the exercise: for the machinery of Python, or for parts of libraries that do more than
compute."""

from __future__ import annotations

import ast
import string
import sys
from collections.abc import Collection, Iterator, Mapping
from importlib.machinery import BuiltinImporter, PathFinder

from autograder.sandbox.inside.reading.reached import module_of
from autograder.sandbox.inside.reading.rules import library, words
from autograder.sandbox.inside.reading.rules.program import Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source, root_of

KIND = "reaches_into_python"


def look(source: Source, own: Collection[str], program: Program) -> Iterator[Finding]:
    """`own`: files of the submission."""
    yield from _imports(source, own, program.given)
    yield from _means_two_things(source)
    yield from _names(source)
    yield from _libraries(source, program)
    yield from _attributes(source)
    yield from _texts(source)


def _imports(source: Source, own: Collection[str], ours: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    for node in source.all(ast.Import, ast.ImportFrom):
        for alias in node.names:
            if (alias.asname or "").startswith("__"):
                yield source.found(KIND, node, f"imports something as {alias.asname}")
            if isinstance(node, ast.Import) and not _may_be_imported(alias.name, own):
                yield source.found(KIND, node, f"imports {alias.name}")
        if isinstance(node, ast.ImportFrom):
            module = module_of(source.name, node)
            for alias in node.names:
                if why := _why_not_from(module, alias.name, own, ours):
                    yield source.found(KIND, node, f"imports {alias.name} from {module}: {why}")


def _means_two_things(source: Source) -> Iterator[Finding]:
    """Names are looked up as the first thing that they mean. The same in two places of a library is one thing."""
    for name, brought in source.brought.items():
        first, *others = dict.fromkeys(brought.values())
        for other in others:
            if (library.is_module(first) or library.is_module(other)) and not library.are_same(first, other):
                node = next(node for node, dotted in brought.items() if dotted == other)
                yield source.found(KIND, node, f"{name[:60]} is {first[:60]} and {other[:60]}")


def _may_be_imported(module: str, own: Collection[str]) -> bool:
    """To import a module of Python does nothing; what is used of it is looked at where it is used. What is not there fails."""
    top = module.partition(".")[0]
    return (
        library.is_usual_module(module)
        or top in sys.stdlib_module_names - {"__main__"}
        or top in words.OFTEN_IMPORTED
        or _is_own(module, own)
        or not (_is_file(module, own) or _is_there(top))
    )


def _is_there(top: str) -> bool:
    found = top in sys.modules or BuiltinImporter.find_spec(top) or PathFinder.find_spec(top)
    return bool(found) or top.startswith("__")


def _is_own(module: str, own: Collection[str]) -> bool:
    """Whether Python finds a file of the submission under this name, and nothing else before it."""
    top = module.partition(".")[0]
    return _is_file(module, own) and (
        top == "generative" or not (top in sys.stdlib_module_names or _is_there(top))
    )


def _is_file(module: str, own: Collection[str]) -> bool:
    path = module.replace(".", "/")
    return f"{path}.py" in own or f"{path}/__init__.py" in own or any(n.startswith(path + "/") for n in own)


def _why_not_from(module: str, name: str, own: Collection[str], ours: Mapping[str, Collection[str]]) -> str:
    if module in ours:
        return "" if name == "*" or name in ours[module] else "a name that the handout does not make there"
    if _is_own(module, own) or not (_is_file(module, own) or _is_there(module.partition(".")[0])):
        return ""
    if module.partition(".")[0] in words.OFTEN_IMPORTED:
        return ""
    if name == "*":
        return "" if library.is_usual_module(module) and module in sys.modules else "everything"
    if name.startswith("_") and module != "__future__":
        return "a private name"
    if not library.is_usual_module(module):
        return f"the module {module}"
    return library.why_not(f"{module}.{name}")


def _names(source: Source) -> Iterator[Finding]:
    for bound, bindings in source.bindings.items():
        usual = not _is_dunder(bound) or (bound in words.DUNDER_NAMES and bound != "__name__")
        for binding in bindings if not usual else ():
            # What a class defines is looked at among the classes.
            if not isinstance(binding.scope, ast.ClassDef):
                yield source.found(KIND, binding.node, f"gives {bound} a value")
    for exported in source.all(ast.Assign):
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in exported.targets):
            for part in ast.walk(exported.value):
                if isinstance(part, ast.Constant) and str(part.value).startswith("_"):
                    yield source.found(KIND, part, f"exports {str(part.value)[:60]}")
    for name in source.all(ast.Name):
        if _is_dunder(name.id):
            if name.id not in words.DUNDER_NAMES and isinstance(name.ctx, ast.Load):
                yield source.found(KIND, name, f"uses {name.id}")
        elif source.is_own(name):
            continue
        elif name.id in words.BUILTINS:
            yield source.found(KIND, name, f"uses {name.id}")
        elif name.id in ("getattr", "hasattr"):
            yield from _by_name(source, name)
        elif name.id == "type" and not _harmless_type(source, name):
            yield source.found(KIND, name, "uses type for more than a comparison")
        elif name.id == "super" and not _harmless_super(source, name):
            yield source.found(KIND, name, "uses super for another class or object")
    for trusted in words.TRUSTED:
        for binding in source.bindings.get(trusted, ()):
            if not isinstance(binding.node, ast.arg):
                text = f"gives {trusted} another meaning: the reader cannot follow it from there"
                yield source.found(KIND, binding.node, text)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _by_name(source: Source, name: ast.Name) -> Iterator[Finding]:
    """`getattr(x, "shape")` is `x.shape`; with a name that is computed it can be anything."""
    call = source.parents.get(name)
    named = call.args[1] if isinstance(call, ast.Call) and call.func is name and len(call.args) > 1 else None
    if not (isinstance(call, ast.Call) and isinstance(named, ast.Constant) and isinstance(named.value, str)):
        yield source.found(KIND, name, f"uses {name.id} with a name that is not written out")
        return
    dotted = source.dotted(call.args[0])
    why = _word(named.value) or (named.value.startswith("_") and "a name that is private elsewhere")
    why = why or (library.why_not(f"{dotted}.{named.value}") if dotted else "")
    if why:
        yield source.found(KIND, name, f"{name.id} of {named.value[:60]}: {why}")


def _harmless_type(source: Source, name: ast.Name) -> bool:
    call = source.parents.get(name)
    if not (isinstance(call, ast.Call) and call.func is name and len(call.args) == 1 and not call.keywords):
        return source.annotates(name)
    around = source.parents.get(call)
    if isinstance(around, ast.Attribute):
        return around.attr == "__name__" or around.attr in source.classes or around.attr.isupper()
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Name):
        return around.func.id in ("print", "isinstance", "str", "repr")
    return isinstance(around, ast.Compare | ast.FormattedValue | ast.Assert)


def _harmless_super(source: Source, name: ast.Name) -> bool:
    """`super()`, or `super(Own, self)` inside the class Own."""
    call = source.parents.get(name)
    if not (isinstance(call, ast.Call) and call.func is name and not call.keywords):
        return False
    inside = [node.name for node in source.above(name) if isinstance(node, ast.ClassDef)]
    said = [argument.id if isinstance(argument, ast.Name) else "" for argument in call.args]
    return not said or (len(said) == 2 and said[0] in inside[:1] and said[1] == source.self_of(name))


def _libraries(source: Source, program: Program) -> Iterator[Finding]:
    """Whatever begins at an import is looked up in the library, from its beginning to its end."""
    for node in source.all(ast.Name, ast.Attribute):
        around = source.parents.get(node)
        if isinstance(around, ast.Attribute) and around.value is node:
            continue
        dotted = source.dotted(node)
        if dotted is None or (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)):
            continue
        if _is_a_usual_setting(source, node, dotted):
            continue
        top = dotted.partition(".")[0]
        if library.lookup(dotted) and top != "generative":
            why = _why_not(dotted) or _why_not_here(source, node, dotted)
        elif library.is_usual_module(dotted) or library.is_usual_module(dotted.rpartition(".")[0]):
            why = library.why_not(dotted) or _why_not_of_a_file(node)
        elif (
            top == "generative"
            or program.sources.get(top)
            or not (top in sys.stdlib_module_names or _is_there(top))
        ):
            why = _why_not_of_a_file(node)
        else:
            why = f"the module {top}"
        if why:
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: {why}")


def _is_a_usual_setting(source: Source, node: ast.AST, dotted: str) -> bool:
    """`torch.backends.cudnn.benchmark = True` or `os.environ["…"] = "…"`, on import."""
    around = source.parents.get(node)
    stored = isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store)
    usual = dotted in words.USUAL_SETTINGS or (dotted == "os.environ" and stored)
    return usual and source.runs_once(source.function_of(node))


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
        if node.attr.startswith("_") or _word(node.attr):
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


def _attributes(source: Source) -> Iterator[Finding]:
    own = {name for name in source.bindings if name.startswith("_")}
    own |= {
        node.attr
        for node in source.all(ast.Attribute)
        if isinstance(node.ctx, ast.Store) and source.on_self(node)
    }
    own -= library.own_names_of_torch()
    for node in source.all(ast.Attribute):
        name = node.attr
        if source.dotted(node) is not None:
            continue
        if (why := _word(name)) and not _of_super(node, name):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: {why}")
        elif ("hook" in name and name not in source.bindings and not source.on_self(node)) or (
            "hook" in name and name.startswith(("register", "_"))
        ):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: code that runs when others do")
        elif name == "__class__" and not _of_class_name(source, node):
            yield source.found(KIND, node, "uses __class__ for more than its name")
        elif name == "__init__" and not _makes_itself(source, node):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]} of something else")
        elif name == "obj" and not source.on_self(node):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: what an exception was about")
        elif name == "format" and not _plain_format(node):
            yield source.found(
                KIND, node, "format of a text that is not written out, or that asks for attributes"
            )
        elif _is_private(name, own) and (not source.on_self(node) or name in words.OF_A_MODULE):
            yield source.found(KIND, node, f"{ast.unparse(node)[:80]}: a name that is private elsewhere")
    for pattern in source.all(ast.MatchClass):
        if pattern.patterns:
            yield source.found(KIND, pattern, "matches attributes by their place")
        for name in pattern.kwd_attrs:
            if name.startswith("_") or _word(name):
                yield source.found(KIND, pattern, f"matches the attribute {name}")


def _of_super(node: ast.Attribute, name: str) -> bool:
    """`super().__repr__()`."""
    made = (
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
    )
    return made and name in words.DUNDERS_DEFINED


def _is_private(name: str, own: Collection[str]) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in {*own, *words.PRIVATE_BUT_USUAL}


def _word(name: str) -> str:
    if name.startswith("__") and name.endswith("__") and name not in words.DUNDERS_USED:
        return "a name of Python's own machinery"
    return "the way to what runs outside" if name in words.LEADING_OUT else ""


def _of_class_name(source: Source, node: ast.Attribute) -> bool:
    around = source.parents.get(node)
    return isinstance(around, ast.Attribute) and around.attr == "__name__"


def _makes_itself(source: Source, node: ast.Attribute) -> bool:
    """`super().__init__()` or `Base.__init__(self)`."""
    if isinstance(node.value, ast.Call):
        return isinstance(node.value.func, ast.Name) and node.value.func.id == "super"
    call = source.parents.get(node)
    first = call.args[0] if isinstance(call, ast.Call) and call.func is node and call.args else None
    return isinstance(first, ast.Name) and first.id == source.self_of(node)


def _plain_format(node: ast.Attribute) -> bool:
    if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
        return False
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(node.value.value) if name]
    except ValueError:
        return True
    return not any("." in name or "[" in name for name in fields)


def _texts(source: Source) -> Iterator[Finding]:
    for call in source.all(ast.Call):
        for keyword in call.keywords:
            named = keyword.arg == "module" and not (
                isinstance(call.func, ast.Name) and call.func.id in source.functions
            )
            if named or keyword.arg in ("qualname", "eval_str", "assigned", "updated"):
                yield source.found(KIND, call, f"a call with {keyword.arg}=")
    for node in source.all(ast.Attribute, ast.Subscript):
        base = node.value if isinstance(node, ast.Subscript) else None
        if base is None or isinstance(node.ctx, ast.Load):
            continue
        dotted = source.dotted(base)
        if dotted is not None and not _is_a_usual_setting(source, base, dotted):
            yield source.found(KIND, node, f"changes {ast.unparse(base)[:60]}, which is everybody's")
    for call in source.all(ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in words.CHANGING:
            continue
        dotted = source.dotted(call.func.value)
        if dotted is not None and not library.is_module(dotted) and root_of(call.func) is not None:
            yield source.found(
                KIND, call, f"changes {ast.unparse(call.func.value)[:60]}, which is everybody's"
            )
