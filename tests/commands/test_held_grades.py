"""From a flag to a grade that goes out, by the commands a course uses."""

import csv
from pathlib import Path

from tests.commands.course import SOLVED, autograder, make_course
from tests.commands.test_marks_and_report import fill
from tests.fronts.ten import CARRIES
from tests.submission.packing import put_folder


def exported(course: Path) -> list[str]:
    done = autograder("export", "out", "--to", "csv", "--partial", root=course)
    assert done.returncode == 0, done.stderr
    with (course / "out/exports/grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def test_a_flagged_grade_goes_out_after_a_person_has_said_fine(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    folders = [put_folder(course / "in" / "ada", CARRIES), put_folder(course / "in" / "bob", SOLVED)]
    assert autograder("grade", *folders, "--no-training", "--out", "out", root=course).returncode == 0
    assert exported(course) == ["bob"]

    done = autograder("marks", "export", "out", "marks.csv", root=course)
    assert done.stdout == (
        "18 answers and the flags of 1 submission in marks.csv. "
        "Fill in items, comment and marker, then `autograder marks import`.\n"
    )

    def let_go(row: dict[str, str]) -> None:
        if row["question"] == "(flags)":
            row.update(items="fine", marker="Kim")

    fill(course / "marks.csv", let_go)
    assert autograder("marks", "import", "out", "marks.csv", root=course).stdout.startswith("1 marks")
    assert exported(course) == ["ada", "bob"]

    again = autograder("grade", *folders, "--no-training", "--out", "out", root=course)
    assert again.returncode == 0, again.stderr
    assert exported(course) == ["ada", "bob"]
    (course / "in/ada/generative/start.py").write_bytes(CARRIES["generative/start.py"] + b"  # another")
    autograder("grade", *folders, "--no-training", "--out", "out", root=course)
    assert exported(course) == ["bob"]
