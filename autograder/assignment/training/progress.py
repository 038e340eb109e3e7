"""What a training sandbox says while it trains, believed in nothing but form."""

import math
from collections.abc import Callable, Mapping
from typing import Any

LARGEST = 1e300  # loss that is kept: an integer in JSON can be larger than any float


class Progress:
    """Collects the events of one run: steps done, and the loss that the student's code reports."""

    def __init__(self, steps: int, report: Callable[[int, int, float], None]) -> None:
        self.steps, self._report = steps, report
        self.restart()

    def restart(self) -> None:
        """Forget what an earlier sandbox said of the same run."""
        self.done = 0
        self.losses: list[float] = []

    def __call__(self, event: Mapping[str, Any]) -> None:
        """An event {"step", "loss"}; one that goes back, beyond the end or has no finite loss is passed over."""
        step, loss = event.get("step"), event.get("loss")
        if type(step) is not int or not self.done < step <= self.steps:
            return
        if not isinstance(loss, int | float) or abs(loss) > LARGEST or not math.isfinite(loss):
            return
        self.done = step
        self.losses.append(float(loss))
        self._report(step, self.steps, float(loss))

    @property
    def level(self) -> float | None:
        """The mean of the last tenth of the reported losses."""
        last = self.losses[-max(1, len(self.losses) // 10) :]
        return sum(last) / len(last) if last else None
