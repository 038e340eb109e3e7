"""What an archive says of itself, and how it is packed, costs the grader little: it is read in one pass, or refused."""

import gzip
import io
import struct
import tarfile
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from autograder.submission import limits
from autograder.submission.tarheaders import padded

from .packing import EXERCISE, GIVEN, opened, put_tar
from .test_refusals import reason

TOO_LONG = "the .tar.gz has a name that is far too long. Pack the folder again"
TOO_MUCH = "the .tar.gz says too much about its files. Leave out what is no part of the exercise"


def exercise() -> bytes:
    """A tar of the exercise without the blocks at its end."""
    with io.BytesIO() as raw:
        with tarfile.open(fileobj=raw, mode="w") as archive:
            for name, content in EXERCISE.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        content = raw.getvalue().rstrip(b"\0")
    return content.ljust(padded(len(content)), b"\0")


def header(content: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """A header about the header that follows."""
    member = tarfile.TarInfo("pax")
    member.type, member.size = kind, len(content)
    return member.tobuf(tarfile.USTAR_FORMAT) + content.ljust(padded(len(content)), b"\0")


def record(key: bytes, value: bytes) -> bytes:
    rest = b" " + key + b"=" + value + b"\n"
    length = next(n for n in range(len(rest), len(rest) + 9) if len(str(n)) + len(rest) == n)
    return str(length).encode() + rest


def packed(path: Path, parts: Iterable[bytes]) -> Path:
    path.write_bytes(gzip.compress(b"".join([*parts, exercise(), bytes(2 * tarfile.BLOCKSIZE)]), 1))
    return path


def empty_file(name: str) -> bytes:
    return tarfile.TarInfo(name).tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize(
    "content",
    [
        b"99999999999999999999 a=b\n",
        b"9" * 5000 + b" a=b\n",
        b"0 a=b\n",
        b"7 a=bcd\n",
        b"5 a=\n-5 b=\n",
        "\u0661 a=b\n".encode(),
        b"no number",
        b"\0" * 20,
        record(b"size", b"-512"),
        record(b"size", b"9" * 5000),
    ],
    ids=range(10),
)
def test_a_pax_header_with_impossible_numbers_is_a_broken_archive(content: bytes, tmp_path: Path) -> None:
    path = packed(tmp_path / "x.tgz", [header(content), empty_file("x.txt")])
    assert reason(path).startswith("the .tar.gz is broken (")


def never(*given: object) -> None:
    raise AssertionError("what takes so long is asked")


def test_a_pax_header_of_digits_is_not_searched_in_quadratic_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CVE-2024-6232: it is `tarfile`'s own reader of such headers that does."""
    monkeypatch.setattr(tarfile.TarInfo, "_proc_pax", never)
    digits = b"9" * (limits.TAR_HEADER_BYTES - 100)
    path = packed(tmp_path / "x.tgz", [header(record(b"comment", digits)), empty_file("x.txt")])
    assert "x.txt" in opened(path).files
    assert reason(packed(path, [header(record(b"comment", 2 * digits)), empty_file("x.txt")])) == TOO_LONG


def test_headers_for_all_files_are_not_gathered(tmp_path: Path) -> None:
    parts = []
    for start in range(0, 100_000, 5000):
        records = b"".join(record(b"%x" % number, b"") for number in range(start, start + 5000))
        parts += [header(records, tarfile.XGLTYPE), empty_file("x.png")]
    path = packed(tmp_path / "x.tgz", parts)
    held = len(path.read_bytes())
    tracemalloc.start()
    try:
        assert opened(path).files == {**EXERCISE, **GIVEN}
        assert tracemalloc.get_traced_memory()[1] < limits.MiB + held
    finally:
        tracemalloc.stop()


def test_what_stands_before_all_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [header(record(b"a", b"")), empty_file("x.png")] * 20
    monkeypatch.setattr(limits, "TAR_RECORDS", 20)
    monkeypatch.setattr(limits, "TAR_HEADERS_BYTES", 20 * 2 * tarfile.BLOCKSIZE)
    assert opened(packed(tmp_path / "x.tgz", parts)).files == {**EXERCISE, **GIVEN}
    for name, most in (("TAR_RECORDS", 19), ("TAR_HEADERS_BYTES", 20 * 2 * tarfile.BLOCKSIZE - 1)):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, most)
            assert reason(packed(tmp_path / "x.tgz", parts)) == TOO_MUCH


def test_the_same_record_many_times_counts_as_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TAR_RECORDS", 99)
    path = packed(tmp_path / "x.tgz", [header(100 * record(b"a", b"")), empty_file("x.txt")])
    assert reason(path) == TOO_MUCH


def test_headers_before_headers_without_end_need_no_stack(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.tgz", [header(record(b"a", b"b"))] * 5000)
    assert opened(path).files == {**EXERCISE, **GIVEN}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_of_tar_gives_the_same_files(form: int, tmp_path: Path) -> None:
    files = {**EXERCISE, "generative/" + "long/" * 25 + "n" * 90 + ".py": b"1\n" * 700, "e.txt": b"x" * 512}
    with tarfile.open(tmp_path / "x.tgz", "w:gz", format=form, pax_headers={"comment": "ab12"}) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uname = len(content), 1.5, "ä" * 12
            archive.addfile(member, io.BytesIO(content))
    assert opened(tmp_path / "x.tgz").files == {**files, **GIVEN}


def test_a_sparse_file_of_any_form_is_no_file(tmp_path: Path) -> None:
    expected = '"generative/x.py" is a device, pipe or socket, not a file. Leave it out'
    for said in ([(b"major", b"1"), (b"name", b"generative/x.py")], [(b"map", b"1,2")]):
        pax = b"".join(record(b"GNU.sparse." + key, value) for key, value in said)
        path = packed(tmp_path / "x.tgz", [header(pax), empty_file("generative/x.py")])
        assert reason(path) == expected


def test_empty_members_of_a_gz_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put_tar(tmp_path / "x.tgz", EXERCISE)
    path.write_bytes(path.read_bytes() + 99 * gzip.compress(b""))
    monkeypatch.setattr(limits, "GZIP_MEMBERS", 100)
    assert opened(path).files == {**EXERCISE, **GIVEN}
    monkeypatch.setattr(limits, "GZIP_MEMBERS", 99)
    assert reason(path) == "the .tar.gz is packed in too many pieces. Pack the folder again"


def test_a_long_name_in_the_header_of_a_gz_is_not_read_byte_by_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python's own `gzip` does."""
    path = put_tar(tmp_path / "x.tgz", EXERCISE)
    content = gzip.compress(gzip.decompress(path.read_bytes()))
    path.write_bytes(content[:3] + b"\x08" + content[4:10] + b"n" * 8 * limits.MiB + b"\0" + content[10:])
    monkeypatch.setattr(gzip, "_read_gzip_header", never)
    monkeypatch.setattr(gzip, "GzipFile", never)
    assert opened(path).files == {**EXERCISE, **GIVEN}


def test_a_gz_in_pieces_and_with_its_last_block_filled_up_is_whole(tmp_path: Path) -> None:
    path = put_tar(tmp_path / "x.tgz", EXERCISE)
    raw = gzip.decompress(path.read_bytes())
    pieces = [gzip.compress(raw[start : start + 1000]) for start in range(0, len(raw), 1000)]
    for filled in (b"", bytes(10_000)):
        path.write_bytes(filled.join(pieces) + filled)
        assert opened(path).files == {**EXERCISE, **GIVEN}
    path.write_bytes(b"".join(pieces) + b"something else")
    assert reason(path).startswith("the .tar.gz is broken (")


@pytest.mark.parametrize("place", [2**63, 2**64 - 1])
def test_a_zip_with_a_file_beyond_every_end_is_broken(place: int, tmp_path: Path) -> None:
    with io.BytesIO() as raw:
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr("generative/a.py", "x")
        content = bytearray(raw.getvalue())
    entry, end = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, place)
    struct.pack_into("<I", content, entry + 42, 2**32 - 1)
    struct.pack_into("<H", content, entry + 30, len(extra))
    struct.pack_into("<I", content, end + 12, end - entry + len(extra))
    content[end:end] = extra
    (tmp_path / "x.zip").write_bytes(content)
    assert reason(tmp_path / "x.zip").startswith("the .zip is broken (")


def test_what_a_decoder_says_of_a_broken_archive_is_cut(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("generative/" + "n" * 1000 + ".py", "x")
    content = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(content.replace(b"n", b"m", 1))
    assert reason(tmp_path / "x.zip").startswith("the .zip is broken (File name in directory")
    assert len(reason(tmp_path / "x.zip")) < 300


def test_a_row_of_accents_in_a_name_is_not_put_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes the square of its length: 4,000 of them in each of 4,000 names held a class run for minutes."""
    lengths = []
    normalize = unicodedata.normalize

    def seen(form: str, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", seen)
    accents = "\u0301\u0323" * 2000
    odd = {f"ex/n{i}{accents}.py": b"" for i in range(30)}
    submission = opened(
        put_tar(tmp_path / "x.tar.gz", {**{f"ex/{k}": v for k, v in EXERCISE.items()}, **odd})
    )
    assert set(EXERCISE) <= set(submission.files)
    assert max(lengths) <= limits.NAME_CHARACTERS
