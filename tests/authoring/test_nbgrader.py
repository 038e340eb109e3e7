"""nbgrader's own commands, run by hand in a built course: they work, agree with the build, and leak nothing."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.authoring import build, check
from autograder.authoring.leaks import find_leaks
from autograder.authoring.secrets import find_secrets
from autograder.authoring.trees import IGNORED, read_tree
from tests.authoring.made_spec import spec_of
from tests.fronts.nbgrader.commands import nbgrader

ASSIGNMENT = "generative-models"


@pytest.fixture
def built(course: Path, hidden: Path) -> Path:
    build(course, spec_of(), hidden=hidden)
    return course


def test_generate_assignment_writes_the_release_of_the_build(built: Path, hidden: Path) -> None:
    shutil.rmtree(built / "release")
    log = nbgrader(built, "generate_assignment", ASSIGNMENT)
    assert "Converting notebook" in log
    assert check(built, spec_of(), hidden=hidden) == []

    log = nbgrader(built, "generate_assignment", ASSIGNMENT, "--force")
    assert "Removing existing assignment" in log
    assert check(built, spec_of(), hidden=hidden) == []


def test_a_source_edited_after_the_build_reaches_nobody_through_nbgrader(built: Path) -> None:
    source = built / "source" / ASSIGNMENT
    with (source / "generative/vae.py").open("a") as file:
        file.write("\n\n### BEGIN SOLUTION\nA_NEW_SECRET_OF_THE_SOLUTION = 1\n### END SOLUTION\n")
    nbgrader(built, "generate_assignment", ASSIGNMENT, "--force")
    release = read_tree(built / "release")
    assert find_leaks(release, find_secrets(read_tree(source), {})) == []
    assert not any(b"A_NEW_SECRET" in content for content in release.values())


def test_generate_solution_executes_the_notebook_and_leaves_release_and_solutions_alone(
    built: Path, hidden: Path
) -> None:
    nbgrader(built, "generate_assignment", ASSIGNMENT, "--force")
    nbgrader(built, "generate_solution", ASSIGNMENT)
    notebook = json.loads(
        (built / f"build/nbgrader/solution/{ASSIGNMENT}/generative_models.ipynb").read_text()
    )
    assert "the second moment alone." in "".join(notebook["cells"][1]["source"])
    assert notebook["cells"][3]["execution_count"] == 2, "second of the code cells"
    assert check(built, spec_of(), hidden=hidden) == []


def test_nbgrader_ignores_what_the_build_ignores(built: Path) -> None:
    for name in IGNORED:
        (built / "build/nbgrader/source" / ASSIGNMENT / name).mkdir()
        (built / "build/nbgrader/source" / ASSIGNMENT / name / "file").touch()
    nbgrader(built, "generate_assignment", ASSIGNMENT, "--force")
    assert not any(path.name in IGNORED for path in (built / "release").rglob("*"))
