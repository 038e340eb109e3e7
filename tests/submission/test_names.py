"""Each submission has a name of its own, the shortest that says whose it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.fronts.request import EXPORTS_FOLDER
from autograder.submission import name_submissions
from autograder.submission.names import CLASS_FOLDERS


def names(*paths: str, roster: tuple[str, ...] = ()) -> list[str]:
    return list(name_submissions([Path(path) for path in paths], roster).values())


def test_a_class_of_folders_with_one_name_is_named_by_what_differs() -> None:
    students = [f"student{i:03}" for i in range(300)]
    assert names(*(f"/srv/course/{student}/generative-models" for student in students)) == students


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["in/alice.zip", "in/bob.tar.gz", "in/carol.tgz", "in/dan"], ["alice", "bob", "carol", "dan"]),
        (["a/x.zip", "b/x.zip"], ["a", "b"]),
        (["alice/generative-models", "bob/generative-models", "carol.zip"], ["alice", "bob", "carol"]),
        (["a/v1", "a/v2", "b/v1", "b/v2"], ["a-v1", "a-v2", "b-v1", "b-v2"]),
        (["alice/generative-models"], ["generative-models"]),
        (["Alice.zip", "in/alice.zip"], ["Alice", "in"]),
        (["alice.zip", "alice"], ["alice", "alice-2"]),
    ],
)
def test_the_shortest_part_of_the_path_that_no_other_has(
    paths: list[str], expected: list[str], tmp_path: Path
) -> None:
    assert names(*(str(tmp_path / path) for path in paths)) == expected


def test_the_same_path_given_twice_is_one_submission() -> None:
    assert name_submissions([Path("in/alice"), Path("./in/alice"), Path("in/x/../alice/")]) == {
        Path("in/alice"): "alice"
    }


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["in/ab12/generative-models", "in/cd34/generative-models"], ["ab12", "cd34"]),
        (["in/Ada Lovelace_ab12_file/x.zip", "in/Alan Turing_cd34_file/x.zip"], ["ab12", "cd34"]),
        (["in/AB12.zip", "in/cd34.zip"], ["ab12", "cd34"]),
        (["in/ab12-cd34.zip", "in/x-ab123.zip"], ["ab12-cd34", "x-ab123"]),
        (["in/ab12/v1.zip", "in/ab12/v2.zip", "in/cd34/v1.zip"], ["ab12-v1", "ab12-v2", "cd34"]),
        (["in/m.curie@uni.example/x.zip", "in/guest/x.zip"], ["m.curie@uni.example", "guest"]),
    ],
    ids=[
        "folder",
        "word in an LMS's folder name",
        "case",
        "two ids or part of a word",
        "one id twice",
        "e-mail",
    ],
)
def test_with_a_roster_the_name_is_the_id(paths: list[str], expected: list[str]) -> None:
    assert names(*paths, roster=("ab12", "cd34", "m.curie@uni.example")) == expected


def test_a_folder_that_all_share_names_nobody() -> None:
    paths = ["/home/anna/in/x1.zip", "/home/anna/in/x2.zip"]
    assert names(*paths, roster=("anna", "x1")) == ["x1", "x2"]
    assert names("/home/anna/course/in/x2.zip", roster=("anna",)) == ["x2"]


def test_a_submission_cannot_take_the_place_of_the_class_pages() -> None:
    assert names("in/index.html.zip", "in/grades.csv", "in/.lock") == ["index-html", "grades-csv", "lock"]


def test_a_submission_cannot_take_the_place_of_the_exports() -> None:
    assert EXPORTS_FOLDER in CLASS_FOLDERS
    assert names("in/Exports", "in/b") == ["Exports-submission", "b"]
    assert names("in/exports.zip", "in/b", roster=("exports",)) == ["exports-submission", "b"]


@given(st.lists(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=3).map("/".join), max_size=8))
def test_names_are_safe_and_distinct_whatever_the_paths(paths: list[str]) -> None:
    paths = [path for path in paths if "\0" not in path]
    found = names(*paths)
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert re.fullmatch(r"[\w-]+", name), name
        assert len(name.encode()) <= 255
