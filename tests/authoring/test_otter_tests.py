"""Otter's test files: made by the build, understood by Otter itself."""

import sys
from types import SimpleNamespace

import pytest

from autograder.authoring.otter_tests import make_otter_tests


def test_one_file_per_question_named_after_it():
    files = make_otter_tests(["9-1a", "9-2c"])
    assert list(files) == ["tests/9-1a.py", "tests/9-2c.py"]
    assert b'name = "9-2c"' in files["tests/9-2c.py"]


def test_otter_makes_one_test_case_of_each_check_and_shows_its_sentence(tmp_path, monkeypatch):
    test_files = pytest.importorskip("otter.test_files", reason="otter-grader is not installed")
    right, wrong = SimpleNamespace(title="right"), SimpleNamespace(title="wrong")

    def require(check):
        if check is wrong:
            raise ValueError("f(0) should be 1, yours is 2.")

    package = SimpleNamespace(HIDDEN={"q": "more"}, of_question=lambda name: [wrong, right], require=require)
    monkeypatch.setitem(sys.modules, "generative", SimpleNamespace(check=package))
    monkeypatch.setitem(sys.modules, "generative.check", package)
    path = tmp_path / "q.py"
    path.write_bytes(make_otter_tests(["q"])["tests/q.py"])

    file = test_files.create_test_file(str(path), None)
    file.run({})
    assert [(case.test_case.name, case.passed) for case in file.test_case_results] == [
        ("wrong", False),
        ("right", True),
    ]
    assert file.test_case_results[0].message.endswith("ValueError: f(0) should be 1, yours is 2.")
    assert "require(check)  # defined in generative/anchors.py" in file.test_case_results[0].message
    assert file.test_case_results[1].test_case.success_message == "Hidden criteria look at: more."
