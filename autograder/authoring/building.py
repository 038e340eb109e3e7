"""From source/ to what students, assistants and nbgrader get."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.compare import Drift, compare
from autograder.authoring.leaks import refuse_leaks
from autograder.authoring.marks import refuse_marks
from autograder.authoring.notebook import load_config, make_release_notebook, make_solved_notebook
from autograder.authoring.otter_tests import make_otter_tests
from autograder.authoring.points import points_of_cells, with_points
from autograder.authoring.rubrics import FILE as RUBRICS_FILE
from autograder.authoring.rubrics import make_rubrics, rubric_secrets
from autograder.authoring.secrets import find_secrets
from autograder.authoring.staging import stage
from autograder.authoring.stamp import stamp_sheet
from autograder.authoring.stub import make_solved, make_stub
from autograder.authoring.trees import Tree, read_tree, write_tree
from autograder.errors import AuthoringError
from autograder.spec.model import Spec

ASSIGNMENT = "generative-models"
SHEET_FILE = "generative/__init__.py"
HIDDEN = Path(__file__).parent.parent / "assignment"

SOURCE, RELEASE, SOLUTIONS, STAGE = (
    f"{folder}/{ASSIGNMENT}" for folder in ("source", "release", "solutions", "build/nbgrader/source")
)


@dataclass(frozen=True)
class BuildReport:
    """What a build did: the trees that it wrote, the trees that were in step already (paths below the root)."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


def build(root: Path, spec: Spec, *, hidden: Path = HIDDEN) -> BuildReport:
    """Write release/, solutions/ and nbgrader's staged source from source/.

    Args:
        root: the folder that holds source/ and nbgrader_config.py.
        spec: its sheet_version is stamped into `generative/__init__.py` as SHEET; its rubrics go to solutions/.
        hidden: the folder of the hidden checks, no line of which may be released.

    Raises:
        AuthoringError: the source cannot be followed; the message names file, line and fix.
        CheckFailed: a secret would reach the students. In both cases nothing is written.
    """
    trees = make_trees(root, spec, hidden=hidden)
    written = tuple(name for name, tree in trees.items() if write_tree(tree, root / name))
    return BuildReport(written, tuple(name for name in trees if name not in written))


def check(root: Path, spec: Spec, *, hidden: Path = HIDDEN) -> list[Drift]:
    """Where release/ and solutions/ differ from what source/ gives; raises as `build` does, writes nothing."""
    trees = make_trees(root, spec, hidden=hidden)
    return [
        drift
        for name in (RELEASE, SOLUTIONS)
        for drift in compare(trees[name], read_tree(root / name), prefix=f"{name}/")
    ]


def make_trees(root: Path, spec: Spec, *, hidden: Path = HIDDEN) -> dict[str, Tree]:
    """Release, solutions and stage as the source gives them, by folder; the release is free of secrets."""
    source = read_tree(root / SOURCE)
    if SHEET_FILE not in source:
        raise AuthoringError(f"{SOURCE}/{SHEET_FILE}: not found. Run this in the folder that holds source/.")
    points = points_of_cells(spec)
    source |= {
        name: with_points(content, f"{SOURCE}/{name}", points)
        for name, content in source.items()
        if name.endswith(".ipynb") and "/" not in name
    }
    config = load_config(root)
    stamped = {
        **source,
        **make_otter_tests(q.id for q in spec.questions if q.kind == "auto"),
        SHEET_FILE: stamp_sheet(source[SHEET_FILE], f"{SOURCE}/{SHEET_FILE}", spec.sheet_version),
    }
    release = {name: _release_file(name, content, config) for name, content in stamped.items()}
    solutions = {name: _solution_file(name, content, config) for name, content in stamped.items()}
    if spec.rubrics:
        solutions[RUBRICS_FILE] = make_rubrics(solutions, spec)
    located = {f"{SOURCE}/{name}": content for name, content in source.items()}
    checks = {f"autograder/{hidden.name}/{name}": content for name, content in read_tree(hidden).items()}
    refuse_leaks(
        {f"{RELEASE}/{name}": content for name, content in release.items()},
        [*find_secrets(located, checks), *rubric_secrets(spec)],
    )
    return {RELEASE: release, SOLUTIONS: solutions, STAGE: stage(release, source)}


def _release_file(name: str, content: bytes, config: Any) -> bytes:
    path = f"{SOURCE}/{name}"
    if name.endswith(".py"):
        return make_stub(content, path)
    if name.endswith(".ipynb"):
        if "/" in name:
            raise AuthoringError(f"{path}: nbgrader reads notebooks of the top folder only. Move it up.")
        return make_release_notebook(content, path, config)
    refuse_marks(content, path)
    return content


def _solution_file(name: str, content: bytes, config: Any) -> bytes:
    path = f"{SOURCE}/{name}"
    if name.endswith(".py"):
        return make_solved(content, path)
    if name.endswith(".ipynb"):
        return make_solved_notebook(content, path, config)
    return content
