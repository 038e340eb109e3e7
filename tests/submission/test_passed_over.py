"""What is no part of the exercise is passed over unread, with one note; it never costs marks."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.submission import limits, open_submission

from .packing import EXERCISE, GIVEN, REQUIRED, opened, put_folder, put_tar, put_zip

JUNK = {
    ".git/config": b"",
    "__pycache__/elbo.cpython-311.pyc": b"",
    "generative/.ipynb_checkpoints/elbo-checkpoint.py": b"",
    "generative/._elbo.py": b"",
    "venv/lib/python3.11/site-packages/torch/__init__.py": b"",
    "data/MNIST/raw/train-images-idx3-ubyte": b"",
    "vae.pt": b"",
    "older.zip": b"",
    "samples/epoch_1.png": b"",
}
JUNK_NOTE = (
    'Ignored, not part of the exercise: "._elbo.py", ".git", ".ipynb_checkpoints", "__pycache__", "data", '
    '"older.zip", "samples/epoch_1.png", "vae.pt" and 1 more.'
)


@pytest.mark.parametrize(
    ("put", "name"),
    [(put_folder, "x"), (put_zip, "x.zip"), (put_tar, "x.tar.gz")],
    ids=["folder", "zip", "tar.gz"],
)
def test_junk_changes_neither_files_nor_hash_and_is_named_once(
    put: Callable[[Path, Mapping[str, bytes]], Path], name: str, tmp_path: Path
) -> None:
    clean = opened(put_folder(tmp_path / "clean", EXERCISE))
    submission = opened(put(tmp_path / name, {**EXERCISE, **JUNK}))
    assert submission.files == clean.files
    assert submission.sha256 == clean.sha256
    assert submission.notes == (JUNK_NOTE,)


def test_links_inside_junk_are_passed_over_too(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "x", EXERCISE)
    (folder / "venv" / "bin").mkdir(parents=True)
    (folder / "venv" / "bin" / "python").symlink_to("/usr/bin/python3")
    (folder / "data").symlink_to("/")
    assert opened(folder).files == {**EXERCISE, **GIVEN}


def test_what_is_passed_over_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    assert opened(put_zip(tmp_path / "x.zip", {**EXERCISE, "video.mp4": b"x" * 2000})).files == {
        **EXERCISE,
        **GIVEN,
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("generative/L\u00f6sung.py", '"generative/Lösung.py"'),
        ("written/\u202e9-1a.pdf", '"written/�9-1a.pdf"'),
        ("generative/a\x07b.py", '"generative/a�b.py"'),
        ("n" * 300 + ".py", f'"{"n" * 40}…{"n" * 36}.py"'),
    ],
    ids=["umlaut", "direction of text", "control character", "too long"],
)
def test_an_odd_name_is_passed_over_with_a_note(name: str, shown: str, tmp_path: Path) -> None:
    submission = opened(put_zip(tmp_path / "x.zip", {**EXERCISE, name: b""}))
    assert submission.files == {**EXERCISE, **GIVEN}
    assert submission.notes == (
        f"Ignored, because letters in the name may read differently elsewhere: {shown}.",
    )


def test_a_windows_zip_with_an_umlaut_in_a_name_opens(tmp_path: Path) -> None:
    """Windows writes names in the code page of the country and does not say which: here "Lösung" in cp1252."""
    path = put_zip(tmp_path / "x.zip", {**EXERCISE, "generative/L#sung.py": b""})
    path.write_bytes(path.read_bytes().replace(b"L#sung", "Lösung".encode("cp1252")))
    submission = opened(path)
    assert submission.files == {**EXERCISE, **GIVEN}
    assert len(submission.notes) == 1
    assert "may read differently elsewhere" in submission.notes[0]


def test_an_odd_name_of_the_outer_folder_does_not_matter(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "x.zip", {f"L#sung/{name}": content for name, content in EXERCISE.items()})
    path.write_bytes(path.read_bytes().replace(b"L#sung", "Lösung".encode("cp1252")))
    assert opened(path).files == {**EXERCISE, **GIVEN}
    assert opened(path).notes == ()


def test_a_name_that_is_no_utf8_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "x", EXERCISE)
    with open(bytes(folder) + b"/generative/L\xf6sung.py", "wb"):
        pass
    assert opened(folder).notes == (
        'Ignored, because letters in the name may read differently elsewhere: "generative/L�sung.py".',
    )


def test_entries_for_folders_are_no_files(tmp_path: Path) -> None:
    entries = [(zipfile.ZipInfo("generative/"), b""), *EXERCISE.items()]
    assert opened(put_zip(tmp_path / "x.zip", entries)).files == {**EXERCISE, **GIVEN}


def test_papers_are_kept_whatever_the_case_of_their_names(tmp_path: Path) -> None:
    papers = {"written/9-1a.jpg": b"a", "Written/9-1B.PDF": b"b", "written/9-1c.JPEG": b"c"}
    assert opened(put_folder(tmp_path / "x", {**EXERCISE, **papers})).files.items() >= papers.items()


def test_a_photo_as_large_as_phones_make_them_is_kept_for_every_question(tmp_path: Path) -> None:
    photos = {f"written/9-{i}.jpg": bytes(12 * limits.MiB) for i in range(9)}
    assert opened(put_folder(tmp_path / "x", {**EXERCISE, **photos})).files.keys() >= photos.keys()


def test_what_is_passed_over_is_known_by_its_path_inside_the_exercise(tmp_path: Path) -> None:
    odd = {"9-1a.pdf": b"", "written/9-1a.heic": b"", "written/9-1b.docx": b"", ".git/config": b""}
    submission = opened(
        put_zip(tmp_path / "x.zip", {f"my solution/{k}": v for k, v in {**EXERCISE, **odd}.items()})
    )
    assert submission.ignored == ("9-1a.pdf", "written/9-1a.heic", "written/9-1b.docx")


def test_what_the_handout_brought_along_is_passed_over_without_a_word(tmp_path: Path) -> None:
    folder = put_folder(
        tmp_path / "ada", {**EXERCISE, "generative/digits/train.bz2": b"digits", "own.bz2": b""}
    )
    handed_out = {"generative/digits/train.bz2", "generative/divergence.py"}
    submission = open_submission(folder, name="ada", given=GIVEN, required=REQUIRED, handed_out=handed_out)
    assert "generative/digits/train.bz2" not in submission.files
    assert "generative/divergence.py" in submission.files
    assert submission.notes == ('Ignored, not part of the exercise: "own.bz2".',)
