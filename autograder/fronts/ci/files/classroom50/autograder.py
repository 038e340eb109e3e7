#!/usr/bin/env python3
"""Classroom 50: the public checks, run in a student's repository on every submission.

Goes to CLASSROOM/autograders/ASSIGNMENT/autograder.py of the classroom50 repository, or
`gh teacher autograder set-default ORG CLASSROOM --from autograder.py`. What lies there is published on a page that
everybody can read, and the job runs in the student's repository: so this file knows public checks only, and what it
reports is the student's own word. Marks come from the other side, with the hidden checks:

    gh teacher download ORG CLASSROOM ASSIGNMENT        a folder with a clone for each student
    autograder grade FOLDER/* --out graded              in the course repository

One test for each question: passed if all of its public checks are. Standard library only. Source of the contract:
foundation50/classroom50, wiki/Advanced-Autograding.md, and what runner.py there refuses.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

SECONDS = 600
PASSED, LINE = "✓", re.compile(r"^(?:(9-\d\w?) +| {6})([✓✗–]) (.+)$")
PACKAGES = ["torch>=2.11,<2.14", "torchvision>=0.26", "numpy>=2.0"]


def main() -> None:
    install()
    # A process of its own, whose output is text: nothing of it is evaluated here or printed where it is a command.
    try:
        done = subprocess.run(
            [sys.executable, "-m", "generative.check"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            env={**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        )
        output = done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        output = f"The checks did not come to an end within {SECONDS} seconds."
    passed = by_question(output)
    Path("result.json").write_text(json.dumps(result(passed), indent=2) + "\n", "utf-8")
    Path("release-body.md").write_text(release_body(passed, output), "utf-8")


def install() -> None:
    """PyTorch for the CPU, unless the machine has it."""
    if importlib.util.find_spec("torch") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "uv"], check=True)
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
        subprocess.run([*uv, "--torch-backend", "cpu", *PACKAGES], check=True)


def by_question(output: str) -> dict[str, bool]:
    """Whether all checks passed, by question, in the table that `generative.check` prints; one failed test if none ran."""
    passed: dict[str, bool] = {}
    question = ""
    for line in output.splitlines():
        found = LINE.match(line)
        if found:
            question = found[1] or question
            passed[question] = passed.get(question, True) and found[2] == PASSED
    return passed or {"the checks run": False}


def result(passed: dict[str, bool]) -> dict[str, object]:
    """classroom50/result/v1. `datetime` is the commit's, so that a regrade makes nobody late."""
    environment = os.environ
    return {
        "schema": "classroom50/result/v1",
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment["USERNAME"],
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": committed_at(),
        "graded_at": stamp(datetime.now(UTC)),
        "score": sum(passed.values()),
        "max-score": len(passed),
        "tests": [
            {"test-name": name, "passed": ok, "score": int(ok), "max-score": 1} for name, ok in passed.items()
        ],
    }


def committed_at() -> str:
    git = ["git", "-c", "safe.directory=*", "log", "-1", "--format=%ct"]
    seconds = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    return stamp(datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC))


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def release_body(passed: dict[str, bool], output: str) -> str:
    """The page of a submission; indented by four spaces a line of Markdown is text, whatever it holds."""
    rows = [f"| {name} | {'passed' if ok else 'not yet'} |" for name, ok in passed.items()]
    text = "\n".join("    " + line for line in output.splitlines())[:50_000]
    return "\n".join(["### Public checks", "", "| question | |", "|---|---|", *rows, "", text, ""])


if __name__ == "__main__":
    main()
