"""A data set is what its hash says. Absent, damaged or another set: an error with the next step, never a substitute."""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.data import EMBEDDED_SHA256, MNIST_SHA256, DataSet, load
from autograder.data.known import MNIST_FILES
from autograder.data.torchvision_shim import mnist_class
from autograder.errors import DataError

EXPECTED = {"mnist": MNIST_SHA256, "embedded": EMBEDDED_SHA256}
AS_MNIST = {"mnist": EMBEDDED_SHA256}  # the small set in the large one's place: what is tested is the same
LABELS = "train-labels-idx1-ubyte"


def refusal(choice: str | Path | None, expected: dict[str, str] = EXPECTED) -> str:
    with pytest.raises(DataError) as caught:
        load(choice, expected=expected)
    return str(caught.value)


def altered(path: Path, start: int, content: bytes) -> None:
    old = path.read_bytes()
    path.write_bytes(old[:start] + content + old[start + len(content) :])


def assert_same_as_torchvision(found: DataSet, folder: Path) -> None:
    for train, images, labels in (
        (True, found.train_images, found.train_labels),
        (False, found.test_images, found.test_labels),
    ):
        theirs = mnist_class()(folder, train=train, download=False)
        np.testing.assert_array_equal(images, theirs.data.numpy(), strict=True)
        np.testing.assert_array_equal(labels, theirs.targets.numpy())


def test_mnist_is_read_as_torchvision_reads_it(mnist: Path) -> None:
    found = load(mnist, expected=EXPECTED)
    assert (found.name, found.sha256, found.source) == ("mnist", MNIST_SHA256, str(mnist / "MNIST" / "raw"))
    assert found.train_images.shape == (60_000, 28, 28)
    assert found.test_images.shape == (10_000, 28, 28)
    assert found.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert_same_as_torchvision(found, mnist)


def test_the_embedded_digits_are_read_as_torchvision_reads_them(digits: Path) -> None:
    found = load("embedded", expected=EXPECTED)
    assert (found.name, found.sha256, found.source) == ("embedded", EMBEDDED_SHA256, "the embedded digits")
    assert found.train_images.shape == (1500, 28, 28)
    assert found.test_images.shape == (297, 28, 28)
    assert_same_as_torchvision(found, digits)


def test_the_hash_is_over_the_four_plain_files_in_a_row(mnist: Path) -> None:
    raw = mnist / "MNIST" / "raw"
    contents = [(raw / name).read_bytes() for name in MNIST_FILES]
    assert hashlib.sha256(b"".join(contents)).hexdigest() == MNIST_SHA256
    assert [hashlib.sha256(content).hexdigest() for content in contents] == list(MNIST_FILES.values())


def test_mnists_md5_sums_are_the_published_ones(mnist: Path) -> None:
    """Of the plain files, as the set's own web page and its mirrors list them."""
    md5 = {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    }
    assert {n: hashlib.md5((mnist / "MNIST" / "raw" / n).read_bytes()).hexdigest() for n in md5} == md5


def test_compressed_files_are_the_same_set(digits: Path) -> None:
    for path in list((digits / "MNIST" / "raw").iterdir()):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 1))
        path.unlink()
    assert load(digits, expected=AS_MNIST).sha256 == EMBEDDED_SHA256


def test_without_a_choice_it_is_mnist_dir_then_data(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_DIR", str(digits))
    assert load(None, expected=AS_MNIST).source == str(digits / "MNIST" / "raw")
    monkeypatch.delenv("MNIST_DIR")
    digits.rename("data")
    assert load(None, expected=AS_MNIST).source == "data/MNIST/raw"


def test_an_absent_set_names_where_it_was_looked_for_and_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = "name its folder by --data or MNIST_DIR, take the small set by `--data embedded`, or grade with --no-training."
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    assert refusal(None) == (
        f"MNIST is not there: looked in data/MNIST/raw. Run `autograder data fetch data`, {ways}"
    )
    monkeypatch.setenv("MNIST_DIR", "/srv/mnist")
    assert refusal(None).startswith("MNIST is not there: looked in /srv/mnist/MNIST/raw and data/MNIST/raw. ")
    assert refusal("elsewhere").startswith("MNIST is not there: looked in elsewhere/MNIST/raw. ")


def test_the_embedded_digits_never_pass_for_mnist(digits: Path) -> None:
    assert refusal(digits) == (
        f"{digits / 'MNIST' / 'raw'} holds the embedded digits, not MNIST. "
        "Say so by `--data embedded`, or name MNIST's folder."
    )


def test_an_altered_file_is_named_with_the_fix(mnist: Path, tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in MNIST_FILES:
        (raw / name).symlink_to(mnist / "MNIST" / "raw" / name)
    labels = (raw / LABELS).read_bytes()
    (raw / LABELS).unlink()
    (raw / LABELS).write_bytes(labels[:8] + bytes([labels[8] ^ 1]) + labels[9:])
    assert refusal(tmp_path) == (
        f"{raw / LABELS}: altered, not MNIST as published. Delete it and run `autograder data fetch {tmp_path}`."
    )


def test_a_truncated_file_is_named_with_the_fix(digits: Path) -> None:
    path = digits / "MNIST" / "raw" / LABELS
    path.write_bytes(path.read_bytes()[:-1])
    assert refusal(digits) == (
        f"{path} is damaged: its header announces 1500 entries and 1499 are there. "
        f"Delete it and run `autograder data fetch {digits}`."
    )


def test_a_damaged_compressed_file_is_named_with_the_fix(digits: Path) -> None:
    path = digits / "MNIST" / "raw" / LABELS
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()
    assert refusal(digits).startswith(f"{packed} cannot be read: ")
    assert refusal(digits).endswith(". Delete it and run `autograder data fetch`.")


@pytest.mark.parametrize(
    ("file", "start", "content", "text"),
    [
        (LABELS, 8, b"\x0a", "holds the label 10, expected digits 0–9"),
        (
            "train-images-idx3-ubyte",
            8,
            b"\0\0\0\x0e\0\0\0\x38",
            "holds images of shape (1500, 14, 56) for 1500 labels",
        ),
    ],
    ids=["label", "shape"],
)
def test_what_is_no_set_of_digits_is_refused(
    digits: Path, file: str, start: int, content: bytes, text: str
) -> None:
    altered(digits / "MNIST" / "raw" / file, start, content)
    assert text in refusal(digits)


def test_a_set_that_the_course_does_not_expect_is_refused(digits: Path) -> None:
    assert refusal(digits, {"mnist": "0" * 64}).startswith(
        f"{digits / 'MNIST' / 'raw'} holds the embedded digits"
    )
    assert refusal("embedded", {"embedded": "0" * 64}).endswith(
        f"has the SHA-256 {EMBEDDED_SHA256}, and grading.yml expects {'0' * 64} for 'embedded'. "
        "Take the set that it means, or correct data.sha256."
    )
    assert refusal("embedded", {}) == (
        "no SHA-256 for the data set 'embedded'. Add it to grading.yml under data.sha256."
    )


def test_loading_needs_neither_torch_nor_scikit_learn() -> None:
    program = (
        "import sys, autograder.data as d; d.load('embedded', expected={'embedded': d.EMBEDDED_SHA256}); "
        "sys.exit(bool({'torch', 'torchvision', 'sklearn'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
