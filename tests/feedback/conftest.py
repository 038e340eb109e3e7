from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.results.model import Result
from autograder.results.store import read_result
from autograder.spec.model import Spec
from tests.results.graded_with import grading_of

GOLDEN = Path(__file__).parents[1] / "results" / "golden" / "result-1.json"


@pytest.fixture
def result() -> Result:
    """A realistic result in which every state occurs."""
    return read_result(GOLDEN)


@pytest.fixture
def spec_of() -> Callable[..., Spec]:
    return grading_of


@pytest.fixture
def spec(result: Result, spec_of: Callable[..., Spec]) -> Spec:
    return spec_of(result)
