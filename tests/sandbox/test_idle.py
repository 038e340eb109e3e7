"""What sleeps and what a busy machine keeps waiting: alike on the clock, told apart by the kernel's own account."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.engine.account import IDLE, Account, Bounds
from autograder.sandbox import Limits, Reply, Zygote
from autograder.sandbox.idle import Idleness
from tests.sandbox.student import run

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this kernel does not tell who waits for a processor"
)


@pytest.fixture
def crowded() -> Iterator[subprocess.Popen[bytes]]:
    """A process that computes without end, on one processor with three others that do the same."""
    one = {min(os.sched_getaffinity(0))}
    code = f"import os; os.sched_setaffinity(0, {one})\nwhile True: pass"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    try:
        time.sleep(0.5)  # until all of them are at it
        yield processes[0]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def cpu_seconds(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)


def watched(pid: int) -> tuple[float, float]:
    """The parts of a second or so in which a process computed, and was idle."""
    before, clock = cpu_seconds(pid), time.monotonic()
    idleness = Idleness(pid, lambda: cpu_seconds(pid))
    time.sleep(1.0)
    idle = idleness.seconds()
    passed = time.monotonic() - clock
    return (cpu_seconds(pid) - before) / passed, idle / passed


def test_waiting_for_a_processor_is_not_idle(crowded: subprocess.Popen[bytes]) -> None:
    computed, idle = watched(crowded.pid)
    assert computed < 0.7  # it was kept waiting
    assert idle < 0.2


def test_sleep_is_idle() -> None:
    with subprocess.Popen(["sleep", "600"]) as sleeper:
        while Path(f"/proc/{sleeper.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
            time.sleep(0.01)
        _, idle = watched(sleeper.pid)
        sleeper.kill()
    assert idle > 0.8


def test_a_process_that_is_gone_is_not_idle() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert Idleness(process.pid, lambda: 0.0).seconds() == 0


def test_code_that_sleeps_is_ended_long_before_the_backstop(zygote: Zygote) -> None:
    limits = Limits(call_seconds=0.3, wall_seconds=600)
    reply = run(zygote, "import time\ndef f(): time.sleep(1e6)", limits=limits)
    assert reply.failure is not None
    assert reply.failure.cause == "timeout"
    assert "waiting" in reply.failure.message
    assert reply.idle_seconds > limits.idle_budget("call")


def test_sleep_is_charged_for_half() -> None:
    account = Account(Bounds(function_seconds=10))
    asleep = Reply(idle_seconds=8 * IDLE)
    assert account.charge("kl_normal", asleep, waited=20, shared=False) is None
    assert account.charge("kl_normal", asleep, waited=20, shared=False) is not None
