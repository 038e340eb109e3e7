"""Whatever bytes arrive: a submission or a SubmissionError, and what comes out obeys the rules."""

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.submission import limits
from autograder.submission.intake import Intake, checked

from .packing import EXERCISE, GIVEN, below, opened, put_folder, put_tar, put_zip

quick = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

parts = st.sampled_from(
    ["generative", "elbo.py", "ELBO.py", "..", ".", "", "/", "C:", "ö.py", "a\\b.py", "data", "x.png"]
)
names = st.lists(parts, min_size=1, max_size=4).map("/".join).filter(bool) | st.text(
    min_size=1, max_size=20
).filter(lambda name: "\0" not in name)
plain = st.dictionaries(
    st.from_regex(r"generative/[a-z]{1,8}\.py", fullmatch=True),
    st.binary(max_size=200),
    min_size=1,
    max_size=5,
)


def files_or_reason(path: Path) -> Mapping[str, bytes] | str:
    """What comes out; every text for a person can be stored and shown."""
    texts: tuple[str, ...]
    outcome: Mapping[str, bytes] | str
    try:
        submission = opened(path)
        outcome, texts = submission.files, (*submission.notes, *submission.ignored)
    except SubmissionError as error:
        outcome, texts = str(error), (str(error),)
    assert all(text and text.isprintable() and text.encode() for text in texts)
    return outcome


@quick
@given(files=st.dictionaries(names, st.binary(max_size=50), max_size=6))
def test_names_that_come_out_are_plain_relative_and_distinct(files: dict[str, bytes], tmp_path: Path) -> None:
    for put, name in ((put_zip, "x.zip"), (put_tar, "x.tgz")):
        kept_files = files_or_reason(put(tmp_path / name, {**EXERCISE, **files}))
        if isinstance(kept_files, str):
            assert kept_files.endswith(" and submit again.")
            continue
        for kept in kept_files:
            assert kept.isascii()
            assert kept.isprintable()
            assert not kept.startswith("/")
            assert not {"", ".", "..", "data"} & set(kept.split("/"))
        assert len({kept.casefold() for kept in kept_files}) == len(kept_files)


@quick
@given(files=plain)
def test_any_exercise_is_the_same_in_every_form(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forms")
    submissions = [
        opened(put_folder(folder / "x", files)),
        opened(put_zip(folder / "x.zip", files)),
        opened(put_zip(folder / "down.zip", below("me", files))),
        opened(put_tar(folder / "x.tgz", files)),
    ]
    assert len({submission.sha256 for submission in submissions}) == 1
    assert all(submission.files == {**files, **GIVEN} for submission in submissions)


@quick
@given(
    start=st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\x00", b""]),
    rest=st.binary(max_size=300),
)
def test_noise_is_refused(start: bytes, rest: bytes, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(start + rest)
    with pytest.raises(SubmissionError):
        opened(tmp_path / "noise")


@quick
@given(data=st.data())
def test_an_archive_with_flipped_bytes_is_opened_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    for put, name in ((put_zip, "x.zip"), (put_tar, "x.tgz")):
        path = put(tmp_path / name, EXERCISE)
        content = bytearray(path.read_bytes())
        for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
            content[position] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        files = files_or_reason(path)
        assert (
            files.endswith(" and submit again.") if isinstance(files, str) else files.keys() >= GIVEN.keys()
        )


KINDS = {
    "file": (tarfile.REGTYPE, stat.S_IFREG),
    "folder": (tarfile.DIRTYPE, stat.S_IFDIR),
    "link": (tarfile.SYMTYPE, stat.S_IFLNK),
    "hard link": (tarfile.LNKTYPE, stat.S_IFLNK),
    "pipe": (tarfile.FIFOTYPE, stat.S_IFIFO),
    "device": (tarfile.CHRTYPE, stat.S_IFCHR),
    "sparse": (tarfile.GNUTYPE_SPARSE, stat.S_IFSOCK),
}
entries = st.lists(
    st.tuples(
        names
        | st.sampled_from(
            ["generative/\udcf6.py", "written/\u202e9-1a.pdf", "dl/pyvenv.cfg", "dl/bin/python"]
        ),
        st.sampled_from(sorted(KINDS)),
        st.binary(max_size=40),
    ),
    max_size=8,
)


def packed_tar(path: Path, made: list[tuple[str, str, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, kind, content in made:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = KINDS[kind][0], "../../etc/passwd"
            member.size = len(content) if kind == "file" else 0
            archive.addfile(member, io.BytesIO(content))
    return path


def packed_zip(path: Path, made: list[tuple[str, str, bytes]]) -> Path:
    pairs = []
    for name, kind, content in made:
        entry = zipfile.ZipInfo(name.encode("utf-8", "replace").decode())
        entry.external_attr = (KINDS[kind][1] | 0o644) << 16
        pairs.append((entry, content))
    return put_zip(path, pairs)


@quick
@given(made=entries, order=st.booleans())
def test_entries_of_any_kind_keep_to_the_rules_and_touch_no_disk(
    made: list[tuple[str, str, bytes]], order: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nothing that is not a plain file comes out, wherever in the archive it stands; nothing is unpacked."""
    folder = tmp_path_factory.mktemp("any")
    honest = [(name, "file", content) for name, content in EXERCISE.items()]
    every = made + honest if order else honest + made
    for archive in (packed_tar(folder / "x.tgz", every), packed_zip(folder / "x.zip", every)):
        files = files_or_reason(archive)
        if isinstance(files, str):
            continue
        assert files.items() >= {**EXERCISE, **GIVEN}.items()
        assert {files[name] for name in files.keys() - GIVEN.keys()} <= {
            c for _, k, c in every if k == "file"
        }
        for name, kind, _ in made:
            unread = (
                name.startswith("dl/")
                or name.endswith("/")
                or Intake().is_junk(path := checked(name))
                or not path
            )
            assert kind in ("file", "folder") or unread
    assert sorted(path.name for path in folder.iterdir()) == ["x.tgz", "x.zip"]


@quick
@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=12))
def test_kept_bytes_never_exceed_the_bounds(
    sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sizes")
    files = {f"generative/f{i}.py": os.urandom(size) for i, size in enumerate(sizes)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "FILE_BYTES", 2000)
        patch.setattr(limits, "TOTAL_BYTES", 6000)
        outcomes = [
            files_or_reason(put(folder / name, files))
            for put, name in ((put_folder, "x"), (put_zip, "x.zip"), (put_tar, "x.tgz"))
        ]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    small = {name: content for name, content in files.items() if len(content) <= 2000}
    if sum(map(len, small.values())) > 6000:
        assert isinstance(outcomes[0], str)
    elif small:
        assert outcomes[0] == {**small, **GIVEN}
