"""Writes dist/: every bundle, whole or not at all, and only if its bytes have changed."""

from pathlib import Path

from autograder.authoring.trees import write_tree
from autograder.fronts.bundles import BUNDLES
from autograder.fronts.zipping import zipped
from autograder.results.store import write_whole
from autograder.spec.model import Spec

DIST = "dist"


def write_dist(root: Path, spec: Spec) -> dict[str, bool]:
    """Make the bundles of the course in `root`, of which the release is built; path below it → whether it was written."""
    return {
        f"{DIST}/{bundle.name}": _write(root / DIST / bundle.name, bundle.files(spec, root))
        for bundle in BUNDLES
    }


def _write(path: Path, files: dict[str, bytes]) -> bool:
    if path.suffix != ".zip":
        return _held(path) != files and write_tree(files, path)
    content = zipped(files)
    if path.exists() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True


def _held(folder: Path) -> dict[str, bytes]:
    """All files of a folder; `read_tree` passes over folders named data, and this package has one."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
