"""Ended at any time, by anything: no half-written file, no process, no temporary folder; and `--resume` goes on.

And two graders on one folder: one of them is refused with the other's name, and a dead one's lock holds nobody up.
"""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.engine.classrun import Listener, grade_class
from autograder.results.store import read_result
from autograder.sandbox import Zygote
from tests.commands.course import SOLVED, autograder, make_course, with_code
from tests.commands.running import Running, until
from tests.faults.machine import assert_a_sentence, assert_nothing_is_half_written
from tests.sandbox.student import files, run, value
from tests.submission.packing import put_folder

LOOP = with_code("divergence.py", "def kl_normal(*tensors):\n    while True:\n        pass")


def scores(out: Path) -> dict[str, float]:
    return {path.parent.name: read_result(path).score for path in out.glob("*/result.json")}


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that gives an endless loop time."""
    return make_course(tmp_path_factory.mktemp("slow"), limits={"call_seconds": 60})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_signal_ends_the_run_at_once_with_a_sentence_and_no_result_of_what_was_running(
    number: signal.Signals, slow: Path, tmp_path: Path
) -> None:
    """An earlier result of the submission that was interrupted stands as it was."""
    out = tmp_path / "out"
    folders = [
        put_folder(tmp_path / name, f) for name, f in {"ada": SOLVED, "bob": LOOP, "eve": SOLVED}.items()
    ]
    (out / "bob").mkdir(parents=True)
    (out / "bob" / "result.json").write_text("an earlier result")
    running = Running(slow, tmp_path, *folders, "--no-training", "--out", out)
    until(lambda: (out / "ada" / "feedback.html").exists() and running.busy())
    running.process.send_signal(number)
    status, stderr = running.ended()
    assert status == 128 + number
    assert stderr.splitlines()[-1] == (
        f"autograder: stopped by {number.name}. What is graded so far stands; the same command with --resume goes on from "
        "there."
    )
    assert_a_sentence(stderr)
    assert running.all() == []
    assert list(running.temporary.iterdir()) == []
    assert (out / "bob" / "result.json").read_text() == "an earlier result"
    (out / "bob" / "result.json").unlink()
    assert_nothing_is_half_written(out)
    assert scores(out) == {"ada": 55}


def test_killed_at_any_time_nothing_is_left_and_resume_completes_the_class(
    course: Path, tmp_path: Path
) -> None:
    """From before the first import to the last page. What a writer left half done when it was killed, the next run removes."""
    out = tmp_path / "out"
    names = ("ada", "bob", "eve")
    folders = [put_folder(tmp_path / name, SOLVED) for name in names]
    for i, seconds in enumerate((0.1, 0.6, 1.5, 3.0, 4.5)):
        (tmp_path / str(i)).mkdir()
        running = Running(course, tmp_path / str(i), *folders, "--no-training", "--resume", "--out", out)
        time.sleep(seconds)
        running.process.send_signal(signal.SIGHUP if i == 3 else signal.SIGKILL)
        running.ended()
        until(lambda: not running.all())  # noqa: B023
        until(lambda: not list(running.temporary.iterdir()))  # noqa: B023
    for place in (out, out / "ada", out / "ada" / "written"):
        place.mkdir(parents=True, exist_ok=True)
        (place / ".result.json.x7.tmp").write_text('{"half')
    done = autograder("grade", *folders, "--no-training", "--resume", "--out", out, root=course)
    assert done.returncode == 0, done.stderr
    assert_nothing_is_half_written(out)
    assert scores(out) == dict.fromkeys(names, 55)
    assert (out / "grades.csv").exists()


def test_a_lock_names_who_holds_it_and_that_of_a_dead_grader_holds_nobody_up(
    course: Path, zygote: Zygote, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    folder = put_folder(tmp_path / "ada", SOLVED)
    out.mkdir()
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    (out / ".lock").write_text(json.dumps({"pid": dead, "host": socket.gethostname()}))
    told: list[str] = []

    def second(name: str) -> None:
        done = autograder("grade", folder, "--no-training", "--out", out, root=course)
        told.append(f"{done.returncode} {done.stderr}")

    (done,) = grade_class(
        {folder: "ada"}, Course(course).bench(zygote, None), out, listener=Listener(started=second)
    )
    assert done.result.score == 55
    assert told == [
        f"2 autograder: another grader (process {os.getpid()} on {socket.gethostname()}) is writing to {out}. Wait until "
        "it is done, or give another --out.\n"
    ]
    assert (out / ".lock").read_text() == ""


def test_a_zygote_that_was_killed_is_replaced_before_it_imports_and_not_after_it_was_closed() -> None:
    with Zygote() as started:
        first = started.facts()["pid"]
        os.kill(first, signal.SIGKILL)
        assert started.preload("tqdm") == {}
        assert started.facts()["pid"] != first
        assert value(run(started, "import sys\ndef f(): return 'tqdm' in sys.modules")) is True
    assert started.closed
    with pytest.raises(Exception, match="Run `autograder doctor`"):
        started.open(files("def f(): return 1"))
