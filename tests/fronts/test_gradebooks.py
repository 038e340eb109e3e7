"""Canvas and Moodle: their own files, filled in.

Neither can be installed here: the files in `golden/` imitate their exports column by column after the importers'
source, and what comes out is compared byte for byte.
"""

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.fronts.exports import EXPORTS, Export, export
from autograder.fronts.final import Grades, final_grades
from autograder.fronts.gradebook import fill
from autograder.results.classroom import read_class
from autograder.results.table import Table
from autograder.roster import read_roster
from tests.fronts.made_class import ON_TIME, ROSTER, put_class, put_roster, spec

GOLDEN = Path(__file__).parent / "golden"
DAY_LATE = "2027-01-16T12:00:00+00:00"
SPEC = spec(late_per_day=0.1)


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """ada and the group team-1 (bob, and cem with two days more), a day late; eve is not marked yet."""
    put_roster(tmp_path / "roster.csv")
    put_class(
        tmp_path / "out",
        {"ada": (40, 35.125, ON_TIME), "team-1": (40, 40, DAY_LATE), "eve": (12, None, ON_TIME)},
    )
    for name in ("ada", "team-1"):
        (tmp_path / "out" / name / "feedback.html").write_text(f"page of {name}", "utf-8")
    return tmp_path


def request(folder: Path, template: Path | None, **options: Any) -> Export:
    roster = options.pop("roster", folder / "roster.csv")
    return Export(folder / "out", folder, options.pop("spec", SPEC), None, template, roster, **options)


def test_canvas_gets_its_own_file_back_with_one_column_filled_in(classroom: Path) -> None:
    told = export("canvas", request(classroom, GOLDEN / "canvas-in.csv"))
    written = classroom / "out" / "exports" / "canvas.csv"
    assert written.read_bytes() == (GOLDEN / "canvas-out.csv").read_bytes()
    assert told.splitlines() == [
        f"Canvas  {written}: 2 of 6 rows filled in “Exercise 9, Generative Models (4712)”. "
        "Import it under Gradebook → Import.",
        "Left as they were in the file: cem (EX)",
        "Not graded or not marked to the end, so not exported (`--partial` exports what is there): eve",
    ]


def test_moodle_gets_its_own_worksheet_back_and_a_zip_of_pages(classroom: Path) -> None:
    told = export("moodle", request(classroom, GOLDEN / "moodle-in.csv"))
    folder = classroom / "out" / "exports" / "moodle"
    assert (folder / "grades.csv").read_bytes() == (GOLDEN / "moodle-out.csv").read_bytes()
    with zipfile.ZipFile(folder / "feedback.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            "Lovelace Ada_201_assignfeedback_file/feedback.html": "page of ada",
            "Bob Özil_202_assignfeedback_file/feedback.html": "page of team-1",
            "Cem Ünal_203_assignfeedback_file/feedback.html": "page of team-1",
        }
    assert told.splitlines()[0].endswith("3 of 5 rows filled in. Upload it under “Upload grading worksheet”.")
    assert ": 3 pages, as the last `autograder report` wrote them." in told.splitlines()[1]


def moodle_reads(path: str) -> tuple[int, str, str, str] | None:
    """Moodle's own rule, as in is_valid_filename_for_import: participant, plugin type, plugin, file."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit():
            rest = "/".join([*info[4:], *parts])
            return int(info[1]), info[2], info[3], rest
    return None


@given(name=st.text(max_size=30), number=st.integers(1, 10**9))
def test_moodle_finds_the_participant_whatever_the_name(name: str, number: int) -> None:
    from autograder.fronts.moodle import feedback_folder

    path = feedback_folder(f"Teilnehmer/in{number}", name) + "/feedback.html"
    assert moodle_reads(path) == (number, "assignfeedback", "file", "feedback.html")


def test_the_same_grades_give_the_same_bytes(classroom: Path) -> None:
    asked = request(classroom, GOLDEN / "moodle-in.csv")
    archive = classroom / "out" / "exports" / "moodle" / "feedback.zip"
    export("moodle", asked)
    first = archive.read_bytes()
    export("moodle", asked)
    assert archive.read_bytes() == first


def test_filled_in_twice_is_filled_in_once(classroom: Path) -> None:
    export("canvas", request(classroom, GOLDEN / "canvas-in.csv"))
    once = classroom / "once.csv"
    (classroom / "out" / "exports" / "canvas.csv").rename(once)
    export("canvas", request(classroom, once))
    assert (classroom / "out" / "exports" / "canvas.csv").read_bytes() == once.read_bytes()


def test_partial_grades_go_out_only_when_asked_for(classroom: Path) -> None:
    export("canvas", request(classroom, GOLDEN / "canvas-in.csv", partial=True))
    rows = csv.reader(
        io.StringIO((classroom / "out" / "exports" / "canvas.csv").read_text("utf-8-sig"), newline="")
    )
    assert {row[2]: row[6] for row in rows}["eve"] == "12"


@pytest.mark.parametrize(
    ("door", "edit", "options", "message"),
    [
        (
            "canvas",
            (",100,", ",10,"),
            {},
            "Canvas counts 10 points, grading.yml 100. Set the assignment's points in Canvas to 100 and export its "
            "file again.",
        ),
        (
            "canvas",
            ("Exercise 9, Gen", "Exercise IX, Gen"),
            {},
            "no column “Exercise 9, Generative Models”. Give the one for the grades by --column. There are: “Student”, ",
        ),
        (
            "canvas",
            ("", ""),
            {"column": "Current Score"},
            "“Current Score” is read only. Choose by --column.",
        ),
        ("canvas", ("Student,ID", "Name,ID"), {}, "not a gradebook of Canvas (it begins with Student, ID)."),
        (
            "canvas",
            ("eve,eve@", "ada,eve@"),
            {},
            "canvas.csv: rows 4 and 7 both fit ada. Delete the one that is not meant.",
        ),
        (
            "canvas",
            ("eve@login.example", "ada@example.org"),
            {},
            "canvas.csv, row 7: fits ada and eve. Mend the ids in the roster.",
        ),
        ("moodle", ("100.00", "20.00"), {}, "Moodle counts 20 points, grading.yml 100."),
        (
            "moodle",
            ('"Participant 203"', '"Cem"'),
            {},
            "moodle.csv, row 4: “Cem” is no participant with a number.",
        ),
        (
            "moodle",
            (",Grade,", ",Bewertung,"),
            {},
            "no column “Grade”. Give the one for the grades by --column.",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_fix(
    classroom: Path, door: str, edit: tuple[str, str], options: dict[str, Any], message: str
) -> None:
    template = classroom / f"{door}.csv"
    template.write_bytes((GOLDEN / f"{door}-in.csv").read_bytes().replace(*(e.encode() for e in edit)))
    with pytest.raises(Exception, match=re.escape(message)):
        export(door, request(classroom, template, **options))
    assert not (classroom / "out" / "exports").exists()


@pytest.mark.parametrize("door", ["canvas", "moodle"])
def test_without_the_tools_own_file_it_says_where_to_get_it(classroom: Path, door: str) -> None:
    with pytest.raises(Exception, match=r"no --template: give the .* so that the grades land in the rows"):
        export(door, request(classroom, None))


def test_an_unknown_door_is_named_with_those_that_there_are(classroom: Path) -> None:
    with pytest.raises(Exception, match=f"--to ilias: unknown. Choose {', '.join(sorted(EXPORTS))}."):
        export("ilias", request(classroom, None))


def test_plain_csv_has_people_penalties_and_questions_and_no_formulas(classroom: Path) -> None:
    export("csv", request(classroom, None, partial=True))
    content = (classroom / "out" / "exports" / "grades.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,name,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [
        (r["id"], r["submission"], r["days_late"], r["kept"], r["score"], r["raw_score"]) for r in rows
    ] == [
        ("ada", "ada", "0", "1", "75.125", "75.125"),
        ("bob", "team-1", "1", "0.9", "72", "80"),
        ("cem", "team-1", "0", "1", "80", "80"),
        ("eve", "eve", "0", "1", "12", "12"),
    ]
    eve = rows[-1]
    assert (eve["name"], eve["complete"], eve["9-1a-written"]) == ("'=Eve", "false", "")


def test_without_a_roster_submissions_stand_for_themselves(classroom: Path) -> None:
    told = export("csv", request(classroom, None, roster=None))
    rows = (classroom / "out" / "exports" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["id", "ada", "team-1"]
    assert told.splitlines()[1].endswith("(`--partial` exports what is there): eve")


def test_an_unknown_time_of_receipt_is_named_where_it_decides(classroom: Path) -> None:
    put_class(classroom / "out", {"ada": (40, 35, None)})
    line = "Time of receipt not known, so no late penalty (`autograder collect --times`): ada"
    assert line in export("csv", request(classroom, None)).splitlines()
    assert line not in export("csv", request(classroom, None, spec=spec())).splitlines()


NAME = st.text(st.sampled_from("aü,\"=@+-'; \n") | st.characters(exclude_categories=["C"]), max_size=8)


@pytest.fixture(scope="module")
def grades(tmp_path_factory: pytest.TempPathFactory) -> Grades:
    folder = tmp_path_factory.mktemp("class")
    put_class(folder, {"ada": (40, 35.5, ON_TIME), "eve": (1, 2, ON_TIME)})
    people = read_roster(put_roster(folder / "roster.csv", ROSTER))
    return final_grades(read_class(folder), SPEC, people)


@settings(max_examples=60)
@given(
    names=st.lists(NAME, min_size=3, max_size=3),
    others=st.lists(NAME, min_size=3, max_size=3),
    data=st.data(),
)
def test_all_other_cells_survive_whatever_is_in_them(
    grades: Grades, names: list[str], others: list[str], data: st.DataObject
) -> None:
    """Read back by Python's csv module: only the two cells of those who have a grade differ, and only in the bytes there."""
    delimiter, end = data.draw(st.sampled_from(",;")), data.draw(st.sampled_from(["\n", "\r\n"]))
    ids = data.draw(st.permutations(["ADA", "eve@example.org", "somebody"]))
    rows = [
        ["Student", "ID", "Grade", "Notes"],
        *([n, i, "", o] for n, i, o in zip(names, ids, others, strict=True)),
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    table = Table.parse(text.getvalue(), Path("x.csv"))
    fill(table, table.rows, 2, [1], grades, Export(Path(), Path(), SPEC))
    written = bytes(table).decode()
    given_grade = {"ADA": "75.5", "eve@example.org": "3", "somebody": ""}
    expected = [rows[0], *([n, i, given_grade[i], o] for n, i, _, o in rows[1:])]
    assert list(csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)) == expected
    for _, line in table.rows:
        line.set(2, "")
    assert bytes(table).decode() == text.getvalue()
