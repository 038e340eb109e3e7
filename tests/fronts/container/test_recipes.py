"""The container's recipes. No engine can be had here: they are linted, and their steps are read.

`install.sh` itself was run by hand, both steps, in a fresh Debian root, the second without network.
"""

import re
import subprocess
from pathlib import Path

from autograder.course import Course
from autograder.fronts.container.bundle import FILES, container_files
from tests.commands.course import COMMAND, ROOT

DOCKERFILE = FILES / "Dockerfile"
APPTAINER = FILES / "apptainer.def"


def lint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND.with_name("hadolint"), file], capture_output=True, text=True)


def test_hadolint_finds_nothing_and_sees_what_is_wrong(tmp_path: Path) -> None:
    assert lint(DOCKERFILE).stdout == ""
    wrong = tmp_path / "Dockerfile"
    wrong.write_text(DOCKERFILE.read_text().replace("# hadolint ignore=DL3008\n", ""))
    assert "DL3008" in lint(wrong).stdout


def test_both_recipes_take_the_same_steps_and_only_one_has_a_network() -> None:
    steps = [
        re.findall(r"install\.sh (download|install)", file.read_text()) for file in (DOCKERFILE, APPTAINER)
    ]
    assert steps == [["download", "install"]] * 2
    offline = next(line for line in DOCKERFILE.read_text().split("\nRUN ") if "install.sh install" in line)
    assert offline.startswith("--network=none")
    script = (FILES / "install.sh").read_text()
    download, install = script.split("  install)\n")
    assert "--require-hashes" in download
    assert "--no-index" in install
    assert "--require-hashes" in install


def test_everything_that_the_recipes_copy_is_in_the_folder() -> None:
    files = container_files(Course(ROOT).spec, ROOT)
    copied = re.findall(r"^COPY (?!--)(\S+)", DOCKERFILE.read_text(), re.M)
    copied += [
        line.split()[0]
        for line in APPTAINER.read_text().split("%files")[1].split("%post")[0].splitlines()
        if line
    ]
    for name in copied:
        assert name == "." or name in files or any(path.startswith(f"{name}/") for path in files), name
    assert {"course/grading.yml", "course/autograder/cli.py", "locks/cuda.lock"} <= files.keys()


def test_scripts_are_bash() -> None:
    for script in (FILES / "install.sh", *(FILES.parents[1] / "gradescope" / "files").iterdir()):
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), script
