"""A data set that is cut short or altered is never graded with, and never replaced by another one."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.data import EMBEDDED_SHA256, install_embedded
from tests.commands.course import SOLVED, autograder, make_course
from tests.submission.packing import put_folder

IMAGES = "train-images-idx3-ubyte"


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def altered(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("damage", "packed", "said"),
    [
        (cut, False, "is damaged: its header announces"),
        (cut, True, "cannot be read: Compressed file ended"),
        (altered, False, "has the SHA-256"),
    ],
    ids=["cut short", "packed and cut short", "one bit"],
)
def test_grading_refuses_before_anything_runs_and_names_file_and_fix(
    damage: Callable[[bytes], bytes], packed: bool, said: str, tmp_path: Path
) -> None:
    """The embedded digits stand in for MNIST: the course is told to expect their hash under that name."""
    install_embedded(tmp_path / "data")
    course = make_course(tmp_path / "course", data={"sha256": {"mnist": EMBEDDED_SHA256}})
    file = tmp_path / "data" / "MNIST" / "raw" / IMAGES
    content = file.read_bytes()
    if packed:
        file.unlink()
        file = file.with_name(IMAGES + ".gz")
        content = gzip.compress(content)
    file.write_bytes(damage(content))
    done = autograder("grade", put_folder(tmp_path / "ada", SOLVED), "--data", tmp_path / "data",
                      "--out", tmp_path / "out", root=course)  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in done.stderr, done.stderr
    assert str(file.parent) in done.stderr
    assert not (tmp_path / "out").exists()
