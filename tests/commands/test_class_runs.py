"""Class runs: --resume, a killed run, a lost sandbox, the same marks every time, and nothing left behind."""

import fcntl
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.sample import make_class
from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.results.store import read_result
from autograder.sandbox import Zygote
from autograder.submission import name_submissions
from tests.commands.course import ROOT, SOLVED, STUBS, autograder, edit, make_course, with_code
from tests.commands.running import Running, until
from tests.submission.packing import put_folder

LOOP = with_code("divergence.py", "def kl_normal(*tensors):\n    while True:\n        pass")


def started(out: Path, name: str) -> tuple[str, str]:
    """When a result was made, and from which seed."""
    result = read_result(out / name / "result.json")
    return result.started_at, result.seed_id


def how(stderr: str) -> dict[str, str]:
    """What became of each submission: graded, kept or marked again."""
    lines = [line.partition("] ")[2] for line in stderr.splitlines() if line.startswith("[")]
    return {line.partition(":")[0]: line.rpartition("(")[2].rstrip(")") for line in lines}


# --- resume ----------------------------------------------------------------------------------------------------------


def test_resume_does_what_has_changed_and_nothing_else(tmp_path: Path) -> None:
    course, out = make_course(tmp_path / "course"), tmp_path / "out"
    put_folder(tmp_path / "ada", SOLVED)
    put_folder(tmp_path / "bob", STUBS)

    def grade(*words: object) -> dict[str, str]:
        done = autograder("grade", tmp_path / "ada", tmp_path / "bob", "--out", out, *words, root=course)
        assert done.returncode == 0, done.stderr
        return how(done.stderr)

    assert grade("--no-training") == {"ada": "graded", "bob": "graded"}
    first = (out / "ada/result.json").read_bytes()

    assert grade("--no-training", "--resume") == {"ada": "kept", "bob": "kept"}
    assert (out / "ada/result.json").read_bytes() == first

    edit(course, visibility={"gradient": "hidden"})
    assert grade("--no-training", "--resume") == {"ada": "marked again", "bob": "marked again"}
    again = json.loads((out / "ada/result.json").read_bytes())
    assert {
        c["visibility"] for q in again["questions"] for c in q["criteria"] if c["kind"] == "gradient"
    } == {"hidden"}
    assert (again["started_at"], again["seed_id"]) == (
        json.loads(first)["started_at"],
        json.loads(first)["seed_id"],
    )

    assert grade("--data", "embedded", "--resume") == {"ada": "graded", "bob": "graded"}
    trained = read_result(out / "ada/result.json")
    assert trained.score == 65
    assert trained.training.vae is not None

    put_folder(tmp_path / "bob", SOLVED)
    assert grade("--no-training", "--resume") == {"ada": "kept", "bob": "graded"}
    assert read_result(out / "ada/result.json").training.vae is not None

    edit(course, limits={"memory_mb": 1100})
    assert grade("--no-training", "--resume") == {"ada": "graded", "bob": "graded"}


# --- a run that is killed, a sandbox that is lost --------------------------------------------------------------------


def test_a_killed_run_leaves_whole_files_only_and_resume_goes_on(tmp_path: Path) -> None:
    course, out = make_course(tmp_path / "course", limits={"call_seconds": 60}), tmp_path / "out"
    submissions = {"ada": SOLVED, "bob": LOOP, "eve": SOLVED}
    folders = [put_folder(tmp_path / name, files) for name, files in submissions.items()]
    running = Running(course, tmp_path, *folders, "--no-training", "--out", out)
    until(lambda: (out / "ada" / "feedback.html").exists() and running.busy())
    running.process.send_signal(signal.SIGKILL)
    assert running.ended()[0] == -signal.SIGKILL

    until(lambda: running.all() == [])
    for path in (p for p in out.rglob("*") if p.is_file() and not p.name.startswith(".")):
        text = path.read_text("utf-8")
        assert path.suffix != ".json" or isinstance(json.loads(text), dict)
        assert path.suffix != ".html" or text.rstrip().endswith("</html>")
    assert sorted(p.parent.name for p in out.glob("*/result.json")) == ["ada"]
    before = started(out, "ada")

    put_folder(tmp_path / "bob", SOLVED)
    done = autograder("grade", *folders, "--no-training", "--resume", "--out", out, root=course)
    assert (done.returncode, how(done.stderr)) == (0, {"ada": "kept", "bob": "graded", "eve": "graded"})
    assert started(out, "ada") == before
    assert (out / "index.html").exists()


def test_two_graders_on_one_folder_are_refused(course: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (out / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = autograder(
            "grade", put_folder(tmp_path / "ada", STUBS), "--no-training", "--out", out, root=course
        )
    assert done.returncode == 2
    assert done.stderr == (
        f"autograder: another grader is writing to {out}. Wait until it is done, or give another --out.\n"
    )
    assert [p.name for p in out.iterdir()] == [".lock"]


def test_a_lost_sandbox_is_exit_status_3_and_never_a_mark(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", limits={"call_seconds": 60})
    out, folder = tmp_path / "out", put_folder(tmp_path / "bob", LOOP)
    running = Running(course, tmp_path, folder, "--no-training", "--out", out)
    until(running.busy)
    os.kill(running.zygote, signal.SIGKILL)
    status, stderr = running.ended()
    assert (status, "Traceback" in stderr) == (3, False), stderr
    result = read_result(out / "bob" / "result.json")
    assert (result.status, result.score, result.graded_max, result.complete) == ("ungraded", 0, 0, False)
    tried = {(c.status, c.score) for q in result.questions for c in q.criteria if c.kind != "training"}
    assert tried == {("grader_error", None)}
    assert "the sandbox was lost: not the fault of the code" in result.question("9-1a").criteria[0].message

    put_folder(tmp_path / "bob", SOLVED)
    edit(course, limits={"call_seconds": 0.5})
    done = autograder("grade", folder, "--no-training", "--resume", "--out", out, root=course)
    assert (done.returncode, how(done.stderr)) == (0, {"bob": "graded"})


# --- the same marks every time, and nothing left behind ---------------------------------------------------------------


def outcome(out: Path) -> dict[str, Any]:
    """All results, without what is of the hour."""
    found = {}
    for path in sorted(out.glob("*/result.json")):
        result = json.loads(path.read_text("utf-8"))
        for part in (result, *(c for q in result["questions"] for c in q["criteria"])):
            part.pop("seconds", None)
        result.pop("started_at")
        for run in filter(None, result["training"].values()):
            run.pop("seconds")
        found[path.parent.name] = result
    return found


def test_a_class_gets_the_same_marks_again_and_with_two_jobs(
    course: Path, zygote: Zygote, tmp_path: Path
) -> None:
    made = make_class(
        ROOT / "solutions/generative-models", ROOT / "release/generative-models", tmp_path / "in", 6, 9
    )
    names = name_submissions([m.path for m in made])
    known = Course(course)
    bench = known.bench(zygote, known.data("embedded"))
    grade_class(names, bench, tmp_path / "one")
    grade_class(names, bench, tmp_path / "two", jobs=2)
    one, two = outcome(tmp_path / "one"), outcome(tmp_path / "two")
    assert len(one) == 6
    assert len({result["score"] for result in one.values()}) > 2
    assert one == two


def test_a_run_leaves_mounts_processes_and_temporary_files_as_they_were(course: Path, tmp_path: Path) -> None:
    mounts = Path("/proc/self/mountinfo").read_text()
    folders = [put_folder(tmp_path / "ada", SOLVED), put_folder(tmp_path / "bob", LOOP)]
    running = Running(
        course, tmp_path, *folders, "--data", "embedded", "--jobs", 2, "--out", tmp_path / "out"
    )
    until(lambda: len(running.all()) >= 2)
    assert running.ended()[0] == 0
    assert running.all() == []
    assert list(running.temporary.iterdir()) == []
    assert Path("/proc/self/mountinfo").read_text() == mounts


def test_the_zygote_has_one_thread_and_no_cuda_after_a_run(
    course: Path, zygote: Zygote, tmp_path: Path
) -> None:
    known = Course(course)
    bench = known.bench(zygote, known.data("embedded"))
    (done,) = grade_class({put_folder(tmp_path / "ada", SOLVED): "ada"}, bench, tmp_path / "out")
    assert done.result.score == pytest.approx(65)
    facts = zygote.facts()
    assert (facts["threads"], facts["cuda_initialized"]) == (1, False)
    assert not {"AUTOGRADER_COURSE_KEY", "MNIST_DIR"} & set(facts["environment"])
