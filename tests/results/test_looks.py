"""A flagged submission waits for a person's look, which belongs to what was looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from autograder.results.classroom import Classroom, read_class
from autograder.results.looks import FLAGS, asked, is_held
from autograder.results.marks import MARKS, MarksError, read_marks, totals
from autograder.results.marks_csv import COLUMNS, export_csv, import_csv
from autograder.results.model import Flag, Result
from autograder.results.rubric import Rubric
from autograder.results.store import RESULT, read_result, write_result
from autograder.spec.model import QuestionSpec
from tests.results.test_marks_csv import row, rows_of, save

NO_RUBRICS: dict[str, Rubric] = {}


def change(folder: Path, edit: Callable[[Result], None]) -> None:
    result = read_result(folder / RESULT)
    edit(result)
    write_result(folder, result)


def flagged(*kinds: str) -> Callable[[Result], None]:
    def edit(result: Result) -> None:
        result.flags = [Flag(kind=kind, text=f"why {kind}?") for kind in kinds]

    return edit


@pytest.fixture
def two(classroom: Callable[..., Path]) -> Path:
    """anna has two flags, ben has none."""
    folder = classroom({"anna": {}, "ben": {}})
    change(folder / "s0", flagged("knew_before_training", "brings_data"))
    return folder


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "marks.csv"


def look(two: Path, sheet: Path, **cells: str) -> int:
    """Fill in anna's row in a fresh export and import it."""
    export_csv(two, sheet, NO_RUBRICS)
    rows = rows_of(sheet)
    row(rows, "anna", FLAGS).update(cells)
    return import_csv(two, save(sheet, rows), NO_RUBRICS)


def held(two: Path) -> dict[str, bool]:
    found: Classroom = read_class(two)
    return {r.name: is_held(r.result, found.standing.of(r.name)) for r in found.records}


def test_a_flagged_submission_is_one_more_row_after_the_answers(two: Path, sheet: Path) -> None:
    assert export_csv(two, sheet, NO_RUBRICS) == (18, 1)
    rows = rows_of(sheet)
    assert [r["submission"] for r in rows if r["question"] == FLAGS] == ["anna"]
    cells = rows[-1]
    assert tuple(cells) == COLUMNS
    assert (cells["max_points"], cells["choices"], cells["items"], cells["points"]) == ("0", "fine 0", "", "")
    assert cells["answer"] == "knew_before_training: why knew_before_training?\nbrings_data: why brings_data?"


def test_nothing_in_a_flag_acts_on_a_terminal_or_begins_a_line(two: Path) -> None:
    change(two / "s0", lambda r: setattr(r, "flags", [Flag(kind="k", text="a\x1b[31mb\n::error::c")]))
    assert asked(read_result(two / "s0" / RESULT)) == ["k: ab ::error::c"]


def test_no_question_of_grading_yml_can_be_called_like_the_row() -> None:
    with pytest.raises(ValidationError, match="should match pattern"):
        QuestionSpec.model_validate({"id": FLAGS, "title": "t", "kind": "written", "points": 1})


def test_it_is_held_until_a_named_person_says_fine(two: Path, sheet: Path) -> None:
    assert held(two) == {"anna": True, "ben": False}
    assert look(two, sheet) == 0  # an untouched row says nothing
    assert held(two)["anna"]
    assert look(two, sheet, items="fine", marker="Kim", comment="it is a table of tests") == 1
    assert held(two) == {"anna": False, "ben": False}
    (mark,) = read_marks(two / MARKS)
    assert (mark.question, mark.items, mark.points, mark.marker) == (FLAGS, ["fine"], 0, "Kim")
    assert look(two, sheet) == 0  # the next export has it filled in


def test_a_look_changes_no_points_and_completes_nothing(two: Path, sheet: Path) -> None:
    before = {path: path.read_bytes() for path in two.rglob(RESULT)}
    first = read_class(two)
    look(two, sheet, items="fine", marker="Kim")
    then = read_class(two)
    for old, new in zip(first.records, then.records, strict=True):
        assert totals(old.result, first.standing.of(old.name)) == totals(
            new.result, then.standing.of(new.name)
        )
    assert {path: path.read_bytes() for path in before} == before


def test_a_person_may_have_looked_and_keep_it_held(two: Path, sheet: Path) -> None:
    look(two, sheet, points="0", marker="Kim", comment="we talk on Monday")
    assert held(two)["anna"]
    look(two, sheet, items="fine", points="", marker="Kim")
    assert not held(two)["anna"]
    look(two, sheet, items="", points="0", marker="Lea")  # the last one counts
    assert held(two)["anna"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"items": "fine"}, "no marker; write your name or initials into the column marker"),
        ({"items": "ok", "marker": "Kim"}, "no rubric item is called 'ok'; the rubric has fine"),
        ({"points": "-5", "marker": "Kim"}, "points '-5' is out of range; write a number from 0 to 0"),
    ],
)
def test_a_wrong_look_is_refused_with_its_fix(
    two: Path, sheet: Path, cells: dict[str, str], said: str
) -> None:
    with pytest.raises(MarksError) as caught:
        look(two, sheet, **cells)
    assert f"marks.csv, row 20: {said}" in str(caught.value)
    assert held(two)["anna"]


def test_an_unknown_question_is_told_the_name_of_the_row(two: Path, sheet: Path) -> None:
    with pytest.raises(
        MarksError, match=r"unknown question 'flags'; write one of 9-1a-written, .*, \(flags\)"
    ):
        look(two, sheet, question="flags", items="fine", marker="Kim")


def again(result: Result) -> None:
    """The same files graded again: other numbers, other words, the same kinds in another order."""
    result.flags = [Flag(kind=k, text="other words") for k in ("brings_data", "knew_before_training") * 2]
    result.score, result.started_at, result.seed_id = 1.0, "2027-02-02T00:00:00+00:00", "another"


def other_files(result: Result) -> None:
    result.submission.sha256 = "cd" * 32


@pytest.mark.parametrize(
    ("edit", "asks_anew"),
    [
        (again, False),
        (other_files, True),
        (flagged("knew_before_training", "brings_data", "right_only_alone"), True),
        (flagged("knew_before_training"), True),
    ],
)
def test_a_look_survives_regrading_and_not_other_files_or_other_kinds_of_flags(
    two: Path, sheet: Path, edit: Callable[[Result], None], asks_anew: bool
) -> None:
    look(two, sheet, items="fine", marker="Kim")
    change(two / "s0", edit)
    standing = read_class(two).standing
    assert held(two)["anna"] == asks_anew
    assert (FLAGS in standing.stale_of("anna")) == asks_anew
    export_csv(two, sheet, NO_RUBRICS)
    assert row(rows_of(sheet), "anna", FLAGS)["items"] == ("" if asks_anew else "fine")


@pytest.mark.parametrize("edit", [other_files, flagged()])
def test_a_look_at_what_has_changed_meanwhile_is_kept_but_stale(
    two: Path, sheet: Path, edit: Callable[[Result], None]
) -> None:
    export_csv(two, sheet, NO_RUBRICS)
    rows = rows_of(sheet)
    row(rows, "anna", FLAGS).update(items="fine", marker="Kim")
    change(two / "s0", edit)
    assert import_csv(two, save(sheet, rows), NO_RUBRICS) == 1
    assert FLAGS in read_class(two).standing.stale_of("anna")
    assert held(two)["anna"] == (edit is other_files)
