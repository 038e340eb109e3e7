"""`generative/__init__.py` is imported before every file; one that cannot be costs nothing, and its author is told."""

from collections.abc import Callable

import pytest

from autograder.course import Course
from autograder.engine.grade import grade
from autograder.results.model import Result
from autograder.sandbox import Zygote
from autograder.submission import from_files
from tests.commands.course import SOLVED, make_course

PACKAGE_FILE = "generative/__init__.py"


@pytest.fixture(scope="module")
def graded(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Result]:
    bench = Course(make_course(tmp_path_factory.mktemp("course"))).bench(zygote, None)
    return lambda text: grade(from_files({**SOLVED, PACKAGE_FILE: text.encode()}, name="ada"), bench)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing", "failed and was taken as empty: ModuleNotFoundError: No module named 'nothing'"),
        (
            "import os; os._exit(0)",
            "ends every import of a file beside it, or never ends, and was taken as empty.",
        ),
    ],
)
def test_a_package_file_that_cannot_be_imported_is_a_note(
    graded: Callable[[str], Result], text: str, said: str
) -> None:
    result = graded(text)
    assert f"{PACKAGE_FILE} {said}" in result.submission.notes
    assert result.score == graded("").score


def test_a_package_file_that_can_be_imported_is_none(graded: Callable[[str], Result]) -> None:
    stamp = SOLVED[PACKAGE_FILE].decode()
    assert graded(stamp).submission.notes == []
