"""Fixtures that several rooms share."""

from collections.abc import Iterator

import pytest

from autograder.sandbox import Zygote


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One warm zygote for all tests that need a real sandbox."""
    with Zygote() as started:
        yield started
