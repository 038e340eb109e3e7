"""roster.csv: read as people write it, refused with every mistake named."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from autograder.roster import Person, RosterError, read_roster


def put(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    (tmp_path / "roster.csv").write_text(text, encoding)
    return tmp_path / "roster.csv"


def test_all_columns_are_read(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        'id,name,email,group,extension\nada,"Lovelace, Ada",ada@x.org,,\nbob,Bob,,team-1,"1,5"\n'
        "eve,'=Eve,,,2027-01-20T12:00:00+01:00\n",
    )
    assert read_roster(path) == (
        Person("ada", "Lovelace, Ada", "ada@x.org"),
        Person("bob", "Bob", group="team-1", extension=timedelta(days=1.5)),
        Person("eve", "=Eve", extension=datetime.fromisoformat("2027-01-20T12:00:00+01:00")),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_only_ids_are_needed_and_excel_may_have_saved_it(tmp_path: Path, encoding: str) -> None:
    assert read_roster(put(tmp_path, "name;id\nÖzil;bob\n\n", encoding)) == (Person("bob", "Özil"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name\nAda\n",
            "no column `id` in the first line. Name the column of roster ids `id`.",
        ),
        ("id,name\n,Ada\n", "roster.csv, row 2: no id; write one, or delete the row"),
        ("id\nada\nADA\n", "roster.csv, row 3: the id 'ADA' stands twice; keep one row"),
        ("id,group\nada,\nbob,Ada\n", "the group 'Ada' is called like the person 'ada'; rename the group"),
        (
            "id,extension\nada,soon\n",
            "extension 'soon': write a number of days, or a deadline with time zone as in",
        ),
        (
            "id,extension\nada,2027-01-20T12:00\n",
            "row 2: extension '2027-01-20T12:00': write a number of days, or",
        ),
        ("id,extension\nada,-1\n", "extension '-1': write a number of days from 0 to 366"),
        ("id,extension\nada,nan\n", "extension 'nan': write a number of days from 0 to 366"),
    ],
)
def test_a_mistake_is_named_with_its_row_and_the_fix(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RosterError, match=re.escape(message)):
        read_roster(put(tmp_path, text))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(put(tmp_path, "id,extension\nada,soon\nada,\n,\nbob,999\n"))
    assert len(str(caught.value).splitlines()) == 2  # row 3 is the first whole `ada`, row 4 is blank
