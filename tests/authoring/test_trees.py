"""A folder is read as a value and written whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.authoring.trees import read_tree, write_tree
from autograder.errors import AuthoringError

OLD = {"a.txt": b"old", "sub/b.txt": b"old"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "release" / "course"
    write_tree(OLD, folder)
    return folder


def test_a_folder_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert read_tree(tmp_path / "nothing") == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(
    tree=st.dictionaries(st.sampled_from(["a", "b.py", "c/d", "c/e.txt", "f/g/h"]), st.binary(), max_size=5)
)
def test_what_is_written_is_what_is_read(folder: Path, tree: dict[str, bytes]) -> None:
    write_tree(tree, folder)
    assert read_tree(folder) == tree
    assert [path.name for path in folder.parent.iterdir()] == [folder.name], "nothing else is left"


def test_stale_files_go(folder: Path) -> None:
    assert write_tree({"a.txt": b"new"}, folder)
    assert [path.name for path in folder.rglob("*")] == ["a.txt"]


def test_a_tree_in_step_is_not_touched(folder: Path) -> None:
    inode = folder.stat().st_ino
    assert not write_tree(OLD, folder)
    assert folder.stat().st_ino == inode


def test_a_write_that_fails_leaves_the_old_tree(folder: Path) -> None:
    with pytest.raises(OSError, match=r"x"):
        write_tree({"x": b"a file", "x/y": b"and a folder"}, folder)
    assert read_tree(folder) == OLD
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_leftovers_of_a_killed_run_go(folder: Path) -> None:
    leftover = folder.parent / f".{folder.name}.killed" / "new"
    leftover.mkdir(parents=True)
    write_tree({}, folder)
    assert not leftover.exists()


@pytest.mark.parametrize("name", [".ipynb_checkpoints/a.ipynb", "sub/__pycache__/a.pyc", ".DS_Store"])
def test_what_tools_leave_behind_is_not_part_of_a_tree(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    assert read_tree(folder) == OLD


def test_a_link_is_refused(folder: Path) -> None:
    (folder / "link").symlink_to("a.txt")
    with pytest.raises(AuthoringError, match=r"link: a link in the course material\. Replace it by the file"):
        read_tree(folder)
