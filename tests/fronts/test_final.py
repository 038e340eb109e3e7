"""Which submission counts for whom, and what it is worth after a penalty."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.fronts.final import Grades, final_grades
from autograder.results.classroom import read_class
from autograder.roster import Person, read_roster
from tests.fronts.made_class import ON_TIME, put_class, put_mark, put_roster, put_submission, spec

DAY_LATE = "2027-01-16T12:00:00+00:00"
Finals = Callable[..., Grades]


@pytest.fixture
def finals(tmp_path: Path) -> Finals:
    def compute(people: list[Person] | None = None, **schedule: Any) -> Grades:
        return final_grades(read_class(tmp_path), spec(**schedule), people)

    return compute


def scores(grades: Grades) -> dict[str, tuple[str, float]]:
    return {g.person.id: (g.record.name, round(g.score, 6)) for g in grades.grades}


def test_machine_and_people_are_added_and_lateness_takes_its_part(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"ada": (40, 35, ON_TIME), "bob": (40, 40, DAY_LATE)})
    grades = finals(late_per_day=0.1)
    assert scores(grades) == {"ada": ("ada", 75), "bob": ("bob", 72)}
    assert [g.totals.score for g in grades.grades] == [75, 80]  # the raw score keeps


def test_nothing_of_a_penalty_is_stored(tmp_path: Path, finals: Finals) -> None:
    put_submission(tmp_path, "ada", 40, 40, DAY_LATE)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert scores(finals(late_per_day=0.5)) == {"ada": ("ada", 40)}
    assert scores(finals(late_per_day=0.0)) == {"ada": ("ada", 80)}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_one_submission_of_a_group_marks_all_members_each_with_their_own_extension(
    tmp_path: Path, finals: Finals
) -> None:
    put_submission(tmp_path, "team-1", 40, 40, DAY_LATE)
    people = list(read_roster(put_roster(tmp_path / "roster.csv")))
    grades = finals(people, late_per_day=0.1)
    assert scores(grades) == {"bob": ("team-1", 72), "cem": ("team-1", 80)}
    assert [person.id for person in grades.nothing] == ["ada", "eve"]


def test_a_submission_of_nobody_is_named_and_never_given_to_somebody(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"adam": (1, 1, ON_TIME), "zoe-v1": (1, 1, ON_TIME)})
    grades = finals([Person("ada")])
    assert (grades.grades, grades.strangers) == ((), ("adam", "zoe-v1"))


def test_a_name_that_begins_with_two_ids_is_nobodys(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"ada-b": (1, 1, ON_TIME), "ada-b-v1": (2, 2, ON_TIME)})
    grades = finals([Person("ada"), Person("ada-b")])
    assert scores(grades) == {"ada-b": ("ada-b", 2)}
    assert grades.strangers == ("ada-b-v1",)


def test_of_several_attempts_the_latest_counts_or_the_best_after_its_penalty(
    tmp_path: Path, finals: Finals
) -> None:
    put_class(tmp_path, {"ada-v1": (30, 30, ON_TIME), "ada-v2": (40, 40, DAY_LATE)})
    ada = [Person("ada")]
    assert scores(finals(ada, late_per_day=0.5)) == {"ada": ("ada-v2", 40)}
    assert scores(finals(ada, late_per_day=0.5, attempts="best")) == {"ada": ("ada-v1", 60)}
    assert scores(finals(ada, late_per_day=0.1, attempts="best")) == {"ada": ("ada-v2", 72)}


def test_without_times_the_numbers_say_which_is_the_latest(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"ada-v9": (1, 1, None), "ada-v10": (2, 2, None)})
    assert scores(finals([Person("ada")])) == {"ada": ("ada-v10", 4)}


def test_what_cannot_be_decided_is_said(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"ada-one": (1, 1, None), "ada-two": (2, 2, ON_TIME)})
    assert finals([Person("ada")]).unclear == (
        "ada: which of ada-one, ada-two is the latest is not known; give their times (`autograder collect --times`)",
    )


def test_the_best_waits_until_all_attempts_are_marked(tmp_path: Path, finals: Finals) -> None:
    put_class(tmp_path, {"ada-v1": (30, 30, ON_TIME), "ada-v2": (40, None, ON_TIME)})
    ada = [Person("ada")]
    assert finals(ada, attempts="best").unclear == (
        "ada: the best of ada-v1, ada-v2 is not known before all of them are graded and marked",
    )
    put_mark(tmp_path, "ada-v2", 5)
    assert scores(finals(ada, attempts="best")) == {"ada": ("ada-v1", 60)}
