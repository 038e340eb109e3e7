"""`autograder new-term`: the course goes on, its people do not."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from autograder.commands.new_term import moment, run
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.spec.seeds import course_key
from tests.commands.course import ROOT
from tests.submission.packing import put_folder

DUE = datetime.fromisoformat("2028-01-15T23:59:00+01:00")
DATES = {"due": DUE, "published": None}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course under git, with last term's dates, roster, submissions and results, some of them committed."""
    folder = put_folder(
        tmp_path / "course",
        {
            "source/sheet.md": b"# Exercise 9\n",
            "roster.csv": b"id\nada\n",
            "2026/marks.jsonl": b"{}\n",
            "2026/ada/feedback.html": b"ada's page",
            "in/ada.zip": b"PK, not committed",
            ".gitignore": b"/in/\n/.course-key\n",
        },
    )
    shutil.copy(ROOT / "grading.yml", folder)
    text = (folder / "grading.yml").read_text("utf-8")
    (folder / "grading.yml").write_text(
        text.replace("  due: null", "  due: 2027-01-15T23:59:00+01:00  # Friday"), "utf-8"
    )
    course_key(folder)
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def test_the_course_is_copied_without_its_people(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new"
    run(course, new, "2027.1", DATES)
    assert sorted(p.relative_to(new).as_posix() for p in new.rglob("*") if p.is_file()) == [
        *(".course-key", ".gitignore", "grading.yml", "source/sheet.md")
    ]
    assert course_key(new) != course_key(course)
    assert (new / ".course-key").stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out.splitlines() == [
        f"New term       {new}: 3 files that git knows, from {course}",
        "grading.yml    sheet_version 2026.1 → 2027.1",
        "               due 2027-01-15T23:59:00+01:00 → 2028-01-15T23:59:00+01:00",
        "               published not set → not set",
        ".course-key    fresh: the inputs of the hidden checks are not those of the last term",
        "left out       2026, roster.csv, .course-key, and whatever git does not know",
        f"Next: cd {new}, git init, autograder build, autograder selftest, publish release/.",
    ]


def test_grading_yml_keeps_all_but_version_and_dates(course: Path, tmp_path: Path) -> None:
    run(course, tmp_path / "new", "2027.1", DATES)
    old, new = ((f / "grading.yml").read_text("utf-8").splitlines() for f in (course, tmp_path / "new"))
    assert [(a, b) for a, b in zip(old, new, strict=True) if a != b] == [
        ('sheet_version: "2026.1"', 'sheet_version: "2027.1"'),
        ("  due: 2027-01-15T23:59:00+01:00  # Friday", "  due: 2028-01-15T23:59:00+01:00  # Friday"),
    ]
    assert Course.find(tmp_path / "new").spec.schedule.due == DUE


def test_the_old_course_is_left_as_it_is(course: Path, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file() and ".git" not in p.parts}
    run(course, tmp_path / "new", "2027.1", DATES)
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file() and ".git" not in p.parts} == before


def test_a_key_named_by_the_environment_is_pointed_out(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTOGRADER_COURSE_KEY", str(course / ".course-key"))
    run(course, tmp_path / "new", "2027.1", DATES)
    assert "$AUTOGRADER_COURSE_KEY is set: it goes before .course-key." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("course/new", "lies inside the course. Give a folder beside it."),
        ("taken", "is not empty. Give a new folder."),
    ],
)
def test_it_never_writes_into_what_is_there(course: Path, tmp_path: Path, to: str, message: str) -> None:
    put_folder(tmp_path / "taken", {"x": b""})
    with pytest.raises(AutograderError, match=message):
        run(course, tmp_path / to, "2027.1", DATES)


def test_without_git_it_cannot_tell_course_and_submissions_apart(course: Path, tmp_path: Path) -> None:
    shutil.rmtree(course / ".git")
    with pytest.raises(
        AutograderError, match="is in no git repository, so that course and submissions cannot be"
    ):
        run(course, tmp_path / "new", "2027.1", DATES)
    assert not (tmp_path / "new").exists()


def test_dates_that_cannot_be_set_are_no_silent_success(course: Path, tmp_path: Path) -> None:
    text = (course / "grading.yml").read_text("utf-8")
    block = text[text.index("schedule:\n") : text.index("\n# What a student's page shows")]
    (course / "grading.yml").write_text(text.replace(block, "schedule: {due: null}\n"), "utf-8")
    with pytest.raises(
        AutograderError, match=r"dates could not be set\. Write `schedule:` with one key a line"
    ):
        run(course, tmp_path / "new", "2027.1", DATES)


@pytest.mark.parametrize(
    ("said", "expected"), [(None, None), ("none", None), ("2028-01-15T23:59:00+01:00", DUE)]
)
def test_a_date_is_a_time_with_zone_or_none(said: str | None, expected: datetime | None) -> None:
    assert moment("due", said) == expected


@pytest.mark.parametrize("said", ["soon", "2028-01-15", "2028-01-15T23:59:00"])
def test_another_date_is_refused(said: str) -> None:
    with pytest.raises(
        AutograderError, match=f"--due {said}: no time with zone. Write one as 2027-01-15T23:59:00"
    ):
        moment("due", said)
