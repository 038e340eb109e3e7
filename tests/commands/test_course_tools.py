"""From a download of a course tool to its grade file, with the commands that an instructor types."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.results.store import read_result
from tests.commands.course import SOLVED, STUBS, autograder, make_course
from tests.submission.packing import below, put_zip

ROSTER = "id,name,group,extension\nada,Ada Lovelace,,\nbob,Bob Byte,team-1,\ncem,Cem Ünal,team-1,3\n"
GRADED = ["--only", "9-2d", "--no-training"]
DUE = "2027-01-15T23:59:00+01:00"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a due date and what Moodle gave out: ada is right, the group handed in the stubs."""
    course = make_course(tmp_path_factory.mktemp("course"), schedule={"due": DUE, "late_per_day": 0.25})
    own = {
        "Ada Lovelace_201_assignsubmission_file/my work.zip": put_zip(course / "a.zip", SOLVED).read_bytes(),
        **below("team 1_31_assignsubmission_file/generative-models", STUBS),
        "Nick Nobody_205_assignsubmission_file/x.zip": b"PK",
    }
    put_zip(course / "moodle.zip", own)
    (course / "roster.csv").write_text(ROSTER, "utf-8")
    return course


def told(course: Path, *words: str) -> list[str]:
    """What a command that executes nothing prints; in this process, because starting one costs more than its work."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout.splitlines()


def test_a_download_becomes_a_grade_file_and_a_regrading_says_what_it_changed(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    assert told(course, "collect", "moodle.zip", "--out", "in", "--roster", "roster.csv") == [
        "Collected   2 submissions in in, listed in in.csv",
        "Not collected: 1",
        "  moodle.zip: Nick Nobody_205: fits nobody in the roster; add the person, or rename it to the id",
        "Time of receipt not known: 2. Where it decides about a late penalty, write received_at into in.csv and "
        "collect again into a new folder with --times.",
        "Next: autograder grade in/* --roster roster.csv --out DIR",
    ]
    grade = ["grade", "in/ada.zip", "in/team-1.zip", "--roster", "roster.csv", "--out", "out", *GRADED]
    assert autograder(*grade, root=course).returncode == 0
    export = ["export", "out", "--to", "csv", "--roster", "roster.csv", "--partial"]
    assert told(course, *export) == [
        "Grades  out/exports/grades.csv: 3 people",
        "Time of receipt not known, so no late penalty (`autograder collect --times`): ada, bob, cem",
    ]
    assert [(r["id"], r["submission"], r["score"]) for r in rows(course / "out/exports/grades.csv")] == [
        *(("ada", "ada", "3"), ("bob", "team-1", "0"), ("cem", "team-1", "0"))
    ]

    # ada's time of receipt is corrected, the group hands in again.
    two_days_late = datetime(2027, 1, 17, 12, tzinfo=UTC).timestamp()
    os.utime(course / "in/ada.zip", (two_days_late, two_days_late))
    put_zip(course / "in/team-1.zip", SOLVED)
    before = read_result(course / "out/ada/result.json")
    done = autograder(*grade, "--resume", root=course)
    assert "Changes     out/changes.csv: 1 since the last run" in done.stdout.splitlines()
    after = read_result(course / "out/ada/result.json")
    assert (after.started_at, after.score) == (before.started_at, before.score)  # not executed again
    assert after.submission.received_at == "2027-01-17T12:00:00+00:00"
    assert rows(course / "out/changes.csv") == [
        {"id": "team-1", "question": "9-2d", "old": "0", "new": "3", "why": "the submission is another one"}
    ]
    told(course, *export)
    ada = rows(course / "out/exports/grades.csv")[0]
    assert (ada["days_late"], ada["kept"], ada["score"], ada["raw_score"]) == ("2", "0.5", "1.5", "3")


def test_an_error_is_exit_status_2_and_one_message(course: Path) -> None:
    done = autograder("collect", "moodle.zip", "--out", "release", "--roster", "roster.csv", root=course)
    assert (done.returncode, done.stderr) == (2, "autograder: release is not empty. Give a new folder.\n")
