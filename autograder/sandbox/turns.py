"""Who is on the GPU: many at a time, or one alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Shared or sole use of one thing by the threads of this process. Who waits to be alone comes before newcomers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._sharing = 0
        self._waiting = 0
        self._alone = False

    @property
    def wanted(self) -> bool:
        """Whether somebody waits to be alone."""
        return self._waiting > 0

    @property
    def taken_alone(self) -> bool:
        return self._alone

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Beside others."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self.wanted)
            self._sharing += 1
        try:
            yield
        finally:
            with self._changed:
                self._sharing -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """When all others are done; nobody begins before this ends."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._alone and not self._sharing)
            self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()
