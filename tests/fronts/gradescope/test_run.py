"""What results.json holds while a submission is graded, when time runs out, and when nobody can be graded."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autograder.feedback.words import OUR_FAULT
from autograder.fronts.gradescope import run as door
from autograder.fronts.gradescope.results import NOT_STARTED, OUT_OF_TIME, UNFINISHED
from autograder.sandbox import Zygote
from tests.commands.course import SOLVED, clean, make_course, with_code
from tests.fronts.ten import CARRIES, CRASH, TIMEOUT
from tests.submission.packing import put_folder


def tree(folder: Path, files: dict[str, bytes], **edits: Any) -> door.Tree:
    """Gradescope's folders with a course in source/ and a submission, graded without training."""
    make_course(folder / "source", gradescope={"training": False}, **edits)
    put_folder(folder / "submission", files)
    return door.Tree(folder)


def test_every_question_is_written_as_soon_as_it_has_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One function crashes and is tried again; what does not depend on it is on record before that."""
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(door.Tree, "write", lambda self, content: written.append(content))
    door.run(tree(tmp_path, with_code("divergence.py", CRASH)))
    first, *between, last = written
    assert (first["output"], first["tests"]) == (NOT_STARTED, [])
    assert between
    assert all(content["output"].startswith(UNFINISHED) for content in between)
    early = {test["number"] for test in between[0]["tests"] if "score" in test}
    assert {"9-1b.1", "9-2d.1"} <= early
    assert "9-1a.1" not in early
    assert UNFINISHED not in last["output"]
    assert {test["number"] for test in last["tests"] if "score" in test} >= {"9-1a.1"} | early


def test_a_run_that_comes_near_the_limit_ends_by_itself(tmp_path: Path) -> None:
    """Gradescope would stop the container, and students would read nothing."""
    made = tree(tmp_path, with_code("gan.py", TIMEOUT), limits={"call_seconds": 300})
    program = "import sys; from pathlib import Path; from autograder.fronts.gradescope import run as door"
    program += "; door.SPARE_SECONDS = 60 * 10 - 8; door.run(door.Tree(Path(sys.argv[1])))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=clean({}), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "the time that Gradescope gives ran out" in done.stdout
    content = json.loads(made.results.read_text("utf-8"))
    assert content["output"].startswith(OUT_OF_TIME)
    assert "score" not in content


def test_flags_are_for_the_staff_and_withhold_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gradescope shows what goes to stdout to the staff alone."""
    made = tree(tmp_path, CARRIES)
    door.run(made)
    assert "\nfor a person to look at: brings_data: " in capsys.readouterr().out
    content = json.loads(made.results.read_text("utf-8"))
    assert (content["score"], content["stdout_visibility"]) == (55, "hidden")
    assert "brings_data" not in made.results.read_text("utf-8")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused as root")
def test_student_code_never_runs_as_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "Zygote", partial(Zygote, without=("users",)))
    made = tree(tmp_path, SOLVED)
    door.run(made)
    content = json.loads(made.results.read_text("utf-8"))
    assert content["output"] == OUR_FAULT
    assert "score" not in content
    assert "student code would run as root here" in capsys.readouterr().out


@pytest.mark.parametrize("fails", [False, True])
def test_no_clock_goes_on_when_the_run_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """It would end, minutes later, a process that has something else to do by then."""
    if fails:
        monkeypatch.setattr(door, "grade_class", lambda *args, **named: 1 / 0)
    door.run(tree(tmp_path, SOLVED))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_fault_of_ours_is_no_mark_and_its_reason_is_for_the_staff(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = door.Tree(tmp_path)
    door.run(made)
    content = json.loads(made.results.read_text("utf-8"))
    assert (content["output"], "score" in content) == (OUR_FAULT, False)
    assert content["stdout_visibility"] == "hidden"
    assert "no grading.yml" in capsys.readouterr().out
