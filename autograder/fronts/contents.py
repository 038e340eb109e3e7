"""What a bundle that grades carries of this repository: the package and the course."""

from pathlib import Path

from autograder.authoring.trees import read_tree

PACKAGE = Path(__file__).parents[1]
RELEASE = "release/generative-models"


def package_files() -> dict[str, bytes]:
    """This package by path, as `autograder/…`."""
    found = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {f"autograder/{p.relative_to(PACKAGE).as_posix()}": p.read_bytes() for p in found}


def course_files(root: Path) -> dict[str, bytes]:
    """What grading reads of a course: grading.yml, and the release, whose given files replace a submission's."""
    release = read_tree(root / RELEASE)
    return {
        "grading.yml": (root / "grading.yml").read_bytes(),
        **{f"{RELEASE}/{name}": content for name, content in release.items()},
    }
