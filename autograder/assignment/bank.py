"""The known bugs and the equivalents as text, for those who must not import torch."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Text:
    """One function or class of a bank: `source` is its text without the decorator, still named `name`."""

    name: str
    function: str
    source: str

    def as_solution(self) -> str:
        """The text as a student would hand it in: named like the function or class of the exercise."""
        return re.sub(rf"\A(def|class) {self.name}\b", rf"\1 {self.function}", self.source)


@dataclass(frozen=True)
class KnownBug(Text):
    """A mistake of `autograder.assignment.bugs`; see `bug` there."""

    says: str
    sheet: str
    mistake: str | None


@dataclass(frozen=True)
class KnownEquivalent(Text):
    """Right code of `autograder.assignment.equivalents`."""


@cache
def known_bugs() -> tuple[KnownBug, ...]:
    """Every bug of the bank, file by file, read from the source without importing it."""
    return tuple(
        KnownBug(text.name, text.function, text.source, **_named(call, says=call.args[1]))
        for text, call in _read("bugs", "bug")
    )


@cache
def known_equivalents() -> tuple[KnownEquivalent, ...]:
    """Every equivalent of the bank, file by file, read from the source without importing it."""
    return tuple(
        KnownEquivalent(text.name, text.function, text.source)
        for text, _ in _read("equivalents", "equivalent")
    )


def _named(call: ast.Call, says: ast.expr) -> dict[str, str]:
    given = {"says": says, **{k.arg: k.value for k in call.keywords if k.arg is not None}}
    return {"mistake": None, **{name: ast.literal_eval(value) for name, value in given.items()}}


def _read(bank: str, decorator: str) -> Iterator[tuple[Text, ast.Call]]:
    folder = files(f"autograder.assignment.{bank}")
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".py"):
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines()
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    for call in node.decorator_list:
                        if isinstance(call, ast.Call) and ast.unparse(call.func) == decorator:
                            source = "\n".join(lines[node.lineno - 1 : node.end_lineno]) + "\n"
                            yield Text(node.name, ast.unparse(call.args[0]), source), call
