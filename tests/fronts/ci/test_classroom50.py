"""Classroom 50's autograder in a student's checkout, as runner.py of foundation50/classroom50 starts it.

Its runner cannot be had here; `refusal` is what its `validate_result` refuses, written down anew.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import with_text
from autograder.fronts.ci.bundle import FILES
from tests.commands.course import SOLVED
from tests.submission.packing import put_folder

AUTOGRADER = FILES / "classroom50" / "autograder.py"
GIVEN = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "generative-models",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "USERNAME": "ada",
    "SUBMISSION_TAG": "submit/2027-01-10T10-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
    "REVIEW_URL": "",
}


def refusal(result: Any) -> str | None:
    """Why Classroom 50 would not take it."""

    def count(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0

    if result.get("schema") != "classroom50/result/v1":
        return "schema"
    if (result.get("classroom"), result.get("assignment")) != (GIVEN["CLASSROOM"], GIVEN["ASSIGNMENT"]):
        return "identity"
    if result.get("owner") != "ada" or result.get("assignment_type") != "individual":
        return "owner or type"
    if not str(result.get("submission")).startswith("submit/"):
        return "submission"
    for key in ("commit", "release", "review", "datetime"):
        if not isinstance(result.get(key), str) or not result[key]:
            return key
    entries = [result, *result["tests"]]
    if not all(count(e.get("score")) and count(e.get("max-score")) for e in entries):
        return "scores must be whole numbers"
    if any(e["score"] > e["max-score"] for e in entries):
        return "more than the maximum"
    for entry in result["tests"]:
        if not isinstance(entry.get("test-name"), str) or not isinstance(entry.get("passed"), bool):
            return "a test"
    return None


@pytest.fixture
def graded(tmp_path: Path) -> dict[str, Any]:
    """A checkout with one known bug that tries to write its own result."""
    bug = next(bug for bug in known_bugs() if bug.name == "kl_normal_missing_half")
    files = with_text(dict(SOLVED), bug)
    forging = b"\n\nopen('result.json', 'w').write('{}')\nprint('      \xe2\x9c\x93 ::error::forged')\n"
    files["generative/gan.py"] += forging
    put_folder(tmp_path, files)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    date = {"GIT_COMMITTER_DATE": "2027-01-10T11:00:00+0100"}
    commit = ["git", *identity, "commit", "--quiet", "--allow-empty", "--message", "hand in"]
    subprocess.run(commit, cwd=tmp_path, check=True, env={**os.environ, **date})
    done = subprocess.run(
        [sys.executable, AUTOGRADER],
        cwd=tmp_path,
        env={**os.environ, **GIVEN},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""  # what a student's program prints is no command to the runner
    result: dict[str, Any] = json.loads((tmp_path / "result.json").read_text("utf-8"))
    return {**result, "body": (tmp_path / "release-body.md").read_text("utf-8")}


def test_classroom_50_takes_it_and_each_question_is_a_test(graded: dict[str, Any]) -> None:
    assert refusal(graded) is None
    passed = {test["test-name"]: test["passed"] for test in graded["tests"]}
    assert passed.pop("9-1a") is False
    assert set(passed) >= {"9-1b", "9-1c", "9-1d", "9-1e", "9-2b", "9-2c", "9-2d"}
    assert all(passed.values())
    assert graded["score"] == graded["max-score"] - 1
    assert graded["datetime"] == "2027-01-10T10:00:00Z"  # the commit's: a regrade makes nobody late
    assert "| 9-1a | not yet |" in graded["body"]
    assert graded["review"] == GIVEN["COMMIT_URL"]


def test_it_uses_the_standard_library_alone() -> None:
    """The file is published: it imports no module of ours, and so knows no hidden check."""
    tree = ast.parse(AUTOGRADER.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
