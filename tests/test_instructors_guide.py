"""The instructors' guide shows code as it stands in the package, and names files, keys and commands that exist."""

import re
from pathlib import Path

import pytest

from autograder.cli import app
from autograder.spec.model import Spec

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "instructors.md").read_text("utf-8")
PACKAGE = "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "autograder" / "assignment").rglob("*.py")))


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
def test_an_example_is_code_of_the_package(example: str) -> None:
    assert example in PACKAGE


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:autograder|assignment)/[\w./]+)`", GUIDE))))
def test_a_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists() or (ROOT / "autograder" / path).exists()


def test_keys_of_grading_yml_that_are_named_exist() -> None:
    named = set(re.findall(r"`(\w+):`", GUIDE)) - {"rubric"}
    assert named
    assert named <= set(Spec.model_fields)


def test_commands_that_are_named_exist() -> None:
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    groups = {g.name for g in app.registered_groups}
    named = set(re.findall(r"`autograder ([\w-]+)", GUIDE))
    assert named
    assert named <= commands | groups
