"""A student's memory fits into the container, so that a leak costs one function and not the grading."""

from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.fronts.gradescope.memory import OURS_MB, container_mb, fitted
from autograder.spec.model import LimitSpec

LIMITS = LimitSpec(memory_mb=2048)


def test_gradescopes_smallest_container_is_enough() -> None:
    for training in (True, False):
        left = fitted(LIMITS, 768, training=training).memory_mb
        assert left == 768 - OURS_MB[training]


def test_a_large_container_leaves_the_limit_of_grading_yml() -> None:
    assert fitted(LIMITS, 6000, training=True) == LIMITS
    assert fitted(LIMITS, None, training=True) == LIMITS


def test_a_container_that_is_too_small_is_refused_with_the_size_that_does() -> None:
    with pytest.raises(
        AutograderError, match=r"has 512 MB of memory and grading needs 752\. Choose a larger"
    ):
        fitted(LIMITS, 512, training=True)


@pytest.mark.parametrize(
    ("file", "content", "limit"),
    [
        ("memory.max", "805306368\n", 768),
        ("memory.max", "max\n", None),
        ("memory/memory.limit_in_bytes", "805306368\n", 768),
        ("memory/memory.limit_in_bytes", "9223372036854771712\n", None),
    ],
)
def test_both_versions_of_control_groups_are_read(
    tmp_path: Path, file: str, content: str, limit: int | None
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content)
    assert container_mb(tmp_path) == limit
