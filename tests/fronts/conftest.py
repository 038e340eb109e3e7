"""The ten submissions, graded once for all doors."""

import pytest

from tests.fronts.ten import Ten, make_ten


@pytest.fixture(scope="session")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Ten:
    """Not to be changed."""
    return make_ten(tmp_path_factory.mktemp("ten"))
