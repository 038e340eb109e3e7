"""A small course to build from: `course/` beside this file, with the nbgrader configuration of the repository."""

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def course(tmp_path: Path, hidden: Path) -> Path:
    """The root of a fresh copy of the small course, not built yet; its hidden checks lie beside it."""
    root = tmp_path / "course"
    shutil.copytree(HERE / "course", root)
    shutil.copy(HERE.parent.parent / "nbgrader_config.py", root)
    return root


@pytest.fixture
def source(course: Path) -> Path:
    """The folder that an instructor edits."""
    return course / "source/generative-models"


@pytest.fixture
def hidden(tmp_path: Path) -> Path:
    """A folder of hidden checks."""
    folder = tmp_path / "assignment"
    folder.mkdir()
    (folder / "facts.py").write_text(
        '"""Facts about divergences: never negative, zero for equal distributions."""\n'
        "\n\n"
        "def symmetric(kl, draw):\n"
        "    first, second = draw.normal(3), draw.normal(3)\n"
        "    yield kl(first, second) + kl(second, first) >= 2 * kl(first, first)\n"
    )
    return folder
