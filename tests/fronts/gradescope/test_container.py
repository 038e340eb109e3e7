"""dist/gradescope.zip at work in an imitated container: the ten submissions, and what student code can reach there.

The root file system holds this machine's system folders and Python, to read only, and Gradescope's tree. What setup.sh
installs from the network is this test run's own environment; setup.sh itself runs in `debian.py`, by hand.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.course import Course
from autograder.fronts.gradescope.bundle import gradescope_files
from autograder.fronts.zipping import zipped
from tests.fronts.gradescope.container import NAMESPACES, in_container
from tests.fronts.ten import Ten
from tests.submission.packing import put_folder

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode != 0,
    reason="a container needs root and namespaces",
)
SYSTEM = [Path(name) for name in ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc") if Path(name).is_dir()]
TARGET = Path("/opt/autograder")  # where setup.sh puts Python
EACH = """
cd /autograder
for name in {names}; do
  rm -rf submission results
  cp -R "/submissions/$name" submission
  mkdir results
  ./run_autograder > "/graded/$name.stdout" 2>&1
  cp results/results.json "/graded/$name.json"
done
"""


@dataclass(frozen=True)
class Container:
    """A root file system in which the zip lies as Gradescope extracts it."""

    root: Path
    binds: Mapping[Path, Path]

    def grade(self, submissions: Mapping[str, Mapping[str, bytes]]) -> dict[str, dict[str, Any]]:
        """results.json by submission, each graded by `run_autograder` in a tree of its own."""
        for name, files in submissions.items():
            put_folder(self.root / "submissions" / name, files)
        (self.root / "each.sh").write_text(EACH.format(names=" ".join(submissions)))
        done = in_container(self.root, "/bin/sh /each.sh", binds=dict(self.binds))
        assert done.returncode == 0, done.stderr
        return {
            name: json.loads((self.root / "graded" / f"{name}.json").read_text("utf-8"))
            for name in submissions
        }

    def stdout(self, name: str) -> str:
        return (self.root / "graded" / f"{name}.stdout").read_text()


def unpacked(files: Mapping[str, bytes], root: Path) -> None:
    """As Gradescope does: the zip into source/, run_autograder beside it."""
    archive = root / "autograder.zip"
    archive.write_bytes(zipped(files))
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", archive, root / "autograder" / "source"], check=True
    )
    archive.unlink()
    shutil.copy(root / "autograder" / "source" / "run_autograder", root / "autograder" / "run_autograder")
    (root / "autograder" / "run_autograder").chmod(0o755)


@pytest.fixture(scope="module")
def container(ten: Ten, tmp_path_factory: pytest.TempPathFactory) -> Container:
    root = tmp_path_factory.mktemp("container") / "root"
    for name in ("tmp", "root", "autograder", "graded"):
        (root / name).mkdir(parents=True)
    files = gradescope_files(Course(ten.course).spec, ten.course)
    grading = yaml.safe_load(files["grading.yml"])
    grading["gradescope"] = {"training": False}
    files["grading.yml"] = yaml.safe_dump(grading, allow_unicode=True).encode()
    files[".course-key"] = (ten.course / ".course-key").read_bytes()
    unpacked(files, root)
    (root / "autograder.pth").write_text("/autograder/source\n")
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    here = next(packages.glob("_editable_impl_*.pth"))
    binds = {
        **{folder: folder for folder in SYSTEM},
        Path(sys.base_prefix): Path(sys.base_prefix),
        Path(sys.prefix): TARGET,
        root / "autograder.pth": TARGET / here.relative_to(sys.prefix),
    }
    return Container(root, binds)


@pytest.fixture(scope="module")
def graded(container: Container, ten: Ten) -> dict[str, dict[str, Any]]:
    """results.json of the ten."""
    return container.grade({name: ten.files(name) for name in ten.results})


def by_criterion(content: Mapping[str, Any]) -> dict[str, float | None]:
    return {test["number"]: test.get("score") for test in content["tests"]}


def test_the_ten_have_the_marks_of_the_command(graded: dict[str, dict[str, Any]], ten: Ten) -> None:
    for name, result in ten.results.items():
        assert by_criterion(graded[name]) == {
            f"{question.id}.{number}": criterion.score
            for question in result.questions
            for number, criterion in enumerate(question.criteria, start=1)
        }, name
        assert graded[name]["score"] == result.score


def test_it_works_with_what_a_container_offers(
    graded: dict[str, dict[str, Any]], container: Container
) -> None:
    """No namespaces there: student code is confined by a user id of its own, Landlock and seccomp."""
    layers = container.stdout("right").splitlines()[0]
    assert layers == "sandbox layers: rlimits no_new_privs users landlock seccomp"


PEEP = """
import os
from pathlib import Path

def _found():
    if 0 in (os.getuid(), os.geteuid(), os.getgid()):
        yield "root"
    for place in ("/autograder/source/grading.yml", "/autograder/source/.course-key", "/autograder/results/results.json",
                  "/autograder/source/autograder/assignment/facts/divergence.py", "/autograder/submission_metadata.json",
                  "/autograder/submission/generative/divergence.py", "/submissions/right/generative/vae.py"):
        try:
            Path(place).read_bytes()
            yield place
        except OSError:
            pass
    for place in ("/autograder", "/autograder/source", "/autograder/results", "/tmp", "/opt/autograder"):
        try:
            (Path(place) / "planted").write_text("")
            yield f"a file in {place}"
        except OSError:
            pass

def kl_normal(*arguments):
    raise RuntimeError(f"found: {[*_found()]}")
"""


def test_student_code_is_not_root_and_reads_nothing_of_ours(container: Container, ten: Ten) -> None:
    """The same code run outside a sandbox finds all of it: the test would see what it looks for."""
    right = ten.files("right")
    peeping = {**right, "generative/divergence.py": right["generative/divergence.py"] + PEEP.encode()}
    (container.root / "autograder" / "submission_metadata.json").write_text('{"id": 7}')
    content = container.grade({"peeping": peeping})["peeping"]
    assert "RuntimeError: found: []" in content["tests"][0]["output"]

    control = f"{PEEP}\nprint(*_found(), sep='\\n')"
    (container.root / "control.py").write_text(control)
    python = TARGET / "bin" / "python"
    done = in_container(container.root, f"{python} /control.py", binds=dict(container.binds))
    assert {"root", "/autograder/source/grading.yml", "/autograder/source/.course-key"} <= set(
        done.stdout.splitlines()
    )
