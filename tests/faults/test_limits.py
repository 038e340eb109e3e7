"""Limits of the shell that are too low, processes that cannot be started, a clock that jumps."""

import ast
import errno
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.errors import MachineError, SandboxError
from autograder.results.store import read_result
from autograder.sandbox import Zygote
from autograder.sandbox.confine import Plan
from autograder.sandbox.launcher import Launcher
from tests.commands.course import SOLVED, autograder
from tests.submission.packing import put_folder

PACKAGE = Path(__file__).parents[2] / "autograder"

APPLY = """
import resource, sys
from autograder.sandbox.layers import rlimits
from autograder.sandbox.limits import Limits
kind = getattr(resource, sys.argv[1])
resource.setrlimit(kind, (int(sys.argv[2]),) * 2)
try:
    rlimits.apply(Limits(), rlimits.footprint(False), count_threads=True, cuda=False)
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("kind", "allowed", "said"),
    [
        ("RLIMIT_AS", 2 << 30, "(`ulimit -v`)"),
        (
            "RLIMIT_DATA",
            1 << 30,
            "this machine allows 1,073,741,824 where 2,147,483,648 are needed (`ulimit -d`)",
        ),
        ("RLIMIT_FSIZE", 1 << 20, "this machine allows 1,048,576 where 67,108,864 are needed (`ulimit -f`)"),
        ("RLIMIT_NOFILE", 64, "this machine allows 64 where 256 are needed (`ulimit -n`)"),
        ("RLIMIT_NPROC", 20, "this machine allows 20 where 32 are needed (`ulimit -u`)"),
        ("RLIMIT_STACK", 1 << 20, "this machine allows 1,048,576 where 8,388,608 are needed (`ulimit -s`)"),
        ("RLIMIT_CPU", 3600, ""),
    ],
)
def test_a_limit_below_what_is_promised_is_refused_and_never_a_students_fault(
    kind: str, allowed: int, said: str
) -> None:
    """A sandbox that would start with less ends before any student code, which leaves the question ungraded."""
    done = subprocess.run(
        [sys.executable, "-c", APPLY, kind, str(allowed)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith(said)
    assert bool(done.stdout) == bool(said)


LOOPS = """
from autograder.sandbox import Request, Zygote
code = b'''
import resource

def f(lower):
    if lower:
        given = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (1, given if lower == "soft" else 1))
    while True:
        pass
'''
with Zygote(without=["namespaces"]) as zygote:
    for lower in ("", "soft", "hard"):
        with zygote.open({"generative/code.py": code}) as sandbox:
            asked = {"target": "generative.code:f", "args": [{"value": lower}]}
            (reply,) = sandbox.exchange([Request("call", asked)])
            print(reply.failure.cause, reply.failure.message, sep=": ")
"""


def test_a_bound_on_computing_time_is_the_machines_fault_unless_the_code_has_lowered_it() -> None:
    """Whose it was shows after the process has ended: a code that lowers its own cannot pass it off as the machine's."""
    done = subprocess.run(
        ["sh", "-c", f'ulimit -t 4; exec {sys.executable} -c "$0"', LOOPS], capture_output=True, text=True
    )
    machine, soft, hard = done.stdout.splitlines()
    assert machine == (
        "sandbox: this machine bounds the computing time of a process: lift `ulimit -t`, then grade again"
    )
    own = "(a bound of computing time that the code set for itself: leave resource.setrlimit out)"
    assert {soft, hard} == {f"crash: Python crashed with SIGXCPU {own}"}


@pytest.mark.parametrize(
    ("option", "said"),
    [("-n 20", "this machine allows 20 open files where 1024"), ("-v 900000", "(`ulimit -v`)")],
)
def test_too_few_files_or_too_little_memory_is_a_sentence_and_no_mark(
    option: str, said: str, course: Path, tmp_path: Path
) -> None:
    command = Path(sys.executable).with_name("autograder")
    folder, out = put_folder(tmp_path / "ada", SOLVED), tmp_path / "out"
    done = subprocess.run(
        ["sh", "-c", f"ulimit {option}; exec {command} grade {folder} --no-training --out {out}"],
        cwd=course,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    results = [read_result(path) for path in out.glob("*/result.json")]
    assert all(result.status == "ungraded" and result.graded_max == 0 for result in results)
    messages = [c.message for result in results for q in result.questions for c in q.criteria]
    assert said in "\n".join([done.stderr, *messages])


def test_a_fork_that_fails_is_said_by_the_zygote_which_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("os.fork", failing)
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    spare = [os.open("/dev/null", os.O_RDWR) for _ in range(2)]
    plan = Plan((), None, (), b"", "", False)  # type: ignore[arg-type]
    with here:
        Launcher({"cpu": plan}).spawn({"device": "cpu"}, [*spare, there.detach()])
        assert here.recv(1000) == b'{"error": "fork: [Errno 11] Resource temporarily unavailable"}'


def test_a_zygote_that_cannot_be_started_or_threads_that_cannot_is_a_sentence(
    course: Path, zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_process(*words: object, **how: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def no_thread(*work: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("subprocess.Popen", no_process)
        with pytest.raises(
            SandboxError, match=r"did not start: .*temporarily unavailable\. Run `autograder doctor`"
        ):
            Zygote()
    monkeypatch.setattr(ThreadPoolExecutor, "submit", no_thread)
    with pytest.raises(
        MachineError, match=r"can't start new thread\. Free memory or raise `ulimit -u` and `-v`"
    ):
        grade_class({tmp_path: "ada"}, Course(course).bench(zygote, None), tmp_path / "out")


def test_a_sandbox_without_a_free_descriptor_is_a_sentence(
    zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*kinds: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("socket.socketpair", failing)
    with pytest.raises(
        SandboxError, match=r"a sandbox did not start: Too many open files\. Raise `ulimit -n`"
    ):
        zygote.open({})


def test_a_clock_that_jumps_changes_no_mark(
    course: Path, zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every look at the clock of the wall finds it ten years from where it was, forwards or back."""
    jumps: Any = iter([0, 3e8, -3e8, 6e8, -6e8] * 10_000)
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + next(jumps))
    folder = put_folder(tmp_path / "ada", SOLVED)
    bench = Course(course).bench(zygote, None)
    (first,) = grade_class({folder: "ada"}, bench, tmp_path / "out")
    os.utime(folder / "generative/elbo.py", (4e9, 4e9))  # "the future"
    (again,) = grade_class({folder: "ada"}, bench, tmp_path / "out", resume=True)
    assert (first.result.score, again.how) == (55, "kept")


def test_no_deadline_is_read_from_the_clock_of_the_wall() -> None:
    """`time.time` is for calendars only, and those come from datetime."""
    named = {"time.time", "time.time_ns", "datetime.now().timestamp"}
    for path in PACKAGE.rglob("*.py"):
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        }
        assert not calls & named, path


def test_a_gpu_that_is_not_there_is_said_before_anything_is_graded(course: Path, tmp_path: Path) -> None:
    if list(Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("this machine has a GPU")
    done = autograder("grade", put_folder(tmp_path / "ada", SOLVED), "--device", "cuda", "--data", "embedded",
                      "--out", tmp_path / "out", root=course)  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "--device cpu" in done.stderr
    assert not (tmp_path / "out").exists()
