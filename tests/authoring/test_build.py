"""`build` writes three trees from one source, or nothing; `check` names what has drifted."""

import json
from pathlib import Path

import pytest

from autograder import authoring
from autograder.authoring import BuildReport, Drift
from autograder.authoring.building import HIDDEN
from autograder.authoring.trees import read_tree
from autograder.errors import AuthoringError, CheckFailed
from tests.authoring.made_spec import spec_of

RELEASE, SOLUTIONS, STAGE = (
    f"{folder}/generative-models" for folder in ("release", "solutions", "build/nbgrader/source")
)
SOLVED_LINE = "quotient = (sigma1**2 + distance) / (2 * sigma2**2)"


def build(course: Path, sheet_version: str = "1") -> BuildReport:
    return authoring.build(course, spec_of(sheet_version), hidden=course.parent / "assignment")


def check(course: Path, sheet_version: str = "1") -> list[Drift]:
    return authoring.check(course, spec_of(sheet_version), hidden=course.parent / "assignment")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_hidden_checks_of_this_package_are_kept_back_unless_told_otherwise(
    course: Path, source: Path
) -> None:
    line = next(
        line for line in (HIDDEN / "sheet.py").read_text().splitlines() if line.startswith("from autograder.")
    )
    edit(source / "README.md", "Solve", f"{line}\nSolve")
    with pytest.raises(CheckFailed, match=r"README.md, line 3: .* gives away"):
        authoring.build(course, spec_of())


def test_one_source_gives_release_solutions_and_stage(course: Path, source: Path) -> None:
    assert build(course, "2026.1") == BuildReport(written=(RELEASE, SOLUTIONS, STAGE), unchanged=())
    release, solutions, staged = (read_tree(course / name) for name in (RELEASE, SOLUTIONS, STAGE))

    assert set(release) == set(solutions) == set(staged) == set(read_tree(source))
    assert b'raise NotImplementedError("VAE.encode: exercise 9-1 (e)")' in release["generative/vae.py"]
    assert SOLVED_LINE.encode() in solutions["generative/divergence.py"]
    assert b"SOLUTION" not in b"".join([*release.values(), *solutions.values()])
    assert staged["generative/divergence.py"] == release["generative/divergence.py"]
    assert staged["generative_models.ipynb"] == (source / "generative_models.ipynb").read_bytes()
    for tree in (release, solutions, staged):
        assert b'SHEET = "2026.1"' in tree["generative/__init__.py"]
        assert tree["README.md"] == (source / "README.md").read_bytes()


def test_building_twice_gives_the_same_bytes(course: Path) -> None:
    build(course)
    first = read_tree(course)
    for name in (RELEASE, SOLUTIONS, STAGE):
        (course / name / "README.md").unlink()
    build(course)
    assert read_tree(course) == first


def test_a_build_in_step_writes_nothing(course: Path) -> None:
    build(course)
    assert build(course) == BuildReport(written=(), unchanged=(RELEASE, SOLUTIONS, STAGE))


def test_a_fresh_build_has_no_drift(course: Path) -> None:
    build(course)
    assert check(course) == []


def test_a_course_that_was_never_built_misses_every_file(course: Path, source: Path) -> None:
    drifts = check(course)
    assert {drift.kind for drift in drifts} == {"missing"}
    assert {drift.path for drift in drifts} == {
        f"{tree}/{name}" for tree in (RELEASE, SOLUTIONS) for name in read_tree(source)
    }
    assert not (course / "release").exists(), "check writes nothing"


def test_every_kind_of_drift_is_named_and_the_next_build_mends_it(course: Path, source: Path) -> None:
    build(course)
    (course / RELEASE / "notes.txt").write_text("extra")
    (course / SOLUTIONS / "README.md").unlink()
    edit(source / "generative/vae.py", "Encodes a number.", "Encodes one number.")
    assert [(drift.path, drift.kind) for drift in check(course)] == [
        (f"{RELEASE}/generative/vae.py", "different"),
        (f"{RELEASE}/notes.txt", "extra"),
        (f"{SOLUTIONS}/README.md", "missing"),
        (f"{SOLUTIONS}/generative/vae.py", "different"),
    ]
    build(course)
    assert check(course) == []


def test_another_version_of_the_sheet_is_drift(course: Path) -> None:
    build(course)
    (drift, *_) = check(course, "2")
    assert '-SHEET = "2"\n+SHEET = "1"' in drift.diff


def test_what_jupyter_and_pytest_leave_behind_is_no_drift(course: Path) -> None:
    build(course)
    for name in (".ipynb_checkpoints", "__pycache__", ".pytest_cache"):
        (course / RELEASE / name).mkdir()
        (course / RELEASE / name / "file").touch()
    assert check(course) == []


@pytest.mark.parametrize("name", ["generative/vae.py", "README.md"])
@pytest.mark.parametrize(
    "text",
    [
        SOLVED_LINE,
        "from autograder.assignment import facts",
        "yield kl(first, second) + kl(second, first) >= 2 * kl(first, first)",
    ],
)
def test_a_secret_in_a_given_text_stops_the_build_before_anything_is_written(
    course: Path, source: Path, name: str, text: str
) -> None:
    with (source / name).open("a") as file:
        file.write(f"\n# {text}\n")
    with pytest.raises(CheckFailed, match=rf"release/generative-models/{name}, line \d+: "):
        build(course)
    assert not (course / "release").exists()
    assert not (course / "build").exists()


def test_a_secret_in_the_metadata_of_the_notebook_stops_the_build(course: Path, source: Path) -> None:
    notebook = json.loads((source / "generative_models.ipynb").read_text())
    notebook["cells"][0]["metadata"]["note"] = "the second moment alone."
    (source / "generative_models.ipynb").write_text(json.dumps(notebook))
    with pytest.raises(CheckFailed, match=r"generative_models.ipynb, cell 1, metadata, line 1: "):
        build(course)


def test_a_wrong_mark_stops_the_build_before_anything_is_written(course: Path, source: Path) -> None:
    build(course)
    before = read_tree(course / RELEASE)
    edit(source / "generative/vae.py", "        ### END SOLUTION\n", "")
    with pytest.raises(
        AuthoringError, match=r"^source/generative-models/generative/vae.py:20: this region is never"
    ):
        build(course)
    assert read_tree(course / RELEASE) == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "notes.md",
            "### BEGIN SOLUTION\n",
            r"notes\.md:1: marks are followed in \.py and \.ipynb files only",
        ),
        (
            "sub/more.ipynb",
            "{}",
            r"sub/more\.ipynb: nbgrader reads notebooks of the top folder only\. Move it up\.",
        ),
    ],
)
def test_a_file_that_would_not_be_processed_is_refused(
    course: Path, source: Path, name: str, content: str, message: str
) -> None:
    (source / name).parent.mkdir(exist_ok=True)
    (source / name).write_text(content)
    with pytest.raises(AuthoringError, match=message):
        build(course)


def test_a_folder_without_the_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        AuthoringError, match=r"generative/__init__\.py: not found\. Run this in the folder that holds"
    ):
        build(tmp_path, "1")
