"""The CSV in which people mark: out, through a spreadsheet program, and back."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.results.answers import answer_sha256
from autograder.results.classroom import ClassError, read_class
from autograder.results.marks import MarksError, read_marks
from autograder.results.marks_csv import COLUMNS, export_csv, import_csv
from autograder.results.pictures import Drawn, write_pictures
from autograder.results.rubric import Rubric
from autograder.results.spreadsheet import quoted, unquoted
from autograder.results.store import write_answers

NO_RUBRICS: dict[str, Rubric] = {}
RUBRIC = Rubric.model_validate(
    {
        "items": [
            {"id": "density", "points": 1, "text": "the density"},
            {"id": "shown", "points": 4.5, "group": "step", "text": "with a reason"},
            {"id": "stated", "points": 2, "group": "step", "text": "without"},
            {"id": "slip", "points": -1.5, "text": "a slip"},
            {"id": "double-check", "points": 0, "text": "not sure"},
        ]
    }
)
RUBRICS = {"9-1a-written": RUBRIC}
Classroom = Callable[..., Path]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def save(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    return path


def row(rows: list[dict[str, str]], submission: str, question: str) -> dict[str, str]:
    return next(r for r in rows if (r["submission"], r["question"]) == (submission, question))


@pytest.fixture
def two(classroom: Classroom) -> Path:
    return classroom({"anna": {"9-1a-written": "by completing the square"}, "007": {"9-1a-written": "=1+1"}})


def test_one_row_per_written_answer_ordered_by_question(two: Path, tmp_path: Path) -> None:
    assert export_csv(two, tmp_path / "marks.csv", NO_RUBRICS) == (18, 0)
    rows = rows_of(tmp_path / "marks.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [(r["question"], r["submission"]) for r in rows[:3]] == [
        ("9-1a-written", "007"),
        ("9-1a-written", "anna"),
        ("9-1b-written", "007"),
    ]
    anna = row(rows, "anna", "9-1a-written")
    assert (anna["max_points"], anna["points"], anna["answer"]) == ("6", "", "by completing the square")
    assert anna["answer_sha256"] == answer_sha256("by completing the square")


def test_a_formula_in_an_answer_is_no_formula_in_the_file(two: Path, tmp_path: Path) -> None:
    export_csv(two, tmp_path / "marks.csv", NO_RUBRICS)
    assert row(rows_of(tmp_path / "marks.csv"), "007", "9-1a-written")["answer"] == "'=1+1"


def test_nothing_in_an_answer_or_in_a_name_acts_on_a_terminal_or_turns_text(
    classroom: Classroom, tmp_path: Path
) -> None:
    evil = "a\x00\x1b]0;pwn\x07\x1b[31m\u202eb\u2066"
    folder = classroom({"anna": {"9-1a-written": f"{evil}\r\n\tsecond line"}})
    write_pictures(folder / "s0", [Drawn("9-1a-written", [], [f"{evil}\n::error::c could not be drawn."])])
    export_csv(folder, tmp_path / "marks.csv", NO_RUBRICS)
    anna = row(rows_of(tmp_path / "marks.csv"), "anna", "9-1a-written")
    assert anna["answer"] == "ab\n\tsecond line"
    assert anna["pictures"] == "ab ::error::c could not be drawn."


def test_long_answers_are_cut_but_their_hash_is_of_the_whole(classroom: Classroom, tmp_path: Path) -> None:
    export_csv(classroom({"anna": {"9-1a-written": "x" * 3000}}), tmp_path / "marks.csv", NO_RUBRICS)
    anna = row(rows_of(tmp_path / "marks.csv"), "anna", "9-1a-written")
    assert len(anna["answer"]) == 2000
    assert anna["answer_sha256"] == answer_sha256("x" * 3000)


@given(st.text())
def test_quoting_against_formulas_can_be_undone_for_every_text(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert quoted(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or not text


@pytest.mark.parametrize("start", ["=", "\n=", "\xa0=", " +", "＝", "＠", "'="])
def test_formulas_are_quoted_in_every_guise(start: str) -> None:
    assert quoted(f"{start}1+1") == f"'{start}1+1"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
marks = st.dictionaries(
    st.tuples(st.sampled_from(["anna", "007"]), st.sampled_from(["9-1a-written", "9-2d-written"])),
    st.tuples(st.floats(0, 3), texts, st.text("Ada=+-@'", min_size=1).map(str.strip).filter(bool)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(given_marks=marks)
def test_marks_survive_export_and_import(
    two: Path, tmp_path: Path, given_marks: dict[tuple[str, str], tuple[float, str, str]]
) -> None:
    (two / "marks.jsonl").unlink(missing_ok=True)
    sheet = tmp_path / "marks.csv"
    export_csv(two, sheet, NO_RUBRICS)
    rows = rows_of(sheet)
    for (submission, question), (points, comment, marker) in given_marks.items():
        target = row(rows, submission, question)
        target |= {"points": repr(points), "comment": quoted(comment), "marker": quoted(marker)}
    assert import_csv(two, save(sheet, rows), NO_RUBRICS) == len(given_marks)
    assert {m.key: (m.points, m.comment, m.marker) for m in read_marks(two / "marks.jsonl")} == {
        key: (points, comment.replace("\r\n", "\n").replace("\r", "\n"), marker)
        for key, (points, comment, marker) in given_marks.items()
    }
    export_csv(two, sheet, NO_RUBRICS)
    assert import_csv(two, sheet, NO_RUBRICS) == 0


def mark_one(two: Path, tmp_path: Path, **cells: str) -> Path:
    export_csv(two, tmp_path / "marks.csv", NO_RUBRICS)
    rows = rows_of(tmp_path / "marks.csv")
    row(rows, "anna", "9-1a-written").update({"points": "4", "marker": "Ada"} | cells)
    return save(tmp_path / "marks.csv", rows)


def test_only_changed_rows_are_appended(two: Path, tmp_path: Path) -> None:
    import_csv(two, mark_one(two, tmp_path), NO_RUBRICS)
    import_csv(two, mark_one(two, tmp_path), NO_RUBRICS)
    import_csv(two, mark_one(two, tmp_path, points="4.5"), NO_RUBRICS)
    assert [m.points for m in read_marks(two / "marks.jsonl")] == [4, 4.5]


def test_an_empty_row_takes_no_mark_away(two: Path, tmp_path: Path) -> None:
    export_csv(two, tmp_path / "empty.csv", NO_RUBRICS)
    import_csv(two, mark_one(two, tmp_path), NO_RUBRICS)
    assert import_csv(two, tmp_path / "empty.csv", NO_RUBRICS) == 0
    assert read_class(two).standing.of("anna")["9-1a-written"].points == 4


def test_a_file_from_a_german_spreadsheet_program_is_read(two: Path, tmp_path: Path) -> None:
    rows = rows_of(mark_one(two, tmp_path, points="4,5"))
    import_csv(two, save(tmp_path / "marks.csv", rows, delimiter=";"), NO_RUBRICS)
    assert [m.points for m in read_marks(two / "marks.jsonl")] == [4.5]


def test_a_mark_for_an_answer_that_changed_meanwhile_is_kept_but_stale(two: Path, tmp_path: Path) -> None:
    sheet = mark_one(two, tmp_path)
    folder = next(r.folder for r in read_class(two).records if r.name == "anna")
    write_answers(folder, {"9-1a-written": "another answer"})
    assert import_csv(two, sheet, NO_RUBRICS) == 1
    standing = read_class(two).standing
    assert standing.of("anna") == {}
    assert standing.stale["anna", "9-1a-written"].points == 4


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"points": "7"}, "points '7' is out of range; write a number from 0 to 6"),
        ({"points": "-1"}, "points '-1' is out of range"),
        ({"points": "nan"}, "points 'nan' is out of range"),
        ({"points": "four"}, "points 'four' is no number; write one such as 2.5, or leave it empty"),
        ({"question": "9-9"}, "unknown question '9-9'; write one of 9-1a-written, 9-1b-written"),
        ({"question": "9-1a"}, "question 9-1a is marked by the machine; delete this row"),
        ({"submission": "hanna"}, "unknown submission 'hanna'; write the name as in index.html"),
        ({"submission": "7"}, "unknown submission '7'; is it '007'? Spreadsheet programs drop leading zeros"),
        ({"marker": ""}, "no marker; write your name or initials into the column marker"),
        ({"answer_sha256": "1.2E+40"}, "answer_sha256 '1.2E+40' is no hash; copy it from a fresh export"),
    ],
)
def test_a_wrong_row_is_named_with_its_fix_and_nothing_is_imported(
    two: Path, tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    rows = rows_of(mark_one(two, tmp_path, **cells))
    row(rows, "007", "9-2d-written").update(points="1", marker="Ada")
    with pytest.raises(MarksError) as caught:
        import_csv(two, save(tmp_path / "marks.csv", rows), NO_RUBRICS)
    assert "marks.csv, row 3: " in str(caught.value)
    assert said in str(caught.value)
    assert str(caught.value).endswith("Nothing was imported: mend these rows and import again.")
    assert read_marks(two / "marks.jsonl") == []


def test_two_rows_for_one_answer_are_refused(two: Path, tmp_path: Path) -> None:
    rows = rows_of(mark_one(two, tmp_path))
    rows.append(rows[1] | {"points": "5"})
    with pytest.raises(MarksError, match="row 20: row 3 marks the same answer; keep one of the two"):
        import_csv(two, save(tmp_path / "marks.csv", rows), NO_RUBRICS)


def test_all_mistakes_are_listed_at_once(two: Path, tmp_path: Path) -> None:
    rows = rows_of(mark_one(two, tmp_path, points="7"))
    row(rows, "007", "9-2d-written").update(points="x", marker="Ada")
    with pytest.raises(MarksError, match=r"(?s)row 3: .*row 18: "):
        import_csv(two, save(tmp_path / "marks.csv", rows), NO_RUBRICS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column submission, question"),
        (b"submission,question,points\n", "no column items, comment, marker, answer_sha256"),
        ("submission;question;points;comment;marker;answer_sha256\nM\xfcller".encode("latin-1"), "not UTF-8"),
        (b'"' + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_file_that_is_no_mark_sheet_is_refused(
    two: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "marks.csv").write_bytes(content)
    with pytest.raises(MarksError, match=said):
        import_csv(two, tmp_path / "marks.csv", NO_RUBRICS)


def test_a_folder_without_results_or_with_a_name_twice_is_refused(
    tmp_path: Path, classroom: Classroom
) -> None:
    with pytest.raises(ClassError, match=r"no result\.json below it"):
        read_class(tmp_path)
    folder = classroom({"anna": {}})
    (folder / "copy").mkdir()
    (folder / "copy" / "result.json").write_bytes((folder / "s0" / "result.json").read_bytes())
    with pytest.raises(ClassError, match="are both results of 'anna'"):
        read_class(folder)


def mark_by_rubric(two: Path, sheet: Path, **cells: str) -> int:
    """Fill in anna's row of 9-1a-written (row 3) in a fresh export, and import it; returns how many marks are new."""
    export_csv(two, sheet, RUBRICS)
    rows = rows_of(sheet)
    row(rows, "anna", "9-1a-written").update({"marker": "Ada"} | cells)
    return import_csv(two, save(sheet, rows), RUBRICS)


def anna(two: Path, sheet: Path) -> dict[str, str]:
    export_csv(two, sheet, RUBRICS)
    return row(rows_of(sheet), "anna", "9-1a-written")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "marks.csv"


def test_a_row_lists_the_items_that_can_be_chosen_alternatives_together(two: Path, sheet: Path) -> None:
    assert anna(two, sheet)["choices"] == "density 1; shown 4.5 or stated 2; slip -1.5; double-check 0"
    assert row(rows_of(sheet), "anna", "9-2d-written")["choices"] == ""


@pytest.mark.parametrize(
    ("items", "points"),
    [
        ("density", 1),
        ("density, shown", 5.5),
        ("shown;slip\ndensity", 4),  # as other spreadsheet programs and people write lists
        ("slip", 0),  # never below 0
        ("double-check", 0),
    ],
)
def test_items_mean_their_points(two: Path, sheet: Path, items: str, points: float) -> None:
    mark_by_rubric(two, sheet, items=items)
    (mark,) = read_marks(two / "marks.jsonl")
    assert mark.points == points
    assert set(mark.items) == set(items.replace(",", " ").replace(";", " ").split())


def test_points_never_exceed_those_of_the_question(two: Path, sheet: Path) -> None:
    generous = RUBRIC.model_copy(update={"items": (RUBRIC.items[1].model_copy(update={"points": 50}),)})
    export_csv(two, sheet, RUBRICS)
    rows = rows_of(sheet)
    row(rows, "anna", "9-1a-written").update(items="shown", marker="Ada")
    import_csv(two, save(sheet, rows), {"9-1a-written": generous})
    assert [m.points for m in read_marks(two / "marks.jsonl")] == [6]


def test_the_next_export_has_the_items_and_no_points_so_that_other_items_mean_other_points(
    two: Path, sheet: Path
) -> None:
    mark_by_rubric(two, sheet, items="density, stated")
    again = anna(two, sheet)
    assert (again["items"], again["points"], again["marker"]) == ("density, stated", "", "Ada")
    assert import_csv(two, sheet, RUBRICS) == 0
    assert mark_by_rubric(two, sheet, items="density, shown") == 1
    assert [m.points for m in read_marks(two / "marks.jsonl")] == [3, 5.5]


def test_other_points_than_those_of_the_items_stand_if_a_comment_says_why(two: Path, sheet: Path) -> None:
    assert mark_by_rubric(two, sheet, items="density", points="2", comment="a route of its own") == 1
    again = anna(two, sheet)
    assert (again["items"], again["points"], again["comment"]) == ("density", "2.0", "a route of its own")
    assert import_csv(two, sheet, RUBRICS) == 0


def test_points_that_are_those_of_the_items_need_no_comment(two: Path, sheet: Path) -> None:
    assert mark_by_rubric(two, sheet, items="density", points="1,0") == 1
    assert mark_by_rubric(two, sheet, items="", points="0") == 1  # nothing was earned
    assert [(m.items, m.points) for m in read_marks(two / "marks.jsonl")] == [(["density"], 1), ([], 0)]


def test_a_mark_that_a_changed_rubric_no_longer_explains_stands_until_somebody_decides_anew(
    two: Path, sheet: Path
) -> None:
    mark_by_rubric(two, sheet, items="density, stated")
    renamed = RUBRIC.model_copy(update={"items": RUBRIC.items[1:]})
    export_csv(two, sheet, {"9-1a-written": renamed})
    assert row(rows_of(sheet), "anna", "9-1a-written")["points"] == "3.0"
    assert import_csv(two, sheet, {"9-1a-written": renamed}) == 0
    rows = rows_of(sheet)
    row(rows, "anna", "9-1a-written")["comment"] = "nice"
    with pytest.raises(MarksError, match=r"row 3: no rubric item is called 'density'"):
        import_csv(two, save(sheet, rows), {"9-1a-written": renamed})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"items": "densty"},
            "no rubric item is called 'densty'; did you mean density? "
            "The rubric has density, shown, stated, slip, double-check",
        ),
        ({"items": "xyzzy"}, "no rubric item is called 'xyzzy'; the rubric has density, shown"),
        ({"items": "stated, shown"}, "stated and shown exclude each other; keep one of shown, stated"),
        ({"items": "density, density"}, "the item density stands twice; keep one"),
        (
            {"items": "density", "points": "2"},
            "points 2, but the items add up to 1; empty the cell points and choose items, "
            "or say in the column comment why the points differ",
        ),
        ({"points": "6"}, "points 6, but no items are given; empty the cell points and choose items"),
        ({"items": "density", "points": "7", "comment": "great"}, "points '7' is out of range"),
    ],
)
def test_a_choice_that_the_rubric_does_not_allow_is_refused_with_its_row_and_fix(
    two: Path, sheet: Path, cells: dict[str, str], said: str
) -> None:
    with pytest.raises(MarksError) as caught:
        mark_by_rubric(two, sheet, **cells)
    assert f"marks.csv, row 3: {said}" in str(caught.value)
    assert read_marks(two / "marks.jsonl") == []


def test_items_for_a_question_without_a_rubric_are_refused(two: Path, tmp_path: Path) -> None:
    for cells in ({"items": "density"}, {"items": "density", "points": ""}):
        with pytest.raises(MarksError, match="question 9-1a-written has no rubric; write its points"):
            import_csv(two, mark_one(two, tmp_path, **cells), NO_RUBRICS)
