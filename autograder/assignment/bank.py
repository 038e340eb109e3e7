"""The known bugs as text, for those who must not import torch."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class KnownBug:
    """One function or class of `autograder.assignment.bugs`: `source` is its text without the decorator, still named `name`."""

    name: str
    function: str
    says: str
    sheet: str
    source: str

    def as_solution(self) -> str:
        """The text as a student would hand it in: named like the function or class of the exercise."""
        return re.sub(rf"\A(def|class) {self.name}\b", rf"\1 {self.function}", self.source)


@cache
def known_bugs() -> tuple[KnownBug, ...]:
    """Every bug of the bank, file by file, read from the source without importing it."""
    folder = files("autograder.assignment.bugs")
    texts = [
        p.read_text(encoding="utf-8")
        for p in sorted(folder.iterdir(), key=lambda p: p.name)
        if p.name.endswith(".py")
    ]
    return tuple(known for text in texts for known in _read(text))


def _read(text: str) -> list[KnownBug]:
    found = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "bug":
                about, says = decorator.args
                (sheet,) = (k.value for k in decorator.keywords if k.arg == "sheet")
                lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
                found.append(
                    KnownBug(
                        name=node.name,
                        function=ast.unparse(about),
                        says=ast.literal_eval(says),
                        sheet=ast.literal_eval(sheet),
                        source="\n".join(lines) + "\n",
                    )
                )
    return found
