"""nbgrader reads the release, with the notebooks still marked."""

from autograder.authoring.staging import stage


def test_notebooks_come_from_the_source_and_all_else_from_the_release() -> None:
    release = {"a.py": b"stub", "n.ipynb": b"cleared", "README.md": b"text"}
    source = {"a.py": b"solved", "n.ipynb": b"marked", "README.md": b"text"}
    assert stage(release, source) == {"a.py": b"stub", "n.ipynb": b"marked", "README.md": b"text"}
