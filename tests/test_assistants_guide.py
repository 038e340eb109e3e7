"""docs/assistants.md knows every flag that the grader can raise."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.engine import reading
from autograder.sandbox.inside.reading import rules

ROOT = Path(__file__).parents[1]


def raised() -> Iterator[str]:
    """The kinds of flags in the code: written out, a constant of their file, or what reading asks about."""
    yield from reading._ASKED
    for path in (ROOT / "autograder").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Flag":
                (kind,) = (k.value for k in node.keywords if k.arg == "kind")
                if isinstance(kind, ast.Constant):
                    yield kind.value
                elif kind.id in constants:
                    yield constants[kind.id]


def test_every_flag_is_explained_to_assistants() -> None:
    guide = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
    rows = {
        name
        for row in re.findall(r"^\| (`.*?) \|", guide, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert set(raised()) == rows


def test_reading_has_words_for_every_kind_of_finding() -> None:
    assert reading._ASKED.keys() == {*rules.WITHIN_THE_LANGUAGE, rules.UNREADABLE, rules.machinery.KIND}
