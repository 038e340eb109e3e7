"""One clean fork with the known bugs, and the question what is certain of a submission's function."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

import pytest

from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.diagnosis.failed import Failed
from autograder.diagnosis.fingerprints import Fingerprints
from autograder.engine.student import Student
from autograder.results.model import Hint
from autograder.sandbox import Limits, Sandbox, Zygote

SEED = b"a submission's secret seed"

Name = Callable[..., Hint | None]


def knowing(*bugs: str, function: str) -> Fingerprints:
    """The diagnosis as if these were all the known bugs of a function."""
    known = FINGERPRINTS.functions[function]
    some = {name: says for name, says in known.bugs().items() if name in bugs}
    return replace(FINGERPRINTS, functions={function: replace(known, bugs=lambda: some)})


@pytest.fixture(scope="module")
def bank(zygote: Zygote) -> Iterator[Sandbox]:
    with zygote.open({}, program=FINGERPRINTS.program) as opened:
        yield opened


@pytest.fixture(scope="module")
def name(zygote: Zygote, bank: Sandbox) -> Name:
    """The hint for one function of a submission, whether or not its checks have failed."""

    def hint(
        function: str,
        files: Mapping[str, bytes],
        fingerprints: Fingerprints = FINGERPRINTS,
        broken: Collection[str] = (),
    ) -> Hint | None:
        with Student(zygote, files, Limits(), SEED) as student:
            return fingerprints.hint(Failed(function, dict.fromkeys(broken, "")), student, bank, SEED)

    return hint
