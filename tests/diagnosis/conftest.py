"""One clean fork with the known bugs, and the question which of them a submission's function equals."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.engine.student import Student
from autograder.results.model import Hint
from autograder.sandbox import Limits, Sandbox, Zygote

SEED = b"a submission's secret seed"

Name = Callable[[str, Mapping[str, bytes]], Hint | None]


@pytest.fixture(scope="module")
def bank(zygote: Zygote) -> Iterator[Sandbox]:
    with zygote.open({}, program=FINGERPRINTS.program) as opened:
        yield opened


@pytest.fixture(scope="module")
def name(zygote: Zygote, bank: Sandbox) -> Name:
    """The hint for one function of a submission, whether or not its checks have failed."""
    return lambda function, files: FINGERPRINTS.hint(
        function, Student(zygote, files, Limits(), SEED), bank, SEED
    )
