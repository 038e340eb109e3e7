"""What is no part of the exercise is passed over unread, with one note; it never costs marks."""

import os
import venv
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
        ("x" + "\u0301" * 60 + ".py", '"x' + "\u0301" * 4 + '.py"'),
        ("generative/a\x07b.py", '"generative/a�b.py"'),
        ("n" * 300 + ".py", f'"{"n" * 40}…{"n" * 36}.py"'),
    ],
    ids=["umlaut", "direction of text", "pile of accents", "control character", "too long"],
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


# --- what students send by mistake ------------------------------------------------------------------------------------

FORMS = pytest.mark.parametrize(
    ("put", "name"),
    [(put_folder, "x"), (put_zip, "x.zip"), (put_tar, "x.tar.gz")],
    ids=["folder", "zip", "tar.gz"],
)
Put = Callable[[Path, Mapping[str, bytes]], Path]


@FORMS
@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"MNIST/raw/t10k-images-idx3-ubyte": b"", "mnist/t.gz": b""}, '"MNIST", "mnist"'),
        (
            {"checkpoints/epoch3.ckpt": b"", "vae.pth": b"", "best.safetensors": b""},
            '"best.safetensors", "chec',
        ),
        (
            {"runs/events.out.tfevents.1": b"", "wandb/run.log": b""},
            '"runs/events.out.tfevents.1", "wandb/run.log"',
        ),
        ({".venv/bin/activate_this.py": b"", "env/a.py": b""}, '".venv", "env"'),
        ({"torch-env/pyvenv.cfg": b"", "torch-env/lib/python3.11/six.py": b""}, '"torch-env"'),
        ({"dl/lib/a.py": b"", "dl/conda-meta/history": b"", "dl/bin/python": b""}, '"dl"'),
        ({"generative/__pycache__/a.pyc": b"", ".DS_Store": b""}, '".DS_Store", "__pycache__"'),
        (
            {"backup.zip": b"PK", "old.tar.gz": b"", "deep/all.7z": b""},
            '"backup.zip", "deep/all.7z", "old.tar.gz"',
        ),
        ({"hook.pth": b"import os", "generative/x.so": b""}, '"generative/x.so", "hook.pth"'),
    ],
    ids=["data", "checkpoints", "logs", "named env", "venv", "conda", "caches", "archives", "pth and so"],
)
def test_a_plausible_mistake_costs_nothing_and_is_named(
    put: Put, name: str, sent: dict[str, bytes], named: str, tmp_path: Path
) -> None:
    submission = opened(put(tmp_path / name, {**EXERCISE, **sent}))
    assert submission.files == {**EXERCISE, **GIVEN}
    assert len(submission.notes) == 1
    assert submission.notes[0].startswith(f"Ignored, not part of the exercise: {named}")


def test_the_links_of_a_virtual_environment_are_no_reason_to_refuse_whatever_its_name(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "x", EXERCISE)
    venv.create(folder / "dl2026", with_pip=False, symlinks=True)
    assert (folder / "dl2026" / "bin" / "python").is_symlink()
    submission = opened(folder)
    assert submission.files == {**EXERCISE, **GIVEN}
    assert submission.notes == ('Ignored, not part of the exercise: "dl2026", "site-packages".',)


def test_an_exercise_that_was_itself_made_a_virtual_environment_keeps_its_own_files(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "x", EXERCISE)
    venv.create(folder, with_pip=False, symlinks=True)
    submission = opened(folder)
    assert submission.files == {**EXERCISE, **GIVEN}
    assert submission.notes[0].startswith("Ignored, not part of the exercise: ")


@FORMS
def test_a_thousand_files_of_an_environment_are_not_the_students(put: Put, name: str, tmp_path: Path) -> None:
    library = {f"dl/lib/python3.11/m{i}.py": b"" for i in range(limits.FILES + 1)}
    submission = opened(put(tmp_path / name, {**EXERCISE, **library, "dl/pyvenv.cfg": b""}))
    assert submission.files == {**EXERCISE, **GIVEN}


@FORMS
def test_a_file_that_is_too_large_is_not_read_and_the_rest_is_graded(
    put: Put, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", limits.MiB)
    huge = {
        "generative_models.ipynb": os.urandom(limits.MiB + 1),
        "train_log.txt": os.urandom(2 * limits.MiB),
    }
    submission = opened(put(tmp_path / name, {**EXERCISE, **huge}))
    assert submission.files == {**{k: v for k, v in EXERCISE.items() if k not in huge}, **GIVEN}
    assert submission.notes == (
        'Not read, because larger than 1 MB: "generative_models.ipynb", "train_log.txt".',
    )


@FORMS
def test_any_number_of_files_that_are_too_large_takes_no_reading(
    put: Put, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", limits.MiB)
    monkeypatch.setattr(limits, "TOTAL_BYTES", 3 * limits.MiB)  # what is read counts, and would be refused
    huge = {f"log{i}.txt": os.urandom(2 * limits.MiB) for i in range(4)}
    assert opened(put(tmp_path / name, {**EXERCISE, **huge})).files == {**EXERCISE, **GIVEN}


def test_a_scan_larger_than_a_zips_table_of_contents_may_be_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ZIP_DIRECTORY_BYTES", limits.MiB)
    scan = {"written/9-1b.pdf": os.urandom(3 * limits.MiB)}
    assert opened(put_zip(tmp_path / "x.zip", {**EXERCISE, **scan})).files.items() >= scan.items()


def test_a_folder_beside_a_file_of_its_name_is_passed_over_with_a_note(tmp_path: Path) -> None:
    """Python would import the folder, and people read the file: the file is graded. Ours are hidden by nothing either."""
    hiding = {
        "generative/elbo/__init__.py": b"",
        "generative/elbo/parts.py": b"",
        "generative/training/a.py": b"",
    }
    clean = opened(put_folder(tmp_path / "clean", EXERCISE))
    submission = opened(put_folder(tmp_path / "x", {**EXERCISE, **hiding, "generative/mine/a.py": b""}))
    assert submission.files == {**clean.files, "generative/mine/a.py": b""}
    assert submission.notes == (
        "Ignored, because Python would read them in place of the file of the folder's name: "
        '"generative/elbo/__init__.py", "generative/elbo/parts.py", "generative/training/a.py".',
    )


def test_a_folder_in_place_of_a_file_that_is_missing_is_kept(tmp_path: Path) -> None:
    files = {name: content for name, content in EXERCISE.items() if name != "generative/elbo.py"}
    submission = opened(put_folder(tmp_path / "x", {**files, "generative/elbo/__init__.py": b""}))
    assert "generative/elbo/__init__.py" in submission.files
