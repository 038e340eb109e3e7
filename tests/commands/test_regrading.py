"""The same submission has the same marks whenever and beside whomever it is graded."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import with_text
from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.results.model import Result
from autograder.sandbox import Zygote
from tests.commands.course import SOLVED, make_course
from tests.submission.packing import put_folder

TIMES = 20
BUGS = {bug.name: bug for bug in known_bugs()}
SLIPS = (
    *("kl_normal_missing_half", "kl_standard_normal_logvar_as_log_sigma", "elbo_missing_half"),
    *("reparameterize_uniform_noise", "vae_never_samples", "minimax_naive_log"),
    *("discriminator_without_half", "nonsaturating_without_half"),
)


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    files = dict(SOLVED)
    for name in SLIPS:
        files = with_text(files, BUGS[name])
    return files


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(make_course(tmp_path_factory.mktemp("course")))


def without_times(result: Result) -> Any:
    """Everything that a result says, but for its submission's name and how long things took."""
    told = result.model_dump(mode="json", exclude={"started_at", "seconds", "submission"})
    for question in told["questions"]:
        for criterion in question["criteria"]:
            del criterion["seconds"]
    return told


def test_twenty_regrades_two_at_a_time_say_the_same_as_one_alone(
    course: Course, zygote: Zygote, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    """Seeds depend on the content, so a copy under another name is the same submission graded again."""
    names = {put_folder(tmp_path / f"copy{i}", files): f"copy{i}" for i in range(TIMES)}
    regraded = grade_class(names, course.bench(zygote, None), tmp_path / "out", jobs=2)
    with Zygote() as fresh:
        name = {put_folder(tmp_path / "alone", files): "alone"}
        (alone,) = grade_class(name, course.bench(fresh, None), tmp_path / "apart")
    assert len(regraded) == TIMES
    for done in regraded:
        assert without_times(done.result) == without_times(alone.result)
    assert 0 < regraded[0].result.score < regraded[0].result.graded_max
