"""What is dangerous or cannot be understood is refused, with a reason and the next step for the student."""

import gzip
import io
import os
import socket
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SubmissionError
from autograder.submission import limits
from autograder.submission.folder import read_folder
from autograder.submission.intake import Intake, Kind

from .packing import EXERCISE, opened, put_folder, put_tar, put_zip


def reason(path: Path) -> str:
    """What the student reads, without the words that all refusals share."""
    with pytest.raises(SubmissionError) as caught:
        opened(path)
    text = str(caught.value)
    assert text.startswith("The submission cannot be opened: ")
    assert text.endswith(" and submit again.")
    return text.removeprefix("The submission cannot be opened: ").removesuffix(" and submit again.")


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, target, size
    return made


def unix_entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (mode | 0o644) << 16
    return entry


@pytest.mark.parametrize(
    "name", ["../evil.py", "generative/../../evil.py", "..\\evil.py", "__pycache__/../../x"]
)
def test_names_that_lead_out(name: str, tmp_path: Path) -> None:
    shown = name.replace("\\", "/")
    expected = f'it holds "{shown}", a name that leads out of it. Pack the folder itself again'
    assert reason(put_zip(tmp_path / "x.zip", {**EXERCISE, name: b""})) == expected
    assert reason(put_tar(tmp_path / "x.tgz", {**EXERCISE, shown: b""})) == expected


@pytest.mark.parametrize("name", ["/etc/passwd", "C:\\evil.py", "C:evil.py"])
def test_absolute_names(name: str, tmp_path: Path) -> None:
    shown = name.replace("\\", "/")
    expected = f'it holds "{shown}", a name that begins at the root of a disk. Pack the folder itself again'
    assert reason(put_zip(tmp_path / "x.zip", {**EXERCISE, name: b""})) == expected
    assert reason(put_tar(tmp_path / "x.tgz", {**EXERCISE, shown: b""})) == expected


def test_links(tmp_path: Path) -> None:
    expected = '"generative/elbo.py" is a link. Put the file itself in its place'
    folder = put_folder(tmp_path / "x", {"generative/divergence.py": b""})
    (folder / "generative" / "elbo.py").symlink_to("/etc/passwd")
    assert reason(folder) == expected
    assert (
        reason(
            put_zip(tmp_path / "x.zip", [(unix_entry("generative/elbo.py", stat.S_IFLNK), b"/etc/passwd")])
        )
        == expected
    )
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        assert (
            reason(put_tar(tmp_path / "x.tgz", [member("generative/elbo.py", kind, "/etc/passwd")]))
            == expected
        )


def test_a_link_to_a_folder_and_a_link_as_submission(tmp_path: Path) -> None:
    folder = put_folder(tmp_path / "x", {"generative/divergence.py": b""})
    (folder / "more").symlink_to("/etc")
    (tmp_path / "link").symlink_to(folder)
    assert reason(folder) == '"more" is a link. Put the file itself in its place'
    assert reason(tmp_path / "link") == '"link" is a link. Hand in the file or folder itself'


def test_devices_pipes_and_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = '"generative/x.py" is a device, pipe or socket, not a file. Leave it out'
    for kind in (tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.GNUTYPE_SPARSE, b"V"):
        assert reason(put_tar(tmp_path / "x.tgz", [member("generative/x.py", kind)])) == expected
    assert (
        reason(put_zip(tmp_path / "x.zip", [(unix_entry("generative/x.py", stat.S_IFIFO), b"")])) == expected
    )
    pipe = put_folder(tmp_path / "pipe", {"generative/a.py": b""})
    os.mkfifo(pipe / "generative" / "x.py")
    assert reason(pipe) == expected
    sock = put_folder(tmp_path / "socket", {"generative/a.py": b""})
    monkeypatch.chdir(sock / "generative")  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("x.py")
        assert reason(sock) == expected


def test_a_pipe_as_submission_does_not_hold_the_grader_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.zip")
    assert (
        reason(tmp_path / "x.zip")
        == '"x.zip" is neither a folder nor a .zip or .tar.gz. Pack the exercise\'s folder'
    )


@pytest.mark.parametrize("name", ["bomb.bin", "generative/bomb.py"])
def test_a_bomb_by_ratio(name: str, tmp_path: Path) -> None:
    zeros = bytes(8 * limits.MiB)
    assert reason(put_zip(tmp_path / "x.zip", {**EXERCISE, name: zeros})) == (
        f'"{name}" unpacks to more than 200 times its packed size. Leave it out or make it smaller'
    )
    assert reason(put_tar(tmp_path / "x.tgz", {**EXERCISE, name: zeros})) == (
        '"the .tar.gz" unpacks to more than 200 times its packed size. Leave it out or make it smaller'
    )


def test_a_zip_that_declares_less_than_it_holds(tmp_path: Path) -> None:
    zeros = bytes(8 * limits.MiB)
    path = put_zip(tmp_path / "x.zip", {"generative/bomb.py": zeros})
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", len(zeros)), struct.pack("<I", 10)))
    assert (
        reason(path) == "the .zip is broken (Bad CRC-32 for file 'generative/bomb.py'). Pack the folder again"
    )


def test_sizes_are_counted_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOTAL_BYTES", 5 * limits.MiB)
    files = {f"generative/big{i}.py": os.urandom(2 * limits.MiB) for i in range(3)}
    expected = "its files are larger than 5 MB in all. Make them smaller"
    assert reason(put_folder(tmp_path / "x", files)) == expected
    assert reason(put_zip(tmp_path / "x.zip", files)) == expected
    assert reason(put_tar(tmp_path / "x.tgz", files)) == expected


def test_what_is_read_counts_whatever_was_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may grow while it is read."""
    monkeypatch.setattr(limits, "FILE_BYTES", limits.MiB)
    monkeypatch.setattr(limits, "TOTAL_BYTES", 3 * limits.MiB)
    intake = Intake()
    for i in range(2):
        intake.offer(f"log{i}.txt", Kind.FILE, 0, bytes)
    with pytest.raises(SubmissionError, match="its files are larger than 3 MB in all"):
        intake.offer("log2.txt", Kind.FILE, 0, bytes)
    assert (intake.files, intake.large) == ({}, {"log0.txt", "log1.txt"})


class Late(Intake):
    """Comes to every file when something else is written in it."""

    def __init__(self, folder: Path, content: bytes) -> None:
        super().__init__()
        self._folder, self._content = folder, content

    def offer(self, name: str, *entry: Any) -> None:
        (self._folder / name).write_bytes(self._content)
        super().offer(name, *entry)


def read_late(folder: Path, content: bytes) -> Late:
    """The intake of the folder, whose files hold this once they are read."""
    late = Late(folder, content)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        read_folder(descriptor, late)
    finally:
        os.close(descriptor)
    return late


def test_a_file_that_changes_its_size_after_it_was_listed_is_read_whole(tmp_path: Path) -> None:
    folder = put_folder(tmp_path, {"a.py": b"x = 1\n", "empty.py": b""})
    for content in (b"", b"x", b"x = 2\n", b"x = 20\n", os.urandom(limits.MiB)):
        assert read_late(folder, content).files == {"a.py": content, "empty.py": content}


def test_a_file_that_grows_after_it_was_listed_is_bounded_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte beyond the bound shows that it is too large: that is all that is read of it."""
    files, grown = {"a.py": b"", "b.py": b"x = 1\n"}, bytes(2 * limits.MiB)
    monkeypatch.setattr(limits, "FILE_BYTES", limits.MiB)
    monkeypatch.setattr(limits, "TOTAL_BYTES", 2 * (limits.MiB + 1))
    late = read_late(put_folder(tmp_path, files), grown)
    assert (late.files, late.large) == ({}, {"a.py", "b.py"})
    monkeypatch.setattr(limits, "TOTAL_BYTES", 2 * (limits.MiB + 1) - 1)
    with pytest.raises(SubmissionError, match="its files are larger than 2 MB in all"):
        read_late(put_folder(tmp_path, files), grown)


def test_a_small_file_of_a_folder_needs_little_memory(tmp_path: Path) -> None:
    folder = put_folder(tmp_path, EXERCISE)
    tracemalloc.start()
    try:
        opened(folder)
        assert tracemalloc.get_traced_memory()[1] < limits.MiB
    finally:
        tracemalloc.stop()


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", 10)
    monkeypatch.setattr(limits, "ENTRIES", 20)
    kept = {f"generative/f{i}.py": b"" for i in range(11)}
    names = {f"generative/f{i}.png": b"" for i in range(21)}
    for i, (files, expected) in enumerate(
        [
            (kept, "it has more than 10 files of code and text. Leave out what is no part of the exercise"),
            (names, "it has more than 20 files. Leave out what is no part of the exercise"),
        ]
    ):
        assert reason(put_folder(tmp_path / f"x{i}", files)) == expected
        assert reason(put_zip(tmp_path / "x.zip", files)) == expected
        assert reason(put_tar(tmp_path / "x.tgz", files)) == expected


def test_entries_that_share_their_bytes_are_counted_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D. Fifield's bomb (a better zip bomb, 2019): many entries of the table of contents lead to one packed file."""
    monkeypatch.setattr(limits, "TOTAL_BYTES", 3 * limits.MiB)
    path = put_zip(tmp_path / "x.zip", [(f"generative/a{i}.py", os.urandom(limits.MiB)) for i in range(2)])
    with zipfile.ZipFile(path, "a") as archive:
        kernel = archive.infolist()[0]
        for _ in range(20):
            archive.filelist.append(kernel)
        archive._didModify = True  # type: ignore[attr-defined]
    assert reason(path) == '"generative/a0.py" is in it twice. Keep one of them'


def test_a_zip_whose_table_of_contents_alone_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ZIP_DIRECTORY_BYTES", 200)
    assert reason(put_zip(tmp_path / "x.zip", EXERCISE)).startswith("it has more than 100,000 files. ")


def test_an_archive_that_is_itself_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", limits.MiB)
    path = put_zip(tmp_path / "x.zip", {"video.mp4": os.urandom(limits.MiB)})
    assert reason(path) == "it is larger than 1 MB. Leave out what is no part of the exercise"


def test_a_tar_that_unpacks_to_too_much_even_of_what_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", limits.MiB)
    path = put_tar(tmp_path / "x.tgz", {"data/set.bin": os.urandom(limits.MiB)})
    assert reason(path) == "it unpacks to more than 1 MB. Leave out what is no part of the exercise"


def test_a_tar_with_an_endless_name(tmp_path: Path) -> None:
    """A header extension is held in memory before anyone sees the name in it."""
    first = {"generative/a.py": os.urandom(limits.MiB)}
    for i, files in enumerate([{"n" * 2 * limits.MiB: b""}, {**first, "n" * 2 * limits.MiB: b""}]):
        path = put_tar(tmp_path / f"{i}.tgz", files)
        assert reason(path) == "the .tar.gz has a name that is far too long. Pack the folder again"


def test_a_tar_header_with_a_negative_size_ends(tmp_path: Path) -> None:
    with io.BytesIO() as raw, tarfile.open(fileobj=raw, mode="w") as archive:
        archive.addfile(member("generative/a.py", size=512), io.BytesIO(b"x" * 512))
        block = bytearray(raw.getvalue())
    block[124:136] = b"\xff" * 10 + struct.pack(">h", -1024)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    (tmp_path / "x.tgz").write_bytes(gzip.compress(bytes(block)))
    assert reason(tmp_path / "x.tgz").startswith("the .tar.gz is broken (")


@pytest.mark.parametrize(
    "kind", [tarfile.REGTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, b"Z"]
)
@pytest.mark.parametrize("size", [2**31, 2**60, 2**70])
def test_a_tar_that_announces_more_than_there_is_is_not_searched_for_it(
    kind: bytes, size: int, tmp_path: Path
) -> None:
    announced = member("generative/a.py", kind, size=size).tobuf(tarfile.GNU_FORMAT)
    path = tmp_path / "x.tgz"
    path.write_bytes(gzip.compress(announced + bytes(2 * tarfile.BLOCKSIZE)))
    assert reason(path)  # whichever comes first


def test_names_that_no_system_can_store(tmp_path: Path) -> None:
    name = "n" * 5000 + ".png"
    expected = f'it holds "{name[:40]}…{name[-39:]}", a name that is far too long. Pack the folder again'
    assert reason(put_zip(tmp_path / "x.zip", {**EXERCISE, name: b""})) == expected
    assert reason(put_tar(tmp_path / "x.tgz", {**EXERCISE, name: b""})) == expected


def test_names_that_are_too_long_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NAMES_CHARACTERS", 2000)
    many = {f"{i:0200}.png": b"" for i in range(12)}
    expected = "the names in it are far too long. Leave out what is no part of the exercise"
    assert reason(put_zip(tmp_path / "x.zip", {**EXERCISE, **many})) == expected


def test_more_python_than_every_sandbox_can_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CODE_BYTES", limits.MiB)
    half = b"#" * (limits.MiB // 2 + 1)
    path = put_zip(tmp_path / "x.zip", {**EXERCISE, "generative/a.py": half, "generative/b.py": half})
    assert reason(path) == "its Python files are larger than 1 MB in all. Leave data out of them"


def test_the_python_of_an_environment_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which folder is one may show in the last name of all."""
    monkeypatch.setattr(limits, "CODE_BYTES", limits.MiB)
    environment = {"mine/lib/python3.11/os.py": b"#" * 2 * limits.MiB, "mine/pyvenv.cfg": b""}
    assert opened(put_zip(tmp_path / "x.zip", {**EXERCISE, **environment})).files.keys() >= {
        "generative/elbo.py"
    }


def test_folders_nested_without_end(tmp_path: Path) -> None:
    name = "/".join(["d"] * 40) + "/x.py"
    for path in (put_folder(tmp_path / "x", {name: b""}), put_zip(tmp_path / "x.zip", {name: b""})):
        assert reason(path).startswith("its folders are nested more than 32 deep. ")


def test_the_same_name_twice(tmp_path: Path) -> None:
    twice = [("generative/elbo.py", b"1"), ("generative/elbo.py", b"2")]
    expected = '"generative/elbo.py" is in it twice. Keep one of them'
    assert reason(put_zip(tmp_path / "x.zip", twice)) == expected
    assert reason(put_tar(tmp_path / "x.tgz", [member(name) for name, _ in twice])) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("elbo.py", "ELBO.py"), ("gr\u00f6\u00dfe.py", "gro\u0308sse.py")],
    ids=["case", "composed and decomposed"],
)
def test_names_that_are_one_on_some_computers(one: str, other: str, tmp_path: Path) -> None:
    files = {f"generative/{one}": b"", f"generative/{other}": b""}
    text = reason(put_zip(tmp_path / "x.zip", files))
    assert (
        text
        == f'"generative/{one}" and "generative/{other}" are one name on some computers. Keep one of them'
    )


def test_a_zip_locked_by_a_password(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "x.zip", {"generative/elbo.py": b"x"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag in the entry …
    content[content.index(b"PK\x01\x02") + 8] |= 1  # … and in the table of contents
    path.write_bytes(content)
    assert reason(path) == "the .zip is locked by a password. Pack the folder again without one"


def test_a_zip_packed_by_a_method_that_needs_any_amount_of_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("generative/elbo.py", b"x" * 100)
    assert (
        reason(tmp_path / "x.zip")
        == "the .zip is packed by an unusual method. Pack the folder as an ordinary .zip"
    )


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_broken_archives(cut: float, tmp_path: Path) -> None:
    files = {"generative/elbo.py": os.urandom(5000)}
    for path in (put_zip(tmp_path / "x.zip", files), put_tar(tmp_path / "x.tar.gz", files)):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * cut)])
        kind = path.name.removeprefix("x")
        assert reason(path).startswith(f"the {kind} is broken (")
        assert reason(path).endswith("). Pack the folder again")


def test_a_damaged_tar_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    path = put_tar(tmp_path / "x.tgz", {"generative/elbo.py": b"", "generative/gan.py": os.urandom(5000)})
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF  # gzip's checksum
    path.write_bytes(content)
    assert reason(path).startswith(
        "the .tar.gz is broken (Error -3 while decompressing data: incorrect data check"
    )


def test_nothing_recognisable_inside(tmp_path: Path) -> None:
    expected = (
        "looked for a folder generative/ or a notebook, at the top and one folder down, and found {}. "
        "Pack the folder that holds generative/"
    )
    files = {"main.py": b"", "solution.zip": b"", "deep/er/generative/elbo.py": b""}
    assert reason(put_zip(tmp_path / "x.zip", files)) == expected.format('"deep", "main.py", "solution.zip"')
    assert reason(put_folder(tmp_path / "x", {"solution.zip": b""})) == expected.format('"solution.zip"')
    assert reason(put_zip(tmp_path / "empty.zip", {})) == expected.format("nothing")


def test_what_is_neither_folder_nor_archive(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7")
    assert reason(tmp_path / "notes.pdf").startswith('"notes.pdf" is neither a folder nor a .zip or .tar.gz.')
