"""The files of a submission that take part when some of them are imported.

Whoever imports in another way than by an import statement is found by the rules.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

MOST_BYTES = 256 * 1024
"""Of one file: a person looks at a longer one anyway."""


class Unread(Exception):
    """Why a file that Python may well import is not read."""


def reached(
    files: Mapping[str, bytes], start: Sequence[str], ours: Collection[str]
) -> dict[str, ast.Module | Unread | None]:
    """`start` and all that they import, by name; ours are not followed. None: Python cannot read it either."""
    found: dict[str, ast.Module | Unread | None] = {}
    waiting = [name for name in start if name in files]
    for name in waiting:  # and what is added on the way
        if name in found or name in ours:
            continue
        try:
            found[name] = _parsed(files[name])
        except Unread as unread:
            found[name] = unread
            continue
        except (SyntaxError, ValueError):
            found[name] = None
            continue
        waiting += imported(found[name], name, files)
    return found


def _parsed(content: bytes) -> ast.Module:
    if len(content) > MOST_BYTES:
        raise Unread(f"longer than {MOST_BYTES // 1024} KiB")
    try:
        return ast.parse(content)
    except (MemoryError, RecursionError):
        raise Unread("nested too deeply to be read") from None


def imported(tree: ast.AST | Unread | None, name: str, files: Collection[str]) -> Iterator[str]:
    """The files that a file called `name` imports, the packages around them included."""
    for node in ast.walk(tree) if isinstance(tree, ast.AST) else ():
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = module_of(name, node)
            modules = [base, *(f"{base}.{alias.name}".removeprefix(".") for alias in node.names)]
        else:
            continue
        for module in modules:
            parts = module.split(".")
            for depth in range(1, len(parts) + 1):
                path = "/".join(parts[:depth])
                yield from (file for file in (f"{path}/__init__.py", f"{path}.py") if file in files)


def module_of(name: str, node: ast.ImportFrom) -> str:
    """The module that `from … import` in a file called `name` means, in full."""
    if not node.level:
        return node.module or ""
    package = PurePosixPath(name).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
