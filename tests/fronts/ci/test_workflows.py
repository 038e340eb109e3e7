"""GitHub's and GitLab's files: valid for the schemas of both, run step by step, and safe by what they do not do.

Neither service can be had here. The schemas are those that check-jsonschema brings (SchemaStore's and GitLab's own);
GitHub's runner is imitated by `runner.py`, GitLab's by bash with the variables that it would set.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from jsonschema.validators import validator_for

from autograder.fronts.ci.bundle import FILES
from autograder.results.classroom import read_class
from tests.commands.course import COMMAND, clean, with_code
from tests.fronts.ci.runner import Runner, obeyed
from tests.fronts.ten import Ten, marks_of
from tests.submission.packing import put_folder

GRADE, CHECK = FILES / "github" / "grade.yml", FILES / "github" / "check.yml"
GITLAB = FILES / "gitlab" / ".gitlab-ci.yml"
TOKEN = "a-token-that-nobody-may-find"
PROGRAMS = COMMAND.parent


def git(*words: object, cwd: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *map(str, words)], cwd=cwd, check=True, capture_output=True)


def served(folder: Path, ten: Ten, names: list[str]) -> str:
    """The address of a server with a repository `org/NAME` for each of these submissions."""
    for name in names:
        repository = folder / "org" / f"{name}.git"
        shutil.copytree(ten.submitted / name, repository)
        git("init", "--quiet", cwd=repository)
        git("add", "--all", cwd=repository)
        git("commit", "--quiet", "--message", "hand in", cwd=repository)
    return f"file://{folder}"


def uploaded(workspace: Path, given: Mapping[str, Any]) -> None:
    assert (workspace / given["path"]).is_dir()


def errors(name: str, content: str) -> list[str]:
    """What the schema of a service finds wrong in a file."""
    vendored = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    schema = json.loads(vendored.read_text("utf-8"))
    instance = yaml.safe_load(content)
    if True in instance:
        instance["on"] = instance.pop(True)  # YAML 1.1 reads the key `on` so
    return [error.message for error in validator_for(schema)(schema).iter_errors(instance)]


# --- the files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file"), [("github-workflows", GRADE), ("github-workflows", CHECK), ("gitlab-ci", GITLAB)]
)
def test_they_are_valid_and_a_misspelt_key_is_not(name: str, file: Path) -> None:
    content = file.read_text("utf-8")
    assert errors(name, content) == []
    key = "timeout" if name == "gitlab-ci" else "timeout-minutes"
    assert len(errors(name, content.replace(f"{key}:", "time-out:"))) == 1


@pytest.mark.parametrize(("file", "triggers"), [(GRADE, {"workflow_dispatch"}), (CHECK, {"push"})])
def test_github_files_keep_the_rules(file: Path, triggers: set[str]) -> None:
    """No pull request starts them, their token may read, every action is pinned and leaves no credential behind."""
    content = yaml.safe_load(file.read_text("utf-8"))
    assert set(content[True]) == triggers
    assert content["permissions"] == {"contents": "read"}
    assert "concurrency" in content
    (job,) = content["jobs"].values()
    assert job["timeout-minutes"]
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        # What people type reaches a script as a variable, never as its text.
        assert "${{" not in step.get("run", "")


def test_one_step_has_the_secret_and_it_runs_no_code_of_students() -> None:
    text = GRADE.read_text("utf-8")
    assert re.findall(r"secrets\.\w+", text) == ["secrets.SUBMISSIONS_TOKEN"]
    steps = yaml.safe_load(text)["jobs"]["grade"]["steps"]
    (step,) = [step for step in steps if "secrets." in json.dumps(step)]
    assert step["name"] == "Students' repositories"
    assert "autograder" not in step["run"]
    assert "secrets." not in CHECK.read_text("utf-8")


# --- GitHub ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(ten: Ten, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """The job of grade.yml on the ten submissions, with a bar that not all of them pass."""
    folder = tmp_path_factory.mktemp("grade")
    server = served(folder / "server", ten, list(ten.results))

    def checkout(workspace: Path, given: Mapping[str, Any]) -> None:
        shutil.copytree(ten.course, workspace, dirs_exist_ok=True)

    runner = Runner(
        folder / "machine",
        GRADE,
        values={
            "inputs.repositories": " ".join(f"org/{name}" for name in ten.results),
            "inputs.fail_under": "50",
            "secrets.SUBMISSIONS_TOKEN": TOKEN,
            "vars.AUTOGRADER_OPTIONS": "--no-training",
            "vars.AUTOGRADER_OPTIONS == ''": False,
            "!cancelled()": True,
        },
        actions={"actions/checkout": checkout, "actions/upload-artifact": uploaded},
        programs=PROGRAMS,
        environment={"GITHUB_SERVER_URL": server},
    )
    assert runner.run() is False  # below the bar
    return runner


def test_the_ten_have_the_marks_of_the_command(graded: Runner, ten: Ten) -> None:
    results = read_class(graded.workspace / "graded").records
    assert {r.name.removeprefix("org--"): marks_of(r.result) for r in results} == ten.marks


def test_a_job_below_the_bar_fails_and_still_shows_everything(graded: Runner) -> None:
    assert graded.ran[-2:] == ["Summary and annotations", "Results and pages"]
    assert "Data set" not in graded.ran
    assert [line for line in graded.summary.splitlines() if line.startswith("| org--right |")]
    titles = [text for kind, text in obeyed(graded.log["Summary and annotations"]) if kind == "error"]
    assert any("½" in text for text in titles)


def test_grading_issues_no_command_and_leaves_no_token(graded: Runner) -> None:
    assert obeyed(graded.log["Grade"]) == []
    assert "right" in graded.log["Grade"]
    found = [p for p in graded.workspace.rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert found == []
    assert not list(graded.workspace.glob("submissions/*/.git"))


def test_a_repository_that_is_a_command_is_refused(tmp_path: Path) -> None:
    step = next(
        step
        for step in yaml.safe_load(GRADE.read_text("utf-8"))["jobs"]["grade"]["steps"]
        if step.get("name") == "Students' repositories"
    )
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env=clean(
            {"REPOSITORIES": "--upload-pack=touch${IFS}here", "TOKEN": "t", "GITHUB_SERVER_URL": "file:///"}
        ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "is not OWNER/NAME" in done.stdout
    assert list(tmp_path.iterdir()) == []


LOUD = """
print("::error::a command of a student")
print("```")
print("::set-env name=PATH::/tmp")
"""


def test_the_public_checks_pass_and_what_they_print_is_no_command(tmp_path: Path) -> None:
    """A right submission whose file prints commands when it is imported."""

    def checkout(workspace: Path, given: Mapping[str, Any]) -> None:
        put_folder(workspace, with_code("gan.py", LOUD))

    runner = Runner(tmp_path, CHECK, values={}, actions={"actions/checkout": checkout}, programs=PROGRAMS)
    assert runner.run() is True, runner.log
    log = runner.log["Public checks"]
    assert "::error::a command of a student" in log
    assert obeyed(log) == []
    assert all(line.startswith("    ") for line in runner.summary.splitlines())
    assert "✗ 0 failed" in runner.summary


# --- GitLab ------------------------------------------------------------------------------------------------------------


def test_gitlabs_job_grades_and_reports(ten: Ten, tmp_path: Path) -> None:
    job = yaml.safe_load(GITLAB.read_text("utf-8"))["grade"]
    names = [*ten.marks]
    server = served(tmp_path / "server", ten, names)
    shutil.copytree(ten.course, tmp_path / "build")
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=tmp_path / "build",
        env=clean(
            {
                "PATH": f"{PROGRAMS}:{clean({})['PATH']}",
                "SUBMISSIONS": " ".join(f"org/{name}" for name in names),
                "FAIL_UNDER": "0",
                "OPTIONS": "--no-training",
                "CI_JOB_TOKEN": TOKEN,
                "CI_SERVER_URL": server,
            }
        ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    records = read_class(tmp_path / "build" / "graded").records
    assert {r.name.removeprefix("org--"): marks_of(r.result) for r in records} == {
        name: ten.marks[name] for name in names
    }
    suites = ElementTree.parse(tmp_path / "build" / job["artifacts"]["reports"]["junit"]).getroot()
    assert len(suites) == len(names)
    found = [p for p in (tmp_path / "build").rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert found == []


def test_nothing_that_students_do_starts_gitlabs_job() -> None:
    content = yaml.safe_load(GITLAB.read_text("utf-8"))
    (rule,) = content["workflow"]["rules"]
    sources = re.search(r"=~ /\^\((.*)\)\$/", rule["if"])
    assert sources is not None
    assert set(sources[1].split("|")) == {"web", "api", "trigger", "schedule"}
    assert content["grade"]["artifacts"]["when"] == "always"
    assert content["grade"]["tags"] == ["$RUNNER"]
