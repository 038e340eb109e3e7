"""Fixtures that several rooms share, and what runs in one process where tests run side by side."""

from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from autograder.sandbox import Zygote

DOORS = "tests/fronts/"


class ByFile(LoadScopeScheduling):
    """The tests of a file share a process, with all that they set up; so do those of all doors: they share ten graded
    submissions."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return DOORS if file.startswith(DOORS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One warm zygote for all tests that need a real sandbox."""
    with Zygote() as started:
        yield started
