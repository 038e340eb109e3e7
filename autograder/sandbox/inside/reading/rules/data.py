"""Numbers and texts that a submission brings along: a formula has few, weights and digits are nothing else."""

from __future__ import annotations

import ast
import zlib
from collections.abc import Iterator, Sequence

from autograder.sandbox.inside.reading.rules.source import Finding, Source

KIND = "brings_data"
DIGITS = 1500
"""Digits of all numbers, and values like True, of all files together; the solutions have below a tenth of it."""
CHARACTERS = 4000
"""Of all texts that are no docstrings, and of the names of arguments in calls."""
ENTRIES = 300
"""Of one list or call: more is a table, whatever stands in it."""
CODE_BYTES = 10 * 1024
"""Compressed, without comments and docstrings: four times the solutions'."""
LONG_NAME, LONGEST_NAME = 40, 80
"""Characters of names count as text from the first on; from the second on one is enough."""


def look(sources: Sequence[Source]) -> Iterator[Finding]:
    """After the other rules: docstrings are taken out of the trees."""
    digits = characters = size = 0
    for source in sources:
        for node in source.all(ast.Constant):
            digits += _digits(node)
            characters += _characters(source, node)
        for node in source.all(ast.keyword):
            characters += len(node.arg or "")
        for node in source.all(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Call):
            if (entries := _entries(node)) > ENTRIES:
                yield source.found(KIND, node, f"{entries} entries in one place: are they weights or images?")
        for name, found in source.bindings.items():
            characters += len(name) if len(name) > LONG_NAME else 0
            if len(name) > LONGEST_NAME:
                yield source.found(KIND, found[0].node, f"a name of {len(name)} characters")
        size += _size(source)
    for source in sources[:1]:
        if digits > DIGITS:
            yield source.found(
                KIND,
                source.tree,
                f"numbers of {digits} digits in all: are there weights or images among them?",
            )
        if characters > CHARACTERS:
            yield source.found(
                KIND, source.tree, f"texts of {characters} characters in all: do they hold weights or images?"
            )
        if size > CODE_BYTES:
            text = f"{size // 1024} KiB of code even when compressed: does it bring digits or trained weights along?"
            yield source.found(KIND, source.tree, text)


def _size(source: Source) -> int:
    """Bytes of its code, compressed; of short code no more than a bound, which is quicker."""
    bound = 2 * len(source.nodes) + sum(map(len, source.bindings))
    return bound if bound < CODE_BYTES // 2 else len(zlib.compress(_bare(source).encode()))


def _entries(node: ast.expr) -> int:
    if isinstance(node, ast.Call):
        return len(node.args)
    return len(node.keys) if isinstance(node, ast.Dict) else len(node.elts)  # type: ignore[attr-defined]


def _digits(node: ast.Constant) -> int:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return 1 + node.value.bit_length() // 3
    if isinstance(node.value, float | complex):
        return len(repr(node.value))
    return 0 if isinstance(node.value, str | bytes) else 1


def _characters(source: Source, node: ast.Constant) -> int:
    text = isinstance(node.value, str | bytes) and not isinstance(source.parents.get(node), ast.Expr)
    return len(node.value) if text else 0  # type: ignore[arg-type]


def _bare(source: Source) -> str:
    """The code without its docstrings; comments are no part of a tree."""
    kept = [node for node in source.tree.body if not _is_text(node)]
    for node in source.nodes:
        body = getattr(node, "body", None)
        if isinstance(body, list) and not isinstance(node, ast.Module):
            node.body = [part for part in body if not _is_text(part)] or [ast.Pass()]  # type: ignore[attr-defined]
    return "\n".join(ast.unparse(node) for node in kept)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
