"""`autograder forget`: everything of one person below a folder goes, and nothing of anybody else."""

from pathlib import Path

import pytest

from autograder.commands.forget import find, run
from autograder.errors import AutograderError
from autograder.feedback import report
from autograder.fronts.exports import Export, export
from autograder.results.marks import MARKS, read_marks
from tests.fronts.made_class import DUE, ON_TIME, put_class, put_look, put_roster, put_submission, spec
from tests.submission.packing import EXERCISE, put_folder, put_zip

SPEC = spec()


@pytest.fixture
def term(tmp_path: Path) -> Path:
    """A folder of a term: a roster, submissions, a class folder with marks, pages and exports, a list of changes."""
    folder = tmp_path / "term"
    put_roster(put_folder(folder, {}) / "roster.csv")
    for name in ("ada.zip", "ada-v2.zip", "adam.zip"):
        put_zip(put_folder(folder / "in", {}) / name, EXERCISE)
    put_class(
        folder / "out",
        {
            "ada": (40, 30, ON_TIME),
            "ada-v2": (41, 30, ON_TIME),
            "team-1": (9, 8, ON_TIME),
            "adam": (1, 2, ON_TIME),
        },
    )
    (folder / "out" / "changes.csv").write_text("id,question,old,new,why\nada,9-1a,1,2,x\nadam,9-1a,1,2,x\n")
    report(folder / "out", SPEC, DUE)
    export("csv", Export(folder / "out", folder, SPEC))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_first_run_only_shows(term: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(term)
    run("ada", term, SPEC, really=False)
    assert contents(term) == before
    told = capsys.readouterr().out
    for line in (
        f"Would remove   {term / 'in' / 'ada.zip'}",
        f"Would remove   {term / 'out' / 'ada'}",
        f"Would remove   {term / 'out' / 'marks.jsonl'}: 2 rows to take out",
        f"Would remove   {term / 'roster.csv'}: 1 row to take out",
        "Nothing was changed. Run it again with --yes to remove this.",
    ):
        assert line in told.splitlines()


def test_names_that_students_chose_do_not_act_on_the_terminal(
    term: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_folder(term / "unpacked", {"\x1b]0;pwn\x07\u202e.txt": b"by ada"})
    run("ada", term, SPEC, really=False)
    told = capsys.readouterr().out
    assert f"Still mentions ada: {term / 'unpacked'}/\N{REPLACEMENT CHARACTER}]0;pwn" in told
    assert told.replace("\n", "").isprintable()


def test_what_is_left_says_nothing_of_the_person_and_all_of_the_others(
    term: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(term)
    run("ada", term, SPEC, really=True)
    after = contents(term)
    assert set(before) - set(after) == {
        *("in/ada.zip", "in/ada-v2.zip", "out/exports/grades.csv"),
        *(name for name in before if name.startswith(("out/ada/", "out/ada-v2/"))),
    }
    for name, content in after.items():
        assert b"ada" not in content.replace(b"adam", b"").lower() or name.startswith("out/adam/"), name
    assert {n: c for n, c in after.items() if n.startswith(("out/adam/", "out/team-1/", "in/adam"))} == {
        n: c for n, c in before.items() if n.startswith(("out/adam/", "out/team-1/", "in/adam"))
    }
    lines = before["out/marks.jsonl"].splitlines(keepends=True)
    assert after["out/marks.jsonl"] == b"".join(
        line for line in lines if b'"ada' not in line or b'"adam' in line
    )
    assert after["roster.csv"] == before["roster.csv"].replace(
        b'ada,"Lovelace, Ada",ada@example.org,,\n', b""
    )
    assert after["out/changes.csv"] == b"id,question,old,new,why\nadam,9-1a,1,2,x\n"
    assert b"adam" in after["out/index.html"]
    told = capsys.readouterr().out
    assert "Not touched: the course tool and its downloads, other folders and machines, backups" in told
    with pytest.raises(AutograderError, match=r"nothing of 'ada' below .*\. Check the id"):
        run("ada", term, SPEC, really=True)


def test_other_files_that_mention_the_id_are_named_and_kept(
    term: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = term / "notes.txt"
    notes.write_text("Talk to Ada again. adam is fine.")
    mail = term / "mail.txt"
    mail.write_text("To: ADA@example.org")
    run("ada", term, SPEC, really=True)
    assert notes.exists()
    assert mail.exists()
    told = capsys.readouterr().out.splitlines()
    assert f"Still mentions ada: {notes}. Look at it: it may be about somebody else." in told
    assert f"Still mentions ada: {mail}. Look at it: it may be about somebody else." in told


def test_a_groups_submission_stays_and_is_named(term: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("bob", term, SPEC, really=True)
    assert (term / "out" / "team-1" / "result.json").exists()
    assert "Group team-1: its submission is also that of others and stays." in capsys.readouterr().out


def test_the_last_ones_pages_go_too(tmp_path: Path) -> None:
    put_class(tmp_path / "out", {"ada": (40, 30, ON_TIME)})
    report(tmp_path / "out", SPEC, DUE)
    run("ada", tmp_path, SPEC, really=True)
    assert contents(tmp_path) == {"out/marks.jsonl": b""}


def test_links_are_not_followed(term: Path, tmp_path: Path) -> None:
    outside = put_folder(tmp_path / "outside", {"ada.zip": b"PK"})
    (term / "in" / "link").symlink_to(outside)
    assert not [path for path in find("ada", term).whole if "link" in path.parts]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match=r"is no folder\. Give the one below which everything lies"):
        run("ada", tmp_path / "nowhere", SPEC, really=False)


def test_a_look_at_the_flags_of_a_person_goes_with_them(tmp_path: Path) -> None:
    for name in ("ada", "adam"):
        put_submission(tmp_path, name, 40, flags=["brings_data"])
        put_look(tmp_path, name, "fine")
    run("ada", tmp_path, SPEC, really=True)
    assert [mark.submission for mark in read_marks(tmp_path / MARKS)] == ["adam"]
