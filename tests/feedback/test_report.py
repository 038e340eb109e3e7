"""report: every page and grades.csv from the JSON, each whole or not at all."""

import csv
import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from autograder.feedback import report, write_class_pages, write_pages
from autograder.results.answers import answer_sha256
from autograder.results.looks import FLAGS, flags_sha256
from autograder.results.marks import Mark, append
from autograder.results.model import Flag, Result
from autograder.results.store import write_answers, write_result
from autograder.spec.model import Spec

OPEN = datetime(2026, 12, 10, tzinfo=UTC)
PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
PAGES = ["answers.json", "feedback.html", "result.json", "staff.html"]


def mark(submission: str, question: str, points: float, answer: str) -> Mark:
    return Mark(
        submission=submission,
        question=question,
        items=["no-remedy"],
        points=points,
        comment="see the lecture",
        marker="Ada",
        time=OPEN,
        answer_sha256=answer_sha256(answer),
    )


def words(path: Path) -> str:
    return unescape(
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", path.read_text("utf-8").split("</style>")[1]))
    )


@pytest.fixture
def folder(tmp_path: Path, result: Result) -> Path:
    """Two submissions: `anna` with everything passed, `=evil/ben` as in the golden result; one mark stands, one is stale."""
    out = tmp_path / "class"
    ben = result.model_copy(deep=True)
    ben.submission.name = "=evil/ben"
    write_result(out / "=evil" / "ben", ben)
    write_answers(out / "=evil" / "ben", {"9-2d-written": "it vanishes", "9-1a-written": "new"})
    anna = result.model_copy(deep=True)
    anna.submission.name, anna.status, anna.flags = "anna", "graded", []
    for question in anna.questions:
        if question.kind == "auto":
            question.status, question.score = "passed", question.max_score
            for c in question.criteria:
                c.status, c.score, c.message, c.hint, c.evidence = "passed", c.max_score, "", None, []
    anna.score = anna.graded_max = 65
    write_result(out / "anna", anna)
    write_answers(out / "anna", {})
    append(
        out / "marks.jsonl",
        [mark("=evil/ben", "9-2d-written", 2.5, "it vanishes"), mark("=evil/ben", "9-1a-written", 4, "old")],
    )
    return out


def grades(folder: Path) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO((folder / "grades.csv").read_text("utf-8")))
    return {row["submission"]: row for row in rows}


def test_report_writes_every_page_and_nothing_else(folder: Path, spec: Spec) -> None:
    report(folder, spec, OPEN)
    assert sorted(os.listdir(folder)) == ["=evil", "anna", "grades.csv", "index.html", "marks.jsonl"]
    assert sorted(os.listdir(folder / "anna")) == sorted(os.listdir(folder / "=evil" / "ben")) == PAGES


def test_pages_written_one_by_one_are_those_that_report_writes(
    folder: Path, spec: Spec, result: Result
) -> None:
    report(folder, spec, PUBLISHED)
    ben = folder / "=evil" / "ben"
    before = {path: path.read_bytes() for path in (*ben.glob("*.html"), *folder.glob("index.html"))}
    for path in before:
        path.unlink()
    result.submission.name = "=evil/ben"
    write_pages(ben, result, spec, PUBLISHED)
    write_class_pages(folder, spec, PUBLISHED)
    assert {path: path.read_bytes() for path in before} == before


def test_the_time_decides_what_students_see(folder: Path, spec: Spec) -> None:
    page = folder / "=evil" / "ben" / "feedback.html"
    report(folder, spec, PUBLISHED)
    assert "see the lecture" in words(page)
    report(folder, spec, OPEN)
    assert "see the lecture" not in words(page)


def test_grades_join_the_machine_and_people(folder: Path, spec: Spec) -> None:
    report(folder, spec, OPEN)
    table = grades(folder)
    assert list(table["anna"])[:6] == ["submission", "sha256", "score", "graded_max", "max_score", "complete"]
    assert list(table["anna"])[6:] == [q.id for q in spec.questions]
    ben = table["'=evil/ben"]  # quoted: a spreadsheet program would run it
    assert (ben["score"], ben["graded_max"], ben["max_score"], ben["complete"]) == (
        "36.6",
        "64",
        "100",
        "false",
    )
    assert (ben["9-1a"], ben["9-2b"], ben["9-2d-written"]) == ("4.6", "0", "2.5")


def test_what_is_not_graded_or_stale_is_empty_never_0(folder: Path, spec: Spec) -> None:
    report(folder, spec, OPEN)
    ben = grades(folder)["'=evil/ben"]
    assert (ben["9-2d"], ben["9-1b-written"], ben["9-1a-written"]) == ("", "", "")


def test_the_staff_page_shows_everything(folder: Path, spec: Spec) -> None:
    report(folder, spec, OPEN)
    text = words(folder / "=evil" / "ben" / "staff.html")
    assert "36.6 of 64 points graded, 100 in all; not complete" in text
    assert "similar : gan.py equals group11's but for names" in text
    assert "sandbox namespaces, seccomp, landlock, rlimits" in text
    assert "seed 7c41e9b0" in text
    assert "16.35506" in text  # an expected number, before the due date
    assert "LATENT_SHAPE and KL_AT_START differ" in text  # of a hidden criterion
    assert "a sandbox could not be started" in text  # what our fault was
    assert "kl_normal.value · known bug: kl_normal.no_half · visible" in text
    assert "it vanishes 2.5 points by Ada" in text
    assert (
        "Stale: 4 points by Ada, 10 December 2026, 00:00 UTC, were given for an answer that has changed"
        in text
    )
    assert "No answer found, neither in the notebook nor in the folder written." in text


def test_the_class_page_lists_rows_runs_to_repeat_statistics_and_stale_marks(
    folder: Path, spec: Spec
) -> None:
    report(folder, spec, OPEN)
    text = words(folder / "index.html")
    assert "2 submissions, 0 complete, mean 50.8 of 100 points" in text
    assert (
        "fault that is not the student's. Repeat the command that graded them with --resume . =evil/ben"
        in text
    )
    assert "Answers that changed after they were marked: 1." in text
    assert "=evil/ben feedback 36.6 64 ungraded, 1 stale, flagged, held ◐ 4.6 ✓ 6 ◐ 6" in text
    assert "anna feedback 65 65 no ✓ 7 ✓ 6 ✓ 12" in text
    assert "9-1a KL divergence of two normal distributions 5.8 7 2" in text
    assert "◐ 1 partly passed" in text
    page = (folder / "index.html").read_text("utf-8")
    assert '<a href="./%3Devil/ben/staff.html">=evil/ben</a>' in page
    assert '<a href="./%3Devil/ben/feedback.html">feedback</a>' in page


LET_GO = (
    "A flag takes no points, but a flagged grade goes out by autograder export only after a person has looked. If all "
    "is well, write fine into items and your name into marker , in the row (flags) of autograder marks export , and "
    "import it."
)


def look(folder: Path, result: Result, *items: str, comment: str = "") -> None:
    """Kim has looked at the flags of =evil/ben."""
    given = Mark(
        submission="=evil/ben",
        question=FLAGS,
        items=[*items],
        points=0,
        comment=comment,
        marker="Kim",
        time=OPEN,
        answer_sha256=flags_sha256(result),
    )
    append(folder / "marks.jsonl", [given])


def staff_and_class(folder: Path, spec: Spec) -> tuple[str, str]:
    """What both pages say of the flags of =evil/ben; his own page says nothing of it, whoever has looked."""
    report(folder, spec, PUBLISHED)
    own = (folder / "=evil" / "ben" / "feedback.html").read_text("utf-8")
    assert not [word for word in ("similar", "flag", "Kim", "a talk") if word in own.split("</style>")[1]]
    staff = words(folder / "=evil" / "ben" / "staff.html")
    index = words(folder / "index.html")
    held = index.partition("Held until a person has looked ")[2].partition(" Answers that changed")[0]
    return staff.partition("For a person to look at ")[2].partition(" This run ")[0], held


def test_pages_of_staff_say_who_is_held_and_how_to_let_the_grade_go(folder: Path, spec: Spec) -> None:
    assert staff_and_class(folder, spec) == (
        f"similar : gan.py equals group11's but for names {LET_GO}",
        f"=evil/ben : similar {LET_GO}",
    )


def test_pages_of_staff_say_who_has_looked_and_when_and_what_they_said(
    folder: Path, spec: Spec, result: Result
) -> None:
    look(folder, result, "fine", comment="a talk: <both> learnt together")
    assert staff_and_class(folder, spec) == (
        "similar : gan.py equals group11's but for names "
        "Looked at by Kim, 10 December 2026, 00:00 UTC: the grade goes out. a talk: <both> learnt together",
        "",
    )
    assert "ungraded, 1 stale, flagged ◐" in words(folder / "index.html")


def test_a_look_that_keeps_a_grade_held_is_shown_with_its_comment(
    folder: Path, spec: Spec, result: Result
) -> None:
    look(folder, result, comment="a talk on Monday")
    assert staff_and_class(folder, spec) == (
        "similar : gan.py equals group11's but for names "
        f"Looked at by Kim, 10 December 2026, 00:00 UTC: the grade stays held. a talk on Monday {LET_GO}",
        f"=evil/ben : similar; still held by Kim: a talk on Monday {LET_GO}",
    )


def test_a_stale_look_is_shown_and_is_no_stale_answer(folder: Path, spec: Spec, result: Result) -> None:
    look(folder, result, "fine")
    result.submission.name, result.flags = "=evil/ben", [*result.flags, Flag(kind="brings_data", text="much")]
    write_result(folder / "=evil" / "ben", result)
    assert staff_and_class(folder, spec) == (
        "similar : gan.py equals group11's but for names brings_data : much "
        "Stale: Kim looked, 10 December 2026, 00:00 UTC, at other files or flags of other kinds. "
        f"It does not count; look anew. {LET_GO}",
        f"=evil/ben : similar, brings_data; stale: Kim looked before files or flags changed {LET_GO}",
    )
    assert "Answers that changed after they were marked: 1." in words(folder / "index.html")


def test_messages_that_differ_only_in_numbers_are_counted_together_and_single_ones_left_out(
    folder: Path, spec: Spec, result: Result
) -> None:
    for question in result.questions:
        question.criteria = question.criteria[:1] if question.id in ("9-1a", "9-1c") else []
    for number, text in enumerate(["by up to 0.5", "by up to 2e-3", "nothing like it"]):
        result.submission.name = f"extra{number}"
        result.question("9-1c").criteria[0].status = "failed"
        result.question("9-1c").criteria[0].message = text
        write_result(folder / f"extra{number}", result)
    (folder / "=evil" / "ben" / "result.json").unlink()
    report(folder, spec, OPEN)
    told = words(folder / "index.html").split("What students were told most often")[1].strip()
    assert told == (
        "submissions question message "
        "3 9-1a Your values equal the formula without the constant −½ at every probe. It comes from "
        "E[(x−μ₁)²]/(2σ₁²) = ½: see sheet 9-1 (a), the term after the fraction. "
        "2 9-1c by up to 0.5"
    )


def test_a_page_that_cannot_be_written_leaves_the_old_one(
    folder: Path, spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(folder, spec, OPEN)
    before = (folder / "anna" / "feedback.html").read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        report(folder, spec, PUBLISHED)
    assert (folder / "anna" / "feedback.html").read_bytes() == before
    assert sorted(os.listdir(folder / "anna")) == PAGES


def test_importing_the_pages_loads_no_template_engine_and_no_torch() -> None:
    code = "import sys, autograder.feedback; print([m for m in ('jinja2', 'markupsafe', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
