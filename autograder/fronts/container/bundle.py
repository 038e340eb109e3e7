"""dist/container/: the folder that `docker build` and `apptainer build` are given."""

from pathlib import Path

from autograder.authoring.trees import read_tree
from autograder.fronts.contents import course_files, package_files
from autograder.fronts.locks import lock
from autograder.spec.model import Spec

FILES = Path(__file__).parent / "files"


def container_files(spec: Spec, root: Path) -> dict[str, bytes]:
    """Contents by path: recipes, locks, and the course with this package."""
    course = {**course_files(root), **package_files()}
    return {
        **read_tree(FILES),
        **{f"locks/{name}": lock(name) for name in ("grading.lock", "cuda.lock")},
        **{f"course/{name}": content for name, content in course.items()},
    }
