"""The public checks of `generative/check.py` for pytest: `pytest`, or `pytest -k 9-1a` for one question."""

import pytest
from generative.check import CHECKS, Check


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_public_check(check: Check) -> None:
    problem = check.problem()
    if problem is not None:
        pytest.fail(problem, pytrace=False)
