"""What a sandbox may read is said by allowing only, so what is hidden must be gone around."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.view import View, current

names = st.sampled_from("abc")
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


def covered(path: str, view: View) -> bool:
    return any(path == allowed or path.startswith(allowed + "/") for allowed in view.readable())


@given(st.sets(paths, min_size=1, max_size=8), st.sets(paths, max_size=3))
def test_all_that_is_not_hidden_is_readable_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, leaves: set[str], hidden: set[str]
) -> None:
    root = tmp_path_factory.mktemp("root")
    for leaf in leaves:
        (root / leaf).mkdir(parents=True, exist_ok=True)
        (root / leaf / "file").touch()
    hidden_paths = {str(root / name) for name in hidden if (root / name).exists()}
    view = View((str(root),), tuple(hidden_paths), ())
    for folder, _, files in os.walk(root):
        for file in files:
            path = os.path.join(folder, file)
            is_hidden = any(path.startswith(name + "/") for name in hidden_paths)
            assert covered(path, view) is not is_hidden


def test_folders_on_the_way_to_what_is_hidden_can_be_listed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "secret").touch()
    view = View((str(tmp_path),), (str(tmp_path / "a" / "b" / "secret"),), ())
    assert set(view.listed()) == {str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")}


def test_the_view_of_this_python_shows_libraries_and_not_the_grader() -> None:
    import numpy

    import autograder

    view = current()
    assert covered(os.path.abspath(str(os.__file__)), view)
    assert covered(os.path.abspath(str(numpy.__file__)), view)
    assert not covered(os.path.abspath(str(autograder.__file__)), view)
    assert not covered(os.path.abspath(__file__), view)
    assert not view.shows(os.path.abspath(__file__))
    ours = [p for root in view.roots for p in Path(root).glob("*autograder*")]
    assert not [path for path in ours if covered(str(path), view)]
