"""Fixtures that several rooms share, what runs in one process where tests run side by side, and no test on the clock."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from autograder.sandbox import Zygote

DOORS = "tests/fronts/"

# A busy machine fails no property.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


class ByFile(LoadScopeScheduling):
    """The tests of a file share a process, with all that they set up; so do those of all doors: they share ten graded
    submissions."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return DOORS if file.startswith(DOORS) else file

    def remove_node(self, node: WorkerController) -> str | None:
        """Where a process dies, the test that it was at fails, and another process goes on behind it.

        xdist's own method asks that test again, and hands out files of which nothing is left: whoever gets one waits for
        ever.
        """
        left = {
            file: tests for file, tests in self.assigned_work.pop(node).items() if not all(tests.values())
        }
        if not left:
            return None
        at = next(iter(left.values()))
        crashed = next(test for test, done in at.items() if not done)
        at[crashed] = True
        self.workqueue.update({file: tests for file, tests in left.items() if not all(tests.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return crashed


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One warm zygote for all tests that need a real sandbox."""
    with Zygote() as started:
        yield started
