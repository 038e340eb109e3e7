"""Another tool's CSV file: read as Python's `csv` reads it, and changed in one cell without touching a byte elsewhere."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.results.table import Table, TableError

HERE = Path("export.csv")
CELL = st.text(
    st.sampled_from("aä, ;\"'=\t\n\r-1") | st.characters(exclude_categories=["C"]), max_size=6
).filter(lambda text: "\ufeff" not in text)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, list[list[str]]]:
    """A file as some tool writes it, its delimiter, and its values."""
    delimiter = draw(st.sampled_from(",;\t"))
    columns = draw(st.integers(2, 4))
    width = st.lists(CELL, min_size=columns, max_size=columns)
    # A header that names its columns plainly, so that the delimiter is clear.
    rows = [[f"column {n}" for n in range(columns)], *draw(st.lists(width, max_size=5))]
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    text = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    written = text.getvalue()
    if draw(st.booleans()) and written.endswith(end):
        written = written.removesuffix(end)
    return draw(st.sampled_from(["", "\ufeff"])) + written, delimiter, rows


def by_csv(text: str, delimiter: str) -> list[list[str]]:
    """The oracle."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


@settings(max_examples=60)
@given(files())
def test_a_file_that_is_only_read_is_written_byte_for_byte(file: tuple[str, str, list[list[str]]]) -> None:
    text, delimiter, _ = file
    table = Table.parse(text, HERE)
    assert bytes(table) == text.encode()
    assert [line.values for line in table.lines] == [row or [""] for row in by_csv(text, delimiter)]


@settings(max_examples=60)
@given(files(), st.data())
def test_a_cell_that_is_set_is_the_only_one_that_changes(
    file: tuple[str, str, list[list[str]]], data: st.DataObject
) -> None:
    text, delimiter, _ = file
    table = Table.parse(text, HERE)
    row = data.draw(st.integers(0, len(table.lines) - 1))
    column = data.draw(st.integers(0, len(table.lines[row]) - 1))
    value = data.draw(CELL)
    expected = [row or [""] for row in by_csv(text, delimiter)]
    before = [str(line) for line in table.lines]
    table.lines[row].set(column, value)
    expected[row][column] = value
    after = bytes(table).decode()
    assert [row or [""] for row in by_csv(after, delimiter)] == expected
    assert [str(line) for n, line in enumerate(table.lines) if n != row] == [
        line for n, line in enumerate(before) if n != row
    ]


def test_quotes_stay_where_they_were() -> None:
    table = Table.parse('"a",b\r\n"1", 2 \r\n', HERE)
    table.lines[1].set(0, "3")
    table.lines[1].set(1, "4")
    assert bytes(table) == b'"a",b\r\n"3",4\r\n'


def test_a_line_that_is_too_short_has_empty_cells_and_grows() -> None:
    table = Table.parse("a,b,c\n1\n", HERE)
    assert table.lines[1][2] == ""
    table.lines[1].set(2, "x")
    assert bytes(table) == b"a,b,c\n1,,x\n"


def test_columns_are_found_by_name_and_blank_lines_are_no_rows() -> None:
    table = Table.parse("id , name\n\nada,Ada\n,\n", HERE)
    assert (table.column("id"), table.column("name"), table.column("mail")) == (0, 1, None)
    assert [(number, line.values) for number, line in table.rows] == [(3, ["ada", "Ada"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "export.csv: no header in the first line; export the file again"),
        (b",,\n1,2,3\n", "export.csv: no header in the first line; export the file again"),
        ("n\xe4me".encode("latin-1"), "export.csv: not UTF-8; save it as “CSV UTF-8” and try again"),
        (b'a,b\n1,"2\n', "export.csv, line 2: a quotation mark is not closed; export the file again"),
        (None, "export.csv: cannot be read (No such file or directory); check the path"),
    ],
    ids=["empty", "no names", "another encoding", "an open quote", "not there"],
)
def test_a_file_that_cannot_be_used_is_named_with_the_fix(
    content: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        HERE.write_bytes(content)
    with pytest.raises(TableError) as caught:
        Table.read(HERE)
    assert str(caught.value) == message
