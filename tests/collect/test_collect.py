"""Downloads of Moodle and Canvas, zips and folders become submissions named by roster id; nothing is guessed.

Neither tool can be installed here: the names are made as their sources make them (`downloader.php`,
`content_zipper.rb`).
"""

import csv
import os
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.collect import Collected, CollectError, collect, read_times
from autograder.commands.collect import run
from autograder.roster import Person
from autograder.submission import name_submissions
from tests.submission.packing import EXERCISE, below, opened, put_folder, put_zip

PEOPLE = (
    Person("ada", "Lovelace, Ada King", "ada@example.org"),
    Person("bob", "Bob Özil", "bob@example.org", "team-1"),
    Person("cem", "Cem Ünal", "cem@example.org", "team-1"),
    Person("e17", "Eve Doe"),
    Person("e18", "Eve Doe"),
)
OTHER = {**EXERCISE, "generative/helper.py": b"HALF = 1 / 2\n"}


def packed(tmp_path: Path, files: Mapping[str, bytes] = EXERCISE) -> bytes:
    """A student's own zip."""
    return put_zip(tmp_path / "students-own.zip", below("generative-models", files)).read_bytes()


def gather(tmp_path: Path, *sources: Path, **options: Any) -> Collected:
    return collect(sources, tmp_path / "in", options.pop("people", PEOPLE), **options)


def moodle(who: str, files: Mapping[str, bytes], plugin: str = "file") -> dict[str, bytes]:
    return below(f"{who}_assignsubmission_{plugin}", files)


def test_a_download_of_moodle_is_taken_apart(tmp_path: Path) -> None:
    own, other = packed(tmp_path), packed(tmp_path, OTHER)
    download = put_zip(
        tmp_path / "ML-Exercise 9-77.zip",
        {
            **moodle("Ada King Lovelace_201", {"abgabe.zip": own}),
            **moodle("team 1_31", {"x.zip": other}),
            **moodle("Nick Nobody_205", {"x.zip": own}),
            **moodle("Participant_206", {"x.zip": own}),
        },
    )
    told = gather(tmp_path, download)
    assert (told.names, told.nothing) == (("ada", "team-1"), ("e17", "e18"))
    assert (tmp_path / "in" / "ada.zip").read_bytes() == own
    assert (tmp_path / "in" / "team-1.zip").read_bytes() == other
    assert told.left == (
        "ML-Exercise 9-77.zip: Nick Nobody_205: fits nobody in the roster; add the person, or rename it to the id",
        "ML-Exercise 9-77.zip: Participant_206: fits nobody in the roster; add the person, or rename it to the id",
    )


def test_moodles_download_without_folders_and_that_of_older_versions(tmp_path: Path) -> None:
    own = packed(tmp_path)
    flat = put_zip(tmp_path / "flat.zip", {"Ada King Lovelace_201_assignsubmission_file_ab_gabe.zip": own})
    old = put_zip(tmp_path / "old.zip", {"Bob Özil_202_assignsubmission_file_/abgabe.zip": own})
    assert gather(tmp_path, flat, old).names == ("ada", "team-1")


def test_files_that_were_not_packed_become_an_archive_that_opens(tmp_path: Path) -> None:
    download = put_zip(
        tmp_path / "moodle.zip", moodle("Ada King Lovelace_201", below("generative-models", EXERCISE))
    )
    gather(tmp_path, download)
    assert opened(tmp_path / "in" / "ada.zip").sha256 == opened(put_folder(tmp_path / "x", EXERCISE)).sha256


def test_a_download_of_canvas_is_taken_apart(tmp_path: Path) -> None:
    own = packed(tmp_path)
    download = put_zip(
        tmp_path / "submissions.zip",
        {
            "lovelaceadaking_LATE_101_9001_abgabe-1.zip": own,
            "team1_102_9002_generative_models-2.ipynb": EXERCISE["generative_models.ipynb"],
            "team1_102_9003_notes.txt": b"see the notebook",
            "anon_Xy3_9004_abgabe.zip": own,
            "doeeve_105_9005_abgabe.zip": own,
            "nobodynick_106_text.html": b"<p>mine</p>",
        },
    )
    told = gather(tmp_path, download)
    assert (told.names, told.late, told.undated) == (("ada", "team-1"), ("ada",), ("team-1",))
    assert (tmp_path / "in" / "ada.zip").read_bytes() == own
    with zipfile.ZipFile(tmp_path / "in" / "team-1.zip") as archive:
        assert archive.namelist() == ["generative_models.ipynb", "notes.txt"]
    assert told.left == (
        "submissions.zip: _anon_Xy3: is anonymous; download it again with names",
        "submissions.zip: doeeve_105: fits e17 and e18; rename it to the id that is meant",
        "submissions.zip: nobodynick_106: was typed into the tool, without files; ask for the exercise's folder",
    )


def test_canvas_own_number_is_an_id_if_the_roster_has_it(tmp_path: Path) -> None:
    download = put_zip(tmp_path / "s.zip", {"doeeve_105_9005_a.zip": packed(tmp_path)})
    assert gather(tmp_path, download, people=(Person("105", "Eve Doe"), *PEOPLE)).names == ("105",)


@pytest.mark.parametrize(
    "name", ["ada", "ADA", "ada@example.org", "Ada King Lovelace", "Lovelace, Ada King", "ue9 ada"]
)
def test_plain_folders_and_archives_go_by_id_mail_or_name(tmp_path: Path, name: str) -> None:
    put_folder(tmp_path / "source" / name, EXERCISE)
    put_zip(tmp_path / "source" / "bob.zip", EXERCISE)
    told = gather(tmp_path, tmp_path / "source")
    assert (told.names, told.left) == (("ada", "team-1"), ())
    assert opened(tmp_path / "in" / "ada.zip").files.keys() >= EXERCISE.keys()


def test_a_number_in_a_name_is_no_short_id(tmp_path: Path) -> None:
    put_folder(tmp_path / "source" / "try 1", EXERCISE)
    assert gather(tmp_path, tmp_path / "source", people=(Person("1"), Person("2"))).names == ()


def test_a_folder_around_everything_is_looked_through(tmp_path: Path) -> None:
    download = put_zip(tmp_path / "all.zip", below("Exercise 9", below("ada", EXERCISE)))
    assert gather(tmp_path, download).names == ("ada",)


def test_members_who_hand_in_the_same_are_one_submission(tmp_path: Path) -> None:
    own = packed(tmp_path)
    put_folder(tmp_path / "source", {"bob/a.zip": own, "cem/b.zip": own})
    assert gather(tmp_path, tmp_path / "source").names == ("team-1",)


def test_members_who_hand_in_different_things_are_listed(tmp_path: Path) -> None:
    put_folder(tmp_path / "source", {"bob/a.zip": packed(tmp_path), "cem/b.zip": packed(tmp_path, OTHER)})
    told = gather(tmp_path, tmp_path / "source")
    assert (told.names, told.left) == (
        (),
        (
            "source: bob and cem: different, and all of team-1; keep the one that counts, or call them "
            "team-1-v1, team-1-v2 in the order in which they came",
        ),
    )


def test_an_archive_beside_other_files_is_listed(tmp_path: Path) -> None:
    put_folder(tmp_path / "source", {"ada/a.zip": packed(tmp_path), "ada/scan.pdf": b"%PDF"})
    assert gather(tmp_path, tmp_path / "source").left == (
        "source: ada: has an archive and more (a.zip, scan.pdf); pack them into one by hand, as ada.zip",
    )


def test_far_too_many_files_are_listed(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "d.zip", {f"ada/{n}.py": b"" for n in range(1001)})
    assert gather(tmp_path, path).left == (
        "d.zip: ada: has 1,001 files, more than 1,000; pack what belongs to the exercise as ada.zip",
    )


def test_a_later_source_holds_the_later_attempt_and_grade_knows_the_names(tmp_path: Path) -> None:
    first = put_folder(tmp_path / "first", {"ada.zip": packed(tmp_path), "bob.zip": packed(tmp_path)})
    second = put_folder(
        tmp_path / "second", {"ada.zip": packed(tmp_path, OTHER), "bob.zip": packed(tmp_path)}
    )
    assert gather(tmp_path, first, second).names == ("ada-v1", "ada-v2", "team-1")
    assert (tmp_path / "in" / "ada-v2.zip").read_bytes() == packed(tmp_path, OTHER)
    paths = sorted((tmp_path / "in").iterdir())
    assert list(name_submissions(paths, ["ada", "bob", "team-1"]).values()) == ["ada-v1", "ada-v2", "team-1"]


def test_what_was_collected_can_be_collected_again(tmp_path: Path) -> None:
    put_folder(tmp_path / "a", {"ada-v2.zip": packed(tmp_path), "ada-v10.zip": packed(tmp_path, OTHER)})
    told = gather(tmp_path, tmp_path / "a")
    again = collect([tmp_path / "in"], tmp_path / "again", PEOPLE)
    assert told.names == again.names == ("ada-v1", "ada-v2")
    for name in told.names:
        assert (tmp_path / "in" / f"{name}.zip").read_bytes() == (
            tmp_path / "again" / f"{name}.zip"
        ).read_bytes()


def test_times_come_from_files_in_a_folder_or_from_the_list_and_never_from_a_download(tmp_path: Path) -> None:
    noon = datetime(2027, 1, 15, 12, tzinfo=UTC)
    path = put_zip(put_folder(tmp_path / "source", {}) / "ada.zip", EXERCISE)
    os.utime(path, (noon.timestamp(),) * 2)
    download = put_zip(tmp_path / "moodle.zip", moodle("Bob Özil_202", {"x.zip": packed(tmp_path)}))
    told = gather(tmp_path, tmp_path / "source", download)
    assert opened(tmp_path / "in" / "ada.zip").received_at == noon
    assert opened(tmp_path / "in" / "team-1.zip").received_at is None
    assert told.undated == ("team-1",)

    listing = tmp_path / "in.csv"
    assert told.listing == listing
    listing.write_text(
        listing.read_text("utf-8").replace("team-1,,", "team-1,2027-01-16T09:00:00+01:00,"), "utf-8"
    )
    collect([tmp_path / "source", download], tmp_path / "timed", PEOPLE, read_times(listing, PEOPLE))
    assert opened(tmp_path / "timed" / "team-1.zip").received_at == datetime(2027, 1, 16, 8, tzinfo=UTC)
    assert opened(tmp_path / "timed" / "ada.zip").received_at == noon


def test_a_time_that_no_calendar_has_is_not_known(tmp_path: Path) -> None:
    """Some file systems hold times of the year 11476; one such file must not end the collecting of all."""
    folder = put_folder(tmp_path / "d", below("ada", EXERCISE))
    os.utime(folder / "ada" / next(iter(EXERCISE)), (3e11, 3e11))
    if (folder / "ada" / next(iter(EXERCISE))).stat().st_mtime < 3e11:
        pytest.skip("this file system holds no such time")
    for file in (folder / "ada").rglob("*.py"):
        os.utime(file, (3e11, 3e11))
    assert gather(tmp_path, folder).names == ("ada",)


def test_the_list_says_where_everything_came_from(tmp_path: Path) -> None:
    download = put_zip(tmp_path / "s.zip", {"lovelaceadaking_LATE_101_9_=a-1.zip": packed(tmp_path)})
    told = gather(tmp_path, download)
    rows = list(csv.reader(told.listing.read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["submission", "received_at", "late", "source"],
        ["ada", "", "late", "s.zip: lovelaceadaking_LATE_101_9_=a-1.zip"],
    ]


def test_hostile_names_links_and_broken_entries_cost_only_their_own(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("bob/link")
    link.external_attr = 0o120777 << 16
    bomb = b"\0" * (8 << 20)
    path = put_zip(
        tmp_path / "d.zip",
        [
            ("../../etc/passwd", b"x"),
            (link, b"/etc/passwd"),
            ("cem/bomb.zip", bomb),
            *((f"ada/{name}", content) for name, content in EXERCISE.items()),
        ],
    )
    told = gather(tmp_path, path)
    assert told.names == ("ada",)
    assert told.left == (
        'd.zip: "../../etc/passwd": its name leads out of the download, or is far too long or deep',
        'd.zip: "bob/link": a link, not an ordinary file',
        'd.zip: "cem/bomb.zip": a bomb, not an ordinary file',
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.zip", "in", "in.csv"]


@pytest.mark.parametrize("as_zip", [True, False])
def test_one_students_deep_folders_odd_bytes_or_heap_of_files_stop_no_class(
    tmp_path: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.submission.limits.ENTRIES", 60)  # of one submission
    handed_in = {
        **below("ada", EXERCISE),
        **below("bob/" + 40 * "a/", EXERCISE),
        **{f"cem/{i}.txt": b"" for i in range(100)},
        **below("e17", {**EXERCISE, "generative/l\udcf6sung.py": b"x = 1\n"} if not as_zip else EXERCISE),
    }
    source = (put_zip if as_zip else put_folder)(tmp_path / ("d.zip" if as_zip else "d"), handed_in)
    told = gather(tmp_path, source)
    assert set(told.names) >= {"ada", "e17"}
    assert [s for s in told.left if "nested more than 32 deep" in s or "far too long or deep" in s]
    with zipfile.ZipFile(tmp_path / "in" / "e17.zip") as archive:
        assert ("generative/l?sung.py" in archive.namelist()) is not as_zip


def test_names_that_students_chose_act_neither_on_the_terminal_nor_in_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b]0;pwn\x07\x1b[2J\u202e\n"
    download = {
        f"Ada King Lovelace_12_assignsubmission_file_/{evil}.zip": b"x",
        "Ada King Lovelace_12_assignsubmission_file_/a.zip": b"x",
        f"{evil}Eve_14_assignsubmission_file_/x.py": b"x",
        f"bob/{evil}/../x.py": b"x",
        f"{evil}bob{evil}/x.py": b"x",
    }
    source, roster = put_zip(tmp_path / "d.zip", download), tmp_path / "roster.csv"
    roster.write_text("id,name\nada,Ada King Lovelace\nbob,Bob Byte\n")
    run([source], tmp_path / "in", roster, times=None, time_zone=None)
    told, listing = capsys.readouterr().out, (tmp_path / "in.csv").read_text("utf-8-sig")
    assert "Collected   1 submissions" in told
    assert "Not collected: 3" in told
    assert told.replace("\n", "").isprintable()
    assert listing.replace("\n", "").isprintable()


def test_a_file_that_is_there_twice_is_listed(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "d.zip", [("ada/x.py", b"1"), ("ada/x.py", b"2")])
    told = gather(tmp_path, path, people=PEOPLE[:2])
    assert told.left == ("d.zip: ada: holds x.py twice; keep one of them and pack it by hand",)


def test_an_archive_with_one_spoilt_entry_still_gives_the_others(tmp_path: Path) -> None:
    content = bytearray(
        put_zip(tmp_path / "x.zip", {"ada.zip": packed(tmp_path), "bob/y.py": b"y" * 99}).read_bytes()
    )
    content[content.index(b"ada.zip") + 60] ^= 0xFF
    (tmp_path / "spoilt.zip").write_bytes(content)
    told = gather(tmp_path, tmp_path / "spoilt.zip")
    assert told.names == ("team-1",)
    assert [sentence.partition("(")[0] for sentence in told.left] == ["spoilt.zip: ada.zip: cannot be read "]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere.zip", "nowhere.zip: cannot be read (No such file or directory). Check the path."),
        ("x.rar", "x.rar is neither a folder nor a .zip. Unpack it and give the folder."),
        (
            "broken.zip",
            "broken.zip is broken, or no download of a course tool (the .zip is broken (File is not a zip file)). "
            "Download it again, or give its folder.",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_named(
    tmp_path: Path, source: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.rar").write_bytes(b"Rar!")
    Path("broken.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(CollectError) as caught:
        gather(tmp_path, Path(source))
    assert str(caught.value) == message
    assert not (tmp_path / "in").exists()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    put_folder(tmp_path / "in", {"ada.zip": b"mine"})
    with pytest.raises(CollectError, match=r"in is not empty. Give a new folder\."):
        gather(tmp_path, put_folder(tmp_path / "source", {"ada/x.py": b""}))


@pytest.mark.parametrize("cell", ["yesterday", "2027-01-16T09:00:00"])
def test_a_time_without_zone_is_refused(tmp_path: Path, cell: str) -> None:
    (tmp_path / "times.csv").write_text(f"submission,received_at\nada,{cell}\n", "utf-8")
    with pytest.raises(
        CollectError, match=r"row 2: received_at .* is no time with zone; write one as in 2027-01"
    ):
        read_times(tmp_path / "times.csv", PEOPLE)


WORKSHEET = """\
Identifier,"Full name","Email address",Grade,"Last modified (submission)"
"Participant 201","Ada Lovelace",ada@example.org,,"Friday, 15 January 2027, 11:59 PM"
"Participant 202","Bob Özil",bob@example.org,,"Sunday, 27 June 2027, 12:05 AM"
"Participant 203","Cem Ünal",cem@example.org,,"Sunday, 27 June 2027, 01:05"
"Participant 204","Eve Doe",eve@example.org,,-
"""


def test_moodles_worksheet_says_when_in_the_zone_that_is_given(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(WORKSHEET, "utf-8")
    times = read_times(tmp_path / "w.csv", PEOPLE, "Europe/Berlin")
    assert {name: datetime.fromtimestamp(time, UTC) for name, time in times.items()} == {
        "ada": datetime(2027, 1, 15, 22, 59, tzinfo=UTC),  # winter: an hour before
        "team-1": datetime(2027, 6, 26, 23, 5, tzinfo=UTC),  # summer: two; the later one of its members
    }


@pytest.mark.parametrize(
    ("zone", "edit", "message"),
    [
        (
            None,
            ("", ""),
            "w.csv: Moodle's times have no zone. Give that of your Moodle profile, as --time-zone Europe/",
        ),
        ("CEST!", ("", ""), "--time-zone CEST!: unknown. Write it as continent and city, Europe/Berlin."),
        (
            "UTC",
            ("January", "Januar"),
            "w.csv, row 2: 'Friday, 15 Januar 2027, 11:59 PM' is no time as Moodle writes it",
        ),
    ],
)
def test_a_worksheet_whose_times_cannot_be_read_is_refused(
    tmp_path: Path, zone: str | None, edit: tuple[str, str], message: str
) -> None:
    (tmp_path / "w.csv").write_text(WORKSHEET.replace(*edit), "utf-8")
    with pytest.raises(CollectError, match=re.escape(message)):
        read_times(tmp_path / "w.csv", PEOPLE, zone)
