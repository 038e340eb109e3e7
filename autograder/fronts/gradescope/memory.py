"""How much memory the container has, and what of it a student's process may use."""

from pathlib import Path

from autograder.errors import AutograderError
from autograder.spec.model import LimitSpec

CGROUPS = Path("/sys/fs/cgroup")
MB = 1 << 20

# Measured by tests/fronts/gradescope/measure.py: 196 MB, and up to 529 MB with the training runs on MNIST, and what the pages of
# the libraries take.
OURS_MB = {False: 330, True: 560}
LEAST_MB = 192
"""What a right submission needs beyond a process with torch imported, with room to spare."""


def container_mb(cgroups: Path = CGROUPS) -> int | None:
    """The container's limit in MB; None if there is none. Both versions of control groups are asked."""
    for file in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            limit = int((cgroups / file).read_text())
        except (OSError, ValueError):  # "max"
            continue
        if limit < 1 << 50:  # version 1 says "none" by a huge number
            return limit // MB
    return None


def fitted(limits: LimitSpec, container: int | None, *, training: bool) -> LimitSpec:
    """The limits with a student's memory that fits into the container, so that a leak costs one function only.

    Raises AutograderError if the container is too small.
    """
    if container is None:
        return limits
    left = container - OURS_MB[training]
    if left < LEAST_MB:
        needed = OURS_MB[training] + LEAST_MB
        raise AutograderError(
            f"this container has {container} MB of memory and grading needs {needed}. Choose a larger size in the "
            "assignment's autograder settings"
            + (", or set `gradescope: training: false` in grading.yml." if training else ".")
        )
    return limits.model_copy(update={"memory_mb": min(limits.memory_mb, left)})
