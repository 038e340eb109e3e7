"""`otter run` with dist/otter.zip: the marks of `autograder grade`, and nothing of a submission reaches Otter itself."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.fronts.otter.bundle import otter_files
from autograder.fronts.zipping import zipped
from tests.commands.course import ROOT, clean
from tests.fronts.ten import CARRIES, Marks, Ten, some_of_ten
from tests.submission.packing import put_zip

pytest.importorskip("otter", reason="otter-grader is not installed")

BOMB = "open({traces!r} + __name__, 'w').close()\n"
SHADOWS = ("ipykernel_launcher", "otter", "autograder", "dill", "nbconvert", "torch", "sitecustomize")

# Otter's own command for one submission after the other, in a process that has imported Otter once. A script, because
# `python -c` would have Otter import from the folder of the submission that it goes to.
DRIVER = """
import sys
from otter.cli import cli

archive, *submissions = sys.argv[1:]
for submission in submissions:
    cli(["run", submission + ".zip", "-a", archive, "-o", submission, "--no-logo"], standalone_mode=False)
"""


def pickle_bomb(trace: Path) -> bytes:
    """A pickle that makes a file as soon as it is loaded, by hand: `os.system("touch …")`."""
    return b"cos\nsystem\n(S'touch %s'\ntR." % str(trace).encode()


def armed(files: Mapping[str, bytes], traces: Path) -> dict[str, bytes]:
    """The submission with a log that Otter would unpickle, and modules named like those that Otter's processes import."""
    bomb = BOMB.format(traces=f"{traces}/").encode()
    return {
        **files,
        **{f"{name}.py": bomb for name in SHADOWS if name not in ("otter", "autograder")},
        **{f"{name}/__init__.py": bomb for name in ("otter", "autograder")},
        "tests/9-1a.py": bomb,
        ".OTTER_LOG": pickle_bomb(traces / "unpickled"),
        "results.json": b'{"score": 100, "tests": []}',
    }


@dataclass(frozen=True)
class Ran:
    """What `otter run` wrote for each submission, and where bombs would have left their traces."""

    results: Mapping[str, dict]
    traces: Path
    output: str

    def marks(self, name: str) -> Marks:
        return {t["name"]: t["score"] for t in self.results[name]["tests"] if "score" in t}


@pytest.fixture(scope="module")
def names() -> list[str]:
    return some_of_ten("kl-normal-missing-half", "crash", "timeout", "hostile")


@pytest.fixture(scope="module")
def ran(ten: Ten, names: list[str], tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("otter")
    traces = folder / "traces"
    traces.mkdir()
    course = Course(ten.course)
    (folder / "otter.zip").write_bytes(zipped(otter_files(course.spec, course.root, training=False)))
    (folder / "driver.py").write_text(DRIVER)
    submissions = {**{name: ten.files(name) for name in names}, "carries": CARRIES}
    for name, files in submissions.items():
        put_zip(folder / f"{name}.zip", armed(files, traces) if name == "hostile" else files)
        (folder / name).mkdir()
    environment = clean({"HOME": str(folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})
    done = subprocess.run(
        [sys.executable, "driver.py", "otter.zip", *submissions],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    results = {name: json.loads((folder / name / "results.json").read_text()) for name in submissions}
    return Ran(results, traces, done.stdout)


def test_otter_gives_the_marks_of_the_command(ran: Ran, ten: Ten, names: list[str]) -> None:
    assert {name: ran.marks(name) for name in names} == {name: ten.marks[name] for name in names}


def test_otter_prints_the_total_of_the_command(ran: Ran) -> None:
    assert "Total Score: 52.200 / 55.000" in ran.output


def test_a_flag_is_printed_to_whoever_runs_otter_and_withholds_nothing(ran: Ran) -> None:
    assert "For a person to look at: brings_data: " in ran.output
    assert sum(score or 0 for score in ran.marks("carries").values()) == 55
    assert "brings_data" not in json.dumps(ran.results["carries"])


def test_no_log_and_no_module_of_a_submission_is_loaded(ran: Ran) -> None:
    """The hostile one has a pickle bomb as its .OTTER_LOG and shadows what kernel, Otter and engine import."""
    assert [path.name for path in ran.traces.iterdir()] == []


def test_the_bomb_is_one(tmp_path: Path) -> None:
    """The control: whoever loads that log runs what is in it."""
    (tmp_path / "log").write_bytes(pickle_bomb(tmp_path / "unpickled"))
    load = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
    subprocess.run([sys.executable, "-c", load, str(tmp_path / "log")], check=True)
    assert (tmp_path / "unpickled").exists()


def test_students_read_the_named_mistake_and_how_much_is_hidden(ran: Ran) -> None:
    (public,) = (t for t in ran.results["kl-normal-missing-half"]["tests"] if t["name"] == "Public Tests")
    assert public["visibility"] == "visible"
    assert "Your KL lacks the −½" in public["output"]
    assert "2 hidden criteria look at gradients and extreme inputs" in public["output"]
    assert "hidden: gradient" not in public["output"]


def test_the_bundle_is_the_same_twice_and_holds_nothing_hidden() -> None:
    course = Course(ROOT)
    files = otter_files(course.spec, course.root)
    assert zipped(files) == zipped(otter_files(course.spec, course.root))
    outside = {name for name in files if not name.startswith(("course/release/", "tests/"))}
    assert outside == {"otter_config.json", "course/grading.yml"}
    assert not any(b"assert" in content for name, content in files.items() if name.startswith("tests/"))


def test_otters_own_zip_of_our_tests_and_configuration_is_ours(tmp_path: Path) -> None:
    """`otter generate` as the oracle for what `otter run` reads."""
    course = Course(ROOT)
    ours = otter_files(course.spec, course.root)
    for name, content in ours.items():
        if not name.startswith("course/"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
    words = ["generate", "-t", "tests", "-c", "otter_config.json", "-o", "theirs.zip", "--no-requirements"]
    otter = Path(sys.executable).with_name("otter")
    done = subprocess.run([otter, *words], cwd=tmp_path, env=clean({}), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "theirs.zip") as archive:
        theirs = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(theirs["otter_config.json"]) == json.loads(ours["otter_config.json"])
    tests = {name: content for name, content in ours.items() if name.startswith("tests/")}
    assert {name: content for name, content in theirs.items() if name.startswith("tests/")} == tests
