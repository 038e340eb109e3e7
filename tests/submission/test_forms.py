"""The form of a submission does not matter: the same content is the same submission."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.submission import from_files

from .packing import EXERCISE, GIVEN, below, opened, put_folder, put_tar, put_zip

Put = Callable[[Path, Mapping[str, bytes]], Path]

FORMS = [
    pytest.param(put_folder, "folder", id="folder"),
    pytest.param(put_zip, "x.zip", id="zip"),
    pytest.param(put_tar, "x.tar.gz", id="tar.gz"),
    pytest.param(put_tar, "x.tgz", id="tgz"),
]


@pytest.mark.parametrize(("put", "name"), FORMS)
@pytest.mark.parametrize(
    "files", [EXERCISE, below("generative-models", EXERCISE)], ids=["top", "one level down"]
)
def test_every_form_gives_the_same_files_and_hash(
    put: Put, name: str, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    submission = opened(put(tmp_path / name, files))
    assert submission.files == {**EXERCISE, **GIVEN}
    assert submission.sha256 == from_files(EXERCISE, name="ada").sha256
    assert submission.notes == ()


def test_the_hash_is_that_of_paths_and_contents_with_their_lengths() -> None:
    expected = hashlib.sha256(
        bytes([0, 0, 0, 0, 0, 0, 0, 4]) + b"a.py" + bytes([0, 0, 0, 0, 0, 0, 0, 1]) + b"x"
        + bytes([0, 0, 0, 0, 0, 0, 0, 4]) + b"b.py" + bytes([0, 0, 0, 0, 0, 0, 0, 0])
    )  # fmt: skip
    assert from_files({"b.py": b"", "a.py": b"x"}, name="ada").sha256 == expected.hexdigest()


def test_files_handed_out_complete_do_not_change_the_hash(tmp_path: Path) -> None:
    plain = opened(put_folder(tmp_path / "plain", EXERCISE))
    altered = opened(
        put_folder(tmp_path / "altered", {**EXERCISE, "generative/training.py": b"mine = True\n"})
    )
    assert altered.sha256 == plain.sha256
    assert altered.files == plain.files
    assert altered.notes == (
        'Differs from the handout, the handout\'s own was used: "generative/training.py".',
    )


def test_line_ends_of_another_system_are_no_difference_from_the_handout(tmp_path: Path) -> None:
    files = {**EXERCISE, "generative/training.py": GIVEN["generative/training.py"].replace(b"\n", b"\r\n")}
    assert opened(put_folder(tmp_path / "x", files)).notes == ()


def test_any_change_of_own_content_or_name_changes_the_hash(tmp_path: Path) -> None:
    variants = [
        EXERCISE,
        {**EXERCISE, "generative/elbo.py": b"x"},
        {**EXERCISE, "generative/more.py": b""},
        {name: content for name, content in EXERCISE.items() if name != "generative/helper.py"},
    ]
    hashes = {opened(put_folder(tmp_path / str(i), files)).sha256 for i, files in enumerate(variants)}
    assert len(hashes) == len(variants)


def test_a_zip_by_another_program_opens(tmp_path: Path) -> None:
    put_folder(tmp_path / "generative-models", EXERCISE)
    try:
        subprocess.run(["zip", "-q", "-r", "x.zip", "generative-models"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("the program zip is not installed")
    assert opened(tmp_path / "x.zip").files == {**EXERCISE, **GIVEN}


def test_a_zip_by_powershell_with_backslashes_opens(tmp_path: Path) -> None:
    entries = {name.replace("/", "\\"): content for name, content in below("ex9", EXERCISE).items()}
    assert opened(put_zip(tmp_path / "x.zip", entries)).files == {**EXERCISE, **GIVEN}


def test_the_form_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert opened(put_tar(tmp_path / "really-a-tar.zip", EXERCISE)).files == {**EXERCISE, **GIVEN}


def test_without_notebook_or_readme_it_is_still_a_submission(tmp_path: Path) -> None:
    submission = opened(put_zip(tmp_path / "x.zip", {"generative/elbo.py": b"pass"}))
    assert set(submission.files) == {"generative/elbo.py", "generative/training.py"}


def test_a_notebook_alone_is_a_submission_under_any_name(tmp_path: Path) -> None:
    submission = opened(put_zip(tmp_path / "x.zip", {"me/generative_models (1).ipynb": b"{}"}))
    assert set(submission.files) == {"generative_models (1).ipynb", "generative/training.py"}


def test_an_empty_folder_is_a_submission_without_files(tmp_path: Path) -> None:
    put_folder(tmp_path / "x", {".DS_Store": b"", "__pycache__/a.pyc": b""})
    submission = opened(tmp_path / "x")
    assert submission.files == {}
    assert submission.notes == ("The folder is empty.",)


def test_of_two_exercise_folders_the_first_is_taken_and_the_other_named(tmp_path: Path) -> None:
    files = {"a/generative/elbo.py": b"1", "b/generative/elbo.py": b"2"}
    submission = opened(put_zip(tmp_path / "x.zip", files))
    assert submission.files["generative/elbo.py"] == b"1"
    assert submission.notes == (
        'Ignored, not part of the exercise: "b/generative/elbo.py".',
        'Several exercise folders: taken is "a", not: "b/".',
    )


def test_it_was_received_when_the_archive_or_the_newest_file_was_last_changed(tmp_path: Path) -> None:
    folder, archive = put_folder(tmp_path / "x", EXERCISE), put_zip(tmp_path / "x.zip", EXERCISE)
    for name in EXERCISE:
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    os.utime(folder / "generative/elbo.py", (1_800_000_000, 1_800_000_000))
    os.utime(archive, (1_750_000_000, 1_750_000_000))
    assert opened(folder).received_at == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
    assert opened(archive).received_at == datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)
