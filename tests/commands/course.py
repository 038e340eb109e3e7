"""A copy of the course in which runs are short, and the `autograder` command on it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.assignment.sample import read_tree

ROOT = Path(__file__).parent.parent.parent
SOLVED = read_tree(ROOT / "solutions" / "generative-models")
STUBS = read_tree(ROOT / "release" / "generative-models")
COMMAND = Path(sys.executable).with_name("autograder")

QUICK = {
    "limits": {"call_seconds": 0.5, "start_seconds": 1.5, "memory_mb": 1024, "output_mb": 4},
    "training": {
        "vae": {
            "steps": 3,
            "batch": 16,
            "held_out": 32,
            "gates": [{"data": "embedded", "elbo": -5000, "too_good": -1}],
        },
        "gan": {
            "steps": 3,
            "samples": 100,
            "picture_steps": 2,
            "gates": [{"data": "embedded", "class_score": 1, "frechet": 1e6}],
        },
    },
}
"""Limits that end an endless loop soon, and trainings of three steps that pass."""


def make_course(folder: Path, **edits: Any) -> Path:
    """A course with our release and solutions, and grading.yml with QUICK and `edits` merged in."""
    ignored = shutil.ignore_patterns("__pycache__")
    for tree in ("release", "solutions"):
        shutil.copytree(ROOT / tree, folder / tree, ignore=ignored)
    shutil.copy(ROOT / "grading.yml", folder)
    edit(folder, **QUICK)
    edit(folder, **edits)
    return folder


def edit(course: Path, **edits: Any) -> None:
    """Merge `edits` into the course's grading.yml."""
    file = course / "grading.yml"
    file.write_text(
        yaml.safe_dump(_merged(yaml.safe_load(file.read_text()), edits), sort_keys=False, allow_unicode=True)
    )


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}


def autograder(*words: object, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in `root`, on a machine that has no MNIST."""
    return subprocess.run(
        [COMMAND, *map(str, words)], cwd=root, env=clean(environment), capture_output=True, text=True
    )


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what a developer may have set for this program."""
    own = {k: v for k, v in os.environ.items() if k not in ("MNIST_DIR", "AUTOGRADER_COURSE_KEY")}
    return {**own, "OMP_NUM_THREADS": "1", **environment}


def with_code(file: str, source: str, files: Mapping[str, bytes] = SOLVED) -> dict[str, bytes]:
    """The files with `source` at the end of generative/`file`: a later definition wins."""
    path = f"generative/{file}"
    return {**files, path: files[path] + f"\n\n{source}\n".encode()}
