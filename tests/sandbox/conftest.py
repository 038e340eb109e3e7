"""Two zygotes for the whole session: all layers that the machine offers, and the same without namespaces."""

import os
from collections.abc import Iterator

import pytest

from autograder.sandbox import Zygote
from tests.sandbox.student import GpuZygote

SECRET = "a-secret-of-the-grader-4711"


@pytest.fixture(scope="session", autouse=True)
def _secret_in_the_environment() -> None:
    os.environ["GRADER_TEST_SECRET"] = SECRET


@pytest.fixture(scope="session")
def bare_zygote() -> Iterator[Zygote]:
    """Without namespaces, as in a container that does not allow them."""
    with Zygote(without=("namespaces",)) as started:
        yield started


@pytest.fixture(scope="session")
def gpu_zygote() -> Iterator[Zygote]:
    """Its sandboxes are confined as for training on a GPU, with all layers; there need not be one."""
    with GpuZygote() as started:
        yield started


MODES = {"all layers": "zygote", "no namespaces": "bare_zygote", "for a GPU": "gpu_zygote"}


@pytest.fixture(params=["all layers", "no namespaces"])
def confined(request: pytest.FixtureRequest) -> Zygote:
    """Both modes on the CPU in turn."""
    started: Zygote = request.getfixturevalue(MODES[request.param])
    return started


@pytest.fixture
def namespaced(zygote: Zygote) -> Zygote:
    if "namespaces" not in zygote.layers:
        detail = next(r.detail for r in zygote.reports if r.name == "namespaces")
        pytest.skip(f"this machine offers no namespaces: {detail}")
    return zygote
