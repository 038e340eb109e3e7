"""People's marks through the command line, and pages rebuilt for another time."""

import csv
import html
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.course import SOLVED, autograder, make_course, with_code
from tests.submission.packing import put_folder

SLIP = with_code(
    "divergence.py", "def kl_standard_normal(mu, logvar):\n    return mu**2 + torch.expm1(logvar) - logvar"
)
SCHEDULE = {"due": "2027-01-15T23:59:00+01:00", "published": "2027-02-01T12:00:00+01:00"}
BEFORE, AFTER_DUE, PUBLISHED = "2027-01-15T22:58:59", "2027-01-15T22:59:00", "2027-02-01T11:00:00"  # UTC


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with dates, in its folder `out` a class of two: ada is right, bob forgot a factor ½."""
    course = make_course(tmp_path_factory.mktemp("course"), schedule=SCHEDULE)
    folders = [put_folder(course / "in" / "ada", SOLVED), put_folder(course / "in" / "bob", SLIP)]
    done = autograder("grade", *folders, "--no-training", "--out", "out", root=course)
    assert done.returncode == 0, done.stderr
    return course


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)))


def fill(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    rows = rows_of(path)
    for row in rows:
        change(row)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def everything(choices: str) -> str:
    """The items of a right answer: of every group the first, and nothing that takes points away."""
    first = [group.split(" or ")[0].split() for group in choices.split("; ")]
    return ", ".join(item for item, points in first if float(points) > 0)


def page(course: Path, student: str, as_of: str, name: str = "feedback.html") -> str:
    done = autograder("report", "out", "--as-of", as_of, root=course)
    assert (done.returncode, done.stdout) == (0, "Class page  out/index.html\n"), done.stderr
    return html.unescape((course / "out" / student / name).read_text("utf-8"))


def test_marks_go_out_as_csv_and_come_back_into_the_pages(classroom: Path) -> None:
    results = {p: p.read_bytes() for p in classroom.glob("out/*/result.json")}
    done = autograder("marks", "export", "out", "marks.csv", root=classroom)
    assert done.stdout == (
        "18 answers in marks.csv. Fill in items, comment and marker, then `autograder marks import`.\n"
    )
    rows = rows_of(classroom / "marks.csv")
    assert sum(float(row["max_points"]) for row in rows if row["submission"] == "ada") == 35
    assert all(row["answer"] for row in rows)  # the notebook of the model solution answers every question

    def give(row: dict[str, str]) -> None:
        if row["submission"] == "ada":
            row.update(items=everything(row["choices"]), marker="kr", comment="")
        if (row["submission"], row["question"]) == ("bob", "9-1b-written"):
            row.update(points="1,5", marker="kr", comment="The ½ is lost here <too>.")

    fill(classroom / "marks.csv", give)
    done = autograder("marks", "import", "out", "marks.csv", root=classroom)
    assert done.stdout == "10 marks appended. `autograder report out` rebuilds the pages.\n"
    assert autograder("marks", "import", "out", "marks.csv", root=classroom).stdout.startswith("0 marks")

    assert "The ½ is lost here" not in page(classroom, "bob", AFTER_DUE)
    assert "The ½ is lost here <too>." in page(classroom, "bob", AFTER_DUE, "staff.html")
    assert "The ½ is lost here <too>." in page(classroom, "bob", PUBLISHED)
    table = {row["submission"]: row for row in rows_of(classroom / "out" / "grades.csv")}
    assert (table["ada"]["score"], table["ada"]["9-1b-written"]) == ("90", "3")
    assert (table["bob"]["9-1b-written"], table["bob"]["9-1c-written"]) == ("1.5", "")

    autograder("marks", "export", "out", "again.csv", root=classroom)
    again = {(row["submission"], row["question"]): row for row in rows_of(classroom / "again.csv")}
    assert again["bob", "9-1b-written"]["points"] == "1.5"
    assert {p: p.read_bytes() for p in classroom.glob("out/*/result.json")} == results


def test_one_wrong_row_refuses_the_whole_file(classroom: Path) -> None:
    autograder("marks", "export", "out", "wrong.csv", root=classroom)

    def give(row: dict[str, str]) -> None:
        row.update(marker="kr", comment="", points="99" if row["question"] == "9-2a-written" else "1")

    fill(classroom / "wrong.csv", give)
    marks = classroom / "out" / "marks.jsonl"
    before = marks.read_bytes() if marks.exists() else None
    done = autograder("marks", "import", "out", "wrong.csv", root=classroom)
    assert done.returncode == 2
    assert "points '99' is out of range; write a number from 0 to 4" in done.stderr
    assert "Nothing was imported" in done.stderr
    assert (marks.read_bytes() if marks.exists() else None) == before


def test_expected_numbers_are_shown_from_the_due_date_on(classroom: Path) -> None:
    yours, expected = "1.613706", "0.8068528"  # KL at mu = 0, sigma = 2 is 3/2 − log 2
    before = page(classroom, "bob", BEFORE)
    assert yours in before
    assert expected not in before
    assert "Expected values are shown after the due date (15 January 2027, 23:59 +01:00)." in before
    assert expected in page(classroom, "bob", BEFORE, "staff.html")
    assert expected in page(classroom, "bob", AFTER_DUE)


def test_hidden_criteria_are_only_counted_until_marks_are_published(classroom: Path) -> None:
    title = "derivatives in mu and logvar"
    assert title not in page(classroom, "bob", AFTER_DUE)
    assert title in page(classroom, "bob", AFTER_DUE, "staff.html")
    assert title in page(classroom, "bob", PUBLISHED)


def test_a_report_of_a_folder_without_results_says_so(classroom: Path, tmp_path: Path) -> None:
    done = autograder("report", tmp_path / "nothing", "--root", classroom, root=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("autograder: ")
    assert "Traceback" not in done.stderr
