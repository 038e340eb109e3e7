"""Numbers and texts that a file brings along: a formula has few, weights and digits are nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.sandbox.inside.reading.rules.source import Finding, Source

KIND = "brings_data"
DIGITS = 1500
"""Digits of all numbers of a file together; the solutions have below a tenth of it."""
CHARACTERS = 3000
"""Of all texts of a file that are no docstrings."""


def look(source: Source) -> Iterator[Finding]:
    digits = characters = 0
    for node in source.all(ast.Constant):
        value = node.value
        if isinstance(value, bool):
            continue
        if isinstance(value, int):
            digits += 1 + value.bit_length() // 3
        elif isinstance(value, float | complex):
            digits += len(repr(value))
        elif isinstance(value, str | bytes) and not isinstance(source.parents.get(node), ast.Expr):
            characters += len(value)
    if digits > DIGITS:
        yield Finding(
            KIND,
            source.name,
            1,
            f"numbers of {digits} digits in all: are there weights or images among them?",
        )
    if characters > CHARACTERS:
        yield Finding(
            KIND, source.name, 1, f"texts of {characters} characters: do they hold weights or images?"
        )
