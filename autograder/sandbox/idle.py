"""How long a process has done nothing: it neither computed nor waited for a processor.

Code that sleeps looks, by the clock, like code that a busy machine keeps from computing. The kernel tells them apart: it
counts the time that each thread was ready to run and had to wait (proc_pid_schedstat(5), second number).
"""

import os
import time
from collections.abc import Callable


class Idleness:
    """Counts from here on. `cpu_seconds`: what the process has computed so far."""

    def __init__(self, pid: int, cpu_seconds: Callable[[], float]) -> None:
        self._pid = pid
        self._cpu_seconds = cpu_seconds
        self._since = self._at_work()

    def seconds(self) -> float:
        """Seconds without work; 0 where the kernel does not tell."""
        now = self._at_work()
        if now is None or self._since is None:
            return 0.0
        clock, busy = (after - before for after, before in zip(now, self._since, strict=True))
        return max(0.0, clock - busy)

    def _at_work(self) -> tuple[float, float] | None:
        """The clock, and the seconds that its threads computed or waited for a processor."""
        queued = 0
        folder = f"/proc/{self._pid}/task"
        try:
            for thread in os.listdir(folder):
                with open(f"{folder}/{thread}/schedstat") as numbers:
                    queued += int(numbers.read().split()[1])
        except (OSError, ValueError, IndexError):
            return None  # an old kernel, another one, or a thread that has just ended
        return time.monotonic(), self._cpu_seconds() + queued / 1e9
