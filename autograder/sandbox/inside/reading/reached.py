"""Which files of a submission take part when some of them are imported.

Whoever imports by a name that is computed is found by other rules, so that the import statements say it all.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from autograder.sandbox.inside.reading.source import Source


def imports(source: Source, name: str, files: Collection[str]) -> Iterator[str]:
    """The files that the file called `name` imports, the packages around them included."""
    for node in source.all(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            base = _base(name, node)
            modules = [base, *(f"{base}.{alias.name}".removeprefix(".") for alias in node.names)]
        for module in modules:
            parts = module.split(".")
            for depth in range(1, len(parts) + 1):
                path = "/".join(parts[:depth])
                yield from (file for file in (f"{path}/__init__.py", f"{path}.py") if file in files)


def _base(name: str, node: ast.ImportFrom) -> str:
    """The module that `from … import` names, in full."""
    if not node.level:
        return node.module or ""
    package = PurePosixPath(name).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
