"""The public checks for pytest: `pytest`, or `pytest -k 9-1a` for one question."""

import pytest
from generative.check import CHECKS, PASSED, outcome


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_public_check(check) -> None:
    result = outcome(check)
    if result.mark != PASSED:
        pytest.fail(result.sentence, pytrace=False)
