"""`autograder grade`: forms of submissions, options, exit statuses, and what people read."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.results.model import Result
from autograder.results.store import read_result
from autograder.sandbox import Zygote
from autograder.submission import name_submissions
from tests.commands.course import SOLVED, STUBS, autograder, make_course, with_code
from tests.submission.packing import below, put_folder, put_tar, put_zip

SIGN = "def generator_loss_minimax(logits_real, logits_fake):\n    return discriminator_loss(logits_real, logits_fake)"
SLIP = with_code("gan.py", SIGN)
AUTOMATIC = ["9-1a", "9-1b", "9-1c", "9-1d", "9-1e", "9-2b", "9-2c", "9-2d"]


def marks(result: Result) -> dict[str, tuple[float | None, str, str]]:
    return {c.id: (c.score, c.status, c.message) for q in result.questions for c in q.criteria}


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forms(course: Path, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """One submission with one slip in every form, and without its notebook."""
    folder = tmp_path_factory.mktemp("forms")
    paths = {
        "folder": put_folder(folder / "folder", SLIP),
        "zip": put_zip(folder / "zip.zip", SLIP),
        "below": put_zip(folder / "below.zip", below("generative-models", SLIP)),
        "tar": put_tar(folder / "tar.tar.gz", SLIP),
        "tar-below": put_tar(folder / "tar-below.tar.gz", below("my exercise", SLIP)),
        "no-notebook": put_folder(
            folder / "no-notebook", {k: v for k, v in SLIP.items() if not k.endswith(".ipynb")}
        ),
    }
    bench = Course(course).bench(zygote, None)
    names = name_submissions(list(paths.values()))
    assert list(names.values()) == list(paths)
    return {done.name: done.result for done in grade_class(names, bench, folder / "out")}


@pytest.mark.parametrize("form", ["zip", "below", "tar", "tar-below"])
def test_every_form_gives_the_same_hash_the_same_seed_and_the_same_marks(
    forms: dict[str, Result], form: str
) -> None:
    folder, other = forms["folder"], forms[form]
    assert other.submission.sha256 == folder.submission.sha256
    assert other.submission.files == folder.submission.files
    assert other.seed_id == folder.seed_id
    assert marks(other) == marks(folder)
    assert 0 < other.score < other.graded_max == 55


def test_a_submission_without_the_notebook_is_graded(forms: dict[str, Result]) -> None:
    assert forms["no-notebook"].submission.sha256 != forms["folder"].submission.sha256
    assert forms["no-notebook"].score == forms["folder"].score


def test_archives_of_one_name_in_two_folders_do_not_collide(course: Path, tmp_path: Path) -> None:
    for student, files in (("a", SOLVED), ("b", STUBS)):
        (tmp_path / student).mkdir()
        put_zip(tmp_path / student / "x.zip", files)
    done = autograder(
        *("grade", tmp_path / "a/x.zip", tmp_path / "b/x.zip", "--no-training", "--out", tmp_path / "out"),
        root=course,
    )
    assert done.returncode == 0, done.stderr
    assert read_result(tmp_path / "out/a/result.json").score == 55
    assert read_result(tmp_path / "out/b/result.json").score == 0


# --- the whole command, with training --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, str]:
    """The folder, what --json printed, and stderr, of a class of two with training on the embedded digits."""
    folder = tmp_path_factory.mktemp("trained")
    put_folder(folder / "ada", SOLVED)
    put_zip(folder / "bob.zip", SLIP)
    words = ["--data", "embedded", "--json", "--fail-under", 65, "--out", folder / "out"]
    done = autograder("grade", folder / "ada", folder / "bob.zip", *words, root=course)
    assert done.returncode == 4, done.stderr
    return folder / "out", json.loads(done.stdout), done.stderr


def test_a_score_below_fail_under_is_exit_status_4(trained: tuple[Path, Any, str]) -> None:
    _, told, _ = trained
    assert {r["submission"]["name"]: r["score"] for r in told} == {"ada": 65, "bob": 62}


def test_the_result_names_the_data_set_and_the_sandbox_layers(trained: tuple[Path, Any, str]) -> None:
    out, _, _ = trained
    result = read_result(out / "ada" / "result.json")
    assert result.data is not None
    assert result.data.name == "embedded"
    assert result.data.sha256 == "9d548c1e271d0e904c9b1c943e9849ba92f0c66d498e734e22df9af2b7940638"
    assert {"rlimits", "seccomp"} <= set(result.engine.sandbox)
    assert (result.engine.device, result.options["training"]) == ("cpu", True)
    assert result.training.vae is not None
    assert (result.training.vae.steps, len(result.training.vae.loss)) == (3, 3)


def test_json_is_all_that_is_printed(trained: tuple[Path, Any, str]) -> None:
    _, told, stderr = trained
    assert stderr == ""
    assert set(told[0]) == {
        *("submission", "status", "score", "graded_max", "max_score"),
        *("complete", "data", "engine", "flags"),
    }
    assert [r["data"]["name"] for r in told] == ["embedded", "embedded"]


def test_a_class_has_its_pages_and_its_table(trained: tuple[Path, Any, str]) -> None:
    out, _, _ = trained
    assert {p.name for p in out.iterdir()} == {"ada", "bob", "index.html", "grades.csv", ".lock"}
    for student in ("ada", "bob"):
        assert {p.name for p in (out / student).iterdir()} == {
            *("result.json", "answers.json", "pictures.json", "feedback.html", "staff.html"),
        }
    rows = list(csv.DictReader((out / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert [row["submission"] for row in rows] == ["ada", "bob"]


# --- options -------------------------------------------------------------------------------------------------------


def test_only_grades_the_questions_asked_for(course: Path, tmp_path: Path) -> None:
    put_folder(tmp_path / "ada", SLIP)
    words = ["--only", "9-2c", "--only", "9-1a", "--no-training", "--out", tmp_path / "out"]
    done = autograder("grade", tmp_path / "ada", *words, root=course)
    assert done.returncode == 0, done.stderr
    result = read_result(tmp_path / "out/ada/result.json")
    asked = {q.id: q.score for q in result.questions if q.status != "pending"}
    assert asked == {"9-1a": 7, "9-2c": 1}
    assert (result.score, result.graded_max, result.complete) == (8, 11, False)
    assert result.options["only"] == ["9-1a", "9-2c"]


REFUSALS: dict[str, tuple[list[str], str]] = {
    "an unknown question": (
        ["--only", "9-3a", "--no-training"],
        f"--only: no automatic question is called 9-3a. There are: {', '.join(AUTOMATIC)}.",
    ),
    "a written question": (
        ["--only", "9-1a-written", "--no-training"],
        f"--only: no automatic question is called 9-1a-written. There are: {', '.join(AUTOMATIC)}.",
    ),
    "no data": (
        [],
        f"MNIST is not there: looked in {Path('data', 'MNIST', 'raw')}. Run `autograder data fetch data`, name its "
        "folder by --data or MNIST_DIR, take the small set by `--data embedded`, or grade with --no-training.",
    ),
    "no data in the folder named": (["--data", "elsewhere"], "Run `autograder data fetch elsewhere`"),
    "cuda without a device": (
        ["--device", "cuda", "--no-training"],
        "--device cuda: this machine shows no NVIDIA device. Grade with --device cpu.",
    ),
    "an unknown device": (
        ["--device", "tpu", "--no-training"],
        "--device tpu: unknown. Choose auto, cpu or cuda.",
    ),
    "a roster without ids": (
        ["--roster", "grading.yml", "--no-training"],
        "grading.yml: no column `id` in the first line. Name the column of roster ids `id`.",
    ),
    "no course": (["--root", "/", "--no-training"], "no grading.yml in / or above."),
    "zero jobs": (["--jobs", "0"], "--jobs"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_wrong_call_is_exit_status_2_names_the_next_step_and_writes_nothing(
    course: Path, tmp_path: Path, case: str
) -> None:
    words, message = REFUSALS[case]
    done = autograder(
        "grade", course / "solutions/generative-models", *words, "--out", tmp_path / "out", root=course
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.json"))


def test_a_path_that_does_not_exist_is_exit_status_2_before_anything_is_graded(
    course: Path, tmp_path: Path
) -> None:
    put_folder(tmp_path / "ada", STUBS)
    words = [tmp_path / "ada", tmp_path / "bob.zip", "--no-training", "--out", tmp_path / "out"]
    done = autograder("grade", *words, root=course)
    assert done.returncode == 2
    assert done.stderr == f"autograder: no such file or folder: {tmp_path / 'bob.zip'}. Check the path.\n"
    assert not (tmp_path / "out").exists()


def test_a_mistake_in_grading_yml_is_exit_status_2_with_its_line(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    file = course / "grading.yml"
    file.write_text(file.read_text().replace("max_score: 100", "max_scor: 100"))
    done = autograder(
        "grade", course / "release/generative-models", "--no-training", "--out", "out", root=course
    )
    assert done.returncode == 2
    line = file.read_text().splitlines().index("max_scor: 100") + 1
    assert f"grading.yml, line {line}" in done.stderr or f"grading.yml:{line}" in done.stderr
    assert "max_scor" in done.stderr


def test_a_roster_names_submissions_by_its_ids(course: Path, tmp_path: Path) -> None:
    put_folder(tmp_path / "in" / "4711_attempt_2" / "generative-models", STUBS)
    put_folder(tmp_path / "in" / "4712_attempt_1" / "generative-models", STUBS)
    (tmp_path / "roster.csv").write_text("id,name\n4711,Ada\n4712,Bob\n")
    words = [
        "--roster",
        tmp_path / "roster.csv",
        "--no-training",
        "--only",
        "9-2d",
        "--out",
        tmp_path / "out",
    ]
    folders = sorted((tmp_path / "in").glob("*/*"))
    assert autograder("grade", *folders, *words, root=course).returncode == 0
    assert sorted(p.parent.name for p in (tmp_path / "out").glob("*/result.json")) == ["4711", "4712"]


def test_a_new_course_makes_its_key_for_its_owner_only(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    words = ["--no-training", "--only", "9-2d", "--out", "out"]
    assert autograder("grade", "release/generative-models", *words, root=course).returncode == 0
    assert (course / ".course-key").stat().st_mode & 0o777 == 0o600
    key = (course / ".course-key").read_text().strip()
    written = [p.read_bytes() for p in (course / "out").rglob("*") if p.is_file()]
    assert not [content for content in written if key.encode() in content]
