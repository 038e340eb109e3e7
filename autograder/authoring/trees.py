"""A folder of files as a value: read it, write it whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from autograder.errors import AuthoringError

Tree: TypeAlias = Mapping[str, bytes]
"""Contents by POSIX path relative to the folder."""

IGNORED = frozenset({".ipynb_checkpoints", "__pycache__", ".pytest_cache", ".DS_Store", "data"})
"""Names that tools leave behind; `data` is where the notebook downloads MNIST. nbgrader_config.py says the same."""


def read_tree(folder: Path) -> dict[str, bytes]:
    """All files under `folder`, sorted by path; a folder that does not exist is empty.

    Raises AuthoringError for a link: what it points to would be copied into the release under another name.
    """
    tree: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if IGNORED.intersection(relative.parts):
            continue
        if path.is_symlink():
            raise AuthoringError(
                f"{path}: a link in the course material. Replace it by the file it points to."
            )
        if path.is_file():
            tree[relative.as_posix()] = path.read_bytes()
    return tree


def write_tree(tree: Tree, folder: Path) -> bool:
    """Make `folder` hold exactly `tree`; False if it already did.

    The files are written to a sibling folder, which then takes the place of the old one: whoever looks sees the old
    tree or the new one. A run killed between the two renames leaves no folder; the next build makes it again.
    """
    if folder.is_dir() and read_tree(folder) == dict(tree):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover)
    workspace = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        new, old = workspace / "new", workspace / "old"
        _write_files(tree, new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(workspace)
    return True


def _write_files(tree: Tree, folder: Path) -> None:
    folder.mkdir()
    for name, content in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.chmod(path, 0o644)
