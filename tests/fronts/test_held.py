"""No door lets the grade of a flagged submission out before a person has looked, and each says who waits for what."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from autograder.fronts.exports import Export, export
from autograder.fronts.final import final_grades
from autograder.results.classroom import read_class
from autograder.roster import Person
from tests.fronts.made_class import ON_TIME, put_look, put_roster, put_submission, spec

GOLDEN = Path(__file__).parent / "golden"
SPEC = spec()
HELD = (
    "Flagged, and no person has let them go, so not exported "
    "(look at staff.html, set `fine` in the row `(flags)` of `autograder marks export`, import it): "
)
INCOMPLETE = "Not graded or not marked to the end, so not exported (`--partial` exports what is there): "


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """ada and the group team-1 (bob and cem) are marked, both flagged; eve is flagged and not marked yet."""
    put_roster(tmp_path / "roster.csv")
    out = tmp_path / "out"
    put_submission(out, "ada", 40, 35, flags=["brings_data"])
    put_submission(out, "team-1", 40, 40, flags=["right_only_alone"])
    put_submission(out, "eve", 12, flags=["brings_data"])
    for name in ("ada", "team-1", "eve"):
        (out / name / "feedback.html").write_text(f"page of {name}", "utf-8")
    return tmp_path


def asked(folder: Path, door: str, *, partial: bool = False) -> tuple[list[str], Path]:
    """What a door says, and where it wrote."""
    template = GOLDEN / f"{door}-in.csv"
    out = folder / "out"
    told = export(
        door,
        Export(
            out,
            folder,
            SPEC,
            template=template if template.exists() else None,
            roster=folder / "roster.csv",
            partial=partial,
        ),
    )
    return told.splitlines(), out / "exports"


def cells(path: Path, id: str, column: str) -> dict[str, str]:
    text = path.read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row[id]: row[column] for row in rows}


@pytest.mark.parametrize("partial", [False, True])
def test_canvas_keeps_the_cell_of_who_is_held(classroom: Path, partial: bool) -> None:
    told, exports = asked(classroom, "canvas", partial=partial)
    column = "Exercise 9, Generative Models (4712)"
    before = cells(GOLDEN / "canvas-in.csv", "ID", column)
    assert cells(exports / "canvas.csv", "ID", column) == before
    assert HELD + "ada, bob, cem, eve" in told
    assert not any(line.startswith(INCOMPLETE) for line in told)

    put_look(classroom / "out", "ada", "fine")
    put_look(classroom / "out", "team-1")  # looked at, not let go
    told, exports = asked(classroom, "canvas", partial=partial)
    after = cells(exports / "canvas.csv", "ID", column)
    assert {id: cell for id, cell in after.items() if cell != before[id]} == {"101": "75"}
    assert HELD + "bob, cem, eve" in told


@pytest.mark.parametrize("partial", [False, True])
def test_moodle_gets_no_grade_and_no_page_of_who_is_held(classroom: Path, partial: bool) -> None:
    put_look(classroom / "out", "ada", "fine")
    told, exports = asked(classroom, "moodle", partial=partial)
    with zipfile.ZipFile(exports / "moodle" / "feedback.zip") as archive:
        assert archive.namelist() == ["Lovelace Ada_201_assignfeedback_file/feedback.html"]
    assert told[0].startswith(f"Moodle  {exports / 'moodle' / 'grades.csv'}: 1 of 5 rows filled in.")
    assert HELD + "bob, cem, eve" in told


@pytest.mark.parametrize("partial", [False, True])
def test_plain_csv_has_no_row_of_who_is_held(classroom: Path, partial: bool) -> None:
    put_look(classroom / "out", "ada", "fine")
    told, exports = asked(classroom, "csv", partial=partial)
    assert cells(exports / "grades.csv", "id", "score") == {"ada": "75"}
    assert HELD + "bob, cem, eve" in told


def test_let_go_and_still_unmarked_is_named_for_what_is_missing_then(classroom: Path) -> None:
    put_look(classroom / "out", "eve", "fine")
    told, _ = asked(classroom, "csv")
    assert INCOMPLETE + "eve" in told
    told, exports = asked(classroom, "csv", partial=True)
    assert cells(exports / "grades.csv", "id", "score") == {"eve": "12"}


def test_gradescope_gets_no_file_of_who_is_held_not_even_an_old_one(classroom: Path) -> None:
    for name in ("ada", "team-1", "eve"):
        put_look(classroom / "out", name, "fine")
    told, exports = asked(classroom, "gradescope")
    assert told == [f"Gradescope  {exports / 'gradescope'}: results.json of 3 submissions"]
    put_submission(classroom / "out", "ada", 40, 35, flags=["brings_data", "right_only_alone"])
    told, exports = asked(classroom, "gradescope")
    assert told == [f"Gradescope  {exports / 'gradescope'}: results.json of 2 submissions", HELD + "ada"]
    written = {path.parent.name for path in (exports / "gradescope").rglob("results.json")}
    assert written == {"team-1", "eve"}


@pytest.mark.parametrize("door", ["github", "junit"])
def test_what_shows_a_student_what_they_may_see_now_is_the_same_with_a_flag(
    classroom: Path, door: str
) -> None:
    def shown() -> tuple[list[str], dict[str, str]]:
        told, exports = asked(classroom, door)
        return told, {path.name: path.read_text("utf-8") for path in exports.iterdir()}

    with_flags = shown()
    for name, marked in (("ada", 35), ("team-1", 40), ("eve", None)):
        put_submission(classroom / "out", name, 12 if name == "eve" else 40, marked)
    assert shown() == with_flags
    assert not any(word in json.dumps(with_flags) for word in ("brings_data", "right_only_alone", "(flags)"))


def test_of_several_attempts_the_best_is_held_if_it_is_the_flagged_one(tmp_path: Path) -> None:
    put_submission(tmp_path, "ada-v1", 30, 30, ON_TIME)
    put_submission(tmp_path, "ada-v2", 40, 40, ON_TIME, flags=["brings_data"])
    put_submission(tmp_path, "bob-v1", 30, 30, ON_TIME, flags=["brings_data"])
    put_submission(tmp_path, "bob-v2", 40, 40, ON_TIME)
    people = [Person("ada"), Person("bob")]
    grades = final_grades(read_class(tmp_path), spec(attempts="best"), people).grades
    assert [(g.record.name, g.is_held, g.goes_out(partial=False)) for g in grades] == [
        ("ada-v2", True, False),
        ("bob-v2", False, True),
    ]


def test_the_score_and_whether_it_is_complete_stay_as_they_are(classroom: Path) -> None:
    ada = final_grades(read_class(classroom / "out"), SPEC, [Person("ada")]).grades[0]
    assert (ada.score, ada.totals.complete) == (75, True)
