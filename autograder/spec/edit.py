"""Changes grading.yml as a person would: one block of lines, with every comment and every other line as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from autograder.errors import SpecError

WIDTH = 200  # the evidence of a number on one line


def with_gates(text: str, run: str, gates: Sequence[Mapping[str, Any]]) -> str:
    """The text of grading.yml with other gates for a training run. SpecError if there is no such block."""
    lines = text.splitlines(keepends=True)
    first, indent = _gates_key(text, run)
    last = first + 1
    while last < len(lines) and _belongs(lines[last], indent):
        last += 1
    while not lines[last - 1].strip():  # empty lines before the next block stay
        last -= 1
    # Flow style for what holds no further list or mapping: [0.6, 1.7], and one line for each number's evidence.
    listed = yaml.safe_dump(
        [dict(g) for g in gates], sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )
    block = "".join(f"{' ' * (indent + 2)}{line}" for line in listed.splitlines(keepends=True))
    edited = "".join([*lines[:first], f"{' ' * indent}gates:\n{block}", *lines[last:]])
    _check(text, edited, run, gates)
    return edited


def _gates_key(text: str, run: str) -> tuple[int, int]:
    """Line and column, from 0, of the key `gates` in the block of the run."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for name in ("training", run, "gates"):
        pairs = node.value if isinstance(node, yaml.MappingNode) and not node.flow_style else []
        found = next(((key, value) for key, value in pairs if key.value == name), None)
        if found is None:
            raise SpecError(
                f"grading.yml has no block training.{run}.gates on lines of its own. Write `gates: []` below the run's budget."
            )
        key, node = found
    return key.start_mark.line, key.start_mark.column


def _belongs(line: str, indent: int) -> bool:
    """Whether a line is inside the block of a key at this column. A list may stand as far left as its key."""
    own = len(line) - len(line.lstrip())
    return not line.strip() or own > indent or (own == indent and line.lstrip().startswith("- "))


def _check(before: str, after: str, run: str, gates: Sequence[Mapping[str, Any]]) -> None:
    """Nothing but the gates has changed."""
    content = yaml.safe_load(before)
    content["training"][run]["gates"] = [dict(g) for g in gates]
    try:
        same = yaml.safe_load(after) == content
    except yaml.YAMLError:
        same = False
    if not same:
        raise SpecError(
            f"the gates of training.{run} cannot be written into grading.yml. Put them on lines of their own."
        )
