"""One course for the tests that do not change it."""

from pathlib import Path

import pytest

from tests.commands.course import make_course


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with short limits and a training of three steps. Not to be changed."""
    return make_course(tmp_path_factory.mktemp("course"))
