"""`autograder grade` at work in another process, to be watched and ended."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.commands.course import COMMAND, clean


class Running:
    """`autograder grade` at work, with its processes found by the temporary folder that only it uses."""

    def __init__(self, course: Path, folder: Path, *words: object) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.process = subprocess.Popen(
            [COMMAND, "grade", *map(str, words)],
            cwd=course,
            env=clean({"TMPDIR": str(self.temporary)}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hears_interrupts,
        )

    @property
    def zygote(self) -> int:
        """The only child of the grader."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())

    def all(self) -> list[int]:
        """The zygote and its forks."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if str(self.temporary).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except (OSError, ValueError):
                continue
        return found

    def busy(self) -> bool:
        """Whether a fork has computed for a while: it is past its start, in a student's loop."""
        return any(_cpu_ticks(pid) > 30 for pid in self.all() if pid != self.zygote)

    def ended(self) -> tuple[int, str]:
        _, stderr = self.process.communicate()
        return self.process.returncode, stderr


def _hears_interrupts() -> None:
    """A shell starts what runs in its background deaf to them, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def until(condition: Callable[[], bool]) -> None:
    """A bound against hanging, not a measurement."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to that")
