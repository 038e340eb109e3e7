from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.results.model import Result
from autograder.results.store import read_result, write_answers, write_result

GOLDEN = Path(__file__).parent / "golden" / "result-1.json"


@pytest.fixture
def golden() -> Result:
    return read_result(GOLDEN)


@pytest.fixture
def classroom(tmp_path: Path, golden: Result) -> Callable[..., Path]:
    """Makes a class folder of the golden result under other names, without its flag, with written answers."""

    def make(answers: dict[str, dict[str, str]]) -> Path:
        for number, (name, texts) in enumerate(answers.items()):
            result = golden.model_copy(deep=True)
            result.submission.name, result.flags = name, []
            folder = tmp_path / "class" / f"s{number}"
            write_result(folder, result)
            write_answers(folder, texts)
        return tmp_path / "class"

    return make
