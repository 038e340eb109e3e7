"""Fixtures that several rooms share."""

from collections.abc import Iterator

import pytest

from autograder.sandbox import Zygote

DOORS = "tests/fronts/"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side (--dist loadgroup), those of a file share a process, and so do those of all doors:
    they share ten graded submissions."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(DOORS if file.startswith(DOORS) else file))


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One warm zygote for all tests that need a real sandbox."""
    with Zygote() as started:
        yield started
