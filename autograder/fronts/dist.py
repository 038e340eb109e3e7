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
        return write_tree(files, path)
    content = zipped(files)
    if path.exists() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True
