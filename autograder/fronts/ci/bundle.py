"""dist/ci/: workflow files and Classroom 50's autograder. The head of each file says where it goes."""

from pathlib import Path

from autograder.authoring.trees import read_tree
from autograder.spec.model import Spec

FILES = Path(__file__).parent / "files"


def ci_files(spec: Spec, root: Path) -> dict[str, bytes]:
    """Contents by path; the same for every course."""
    return read_tree(FILES)
