"""What a signal to `autograder grade` does: the sandboxes end, nothing half done is written, a sentence says how to go on."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from autograder.errors import Stopped
from autograder.sandbox import Zygote

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """A context manager under which a signal raises `Stopped` in the main thread, once `zygote` is closed."""

    zygote: Zygote | None = None

    def __enter__(self) -> Stopping:
        here = threading.current_thread() is threading.main_thread()
        before = {number: signal.getsignal(number) for number in SIGNALS} if here else {}
        # One that is ignored, as under nohup, stays so.
        self._before = {
            number: handler for number, handler in before.items() if handler is not signal.SIG_IGN
        }
        for number in self._before:
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *raised: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        for each in self._before:  # a second one must not cut the clearing away short
            signal.signal(each, signal.SIG_IGN)
        if self.zygote is not None:
            self.zygote.close()
        raise Stopped(
            number,
            f"stopped by {signal.Signals(number).name}. What is graded so far stands; the same command with --resume goes "
            "on from there.",
        )
