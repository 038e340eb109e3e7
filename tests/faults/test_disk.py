"""A full disk, a folder that cannot be written to, no shared memory, no home: a sentence or the marks, never less marks."""

from pathlib import Path

import pytest

from autograder.errors import AutograderError, SandboxError
from autograder.results.pictures import Drawn, read_pictures, write_pictures
from autograder.results.store import read_result
from autograder.sandbox.process import ZygoteProcess
from autograder.spec.seeds import course_key
from tests.commands.course import SOLVED
from tests.faults.machine import assert_a_sentence, assert_nothing_is_half_written, on_machine
from tests.submission.packing import put_folder


def test_a_full_disk_ends_the_run_with_a_sentence_and_resume_goes_on(course: Path, tmp_path: Path) -> None:
    """The first result has room, the second has not; then the disk grows. The folder is looked at from inside."""
    out, kept = tmp_path / "out", tmp_path / "kept"
    for folder in (out, kept):
        folder.mkdir()
    words = " ".join(str(put_folder(tmp_path / name, SOLVED)) for name in ("ada", "bob", "eve"))
    done = on_machine(
        f"""
        mount -t tmpfs -o size=8m none {out}
        dd if=/dev/zero of={out}/ballast bs=1k count=$((8192 - 300)) status=none
        $GRADE {words} --no-training --out {out} > /dev/null
        echo "exit $?" >&2
        cp -r {out} {kept}/full
        rm {out}/ballast
        $GRADE {words} --no-training --resume --out {out} > /dev/null
        echo "exit $?" >&2
        cp -r {out} {kept}/after
        """,
        cwd=course,
    )
    assert_a_sentence(done.stderr)
    full, _, after = done.stderr.partition("exit 3\n")
    assert "autograder: the machine failed: " in full, done.stderr
    assert "No space left on device. Free space on that disk, then run the same command again; " in full
    assert full.rstrip().endswith("`autograder grade --resume` goes on from there.")
    assert after.rstrip().endswith("exit 0")
    assert_nothing_is_half_written(
        kept / "full" / "out" if (kept / "full" / "out").exists() else kept / "full"
    )
    assert_nothing_is_half_written(kept / "after")
    for name in ("ada", "bob", "eve"):
        assert read_result(kept / "after" / name / "result.json").score == 55


def test_a_file_larger_than_the_system_allows_is_the_machines_fault(course: Path, tmp_path: Path) -> None:
    """`ulimit -f`: everybody can set it, and quotas fail in the same way."""
    done = on_machine(
        f"ulimit -f 16; $GRADE {put_folder(tmp_path / 'ada', SOLVED)} --no-training --out {tmp_path / 'out'}",
        cwd=course,
    )
    assert_a_sentence(done.stderr)
    assert done.returncode == 3, done.stderr
    assert "File too large. Raise the limit on the size of files (`ulimit -f`), then run" in done.stderr
    assert_nothing_is_half_written(tmp_path / "out")


def test_without_shared_memory_home_or_temporary_folder_of_its_own_marks_are_as_ever(
    course: Path, tmp_path: Path
) -> None:
    folder, out = put_folder(tmp_path / "ada", SOLVED), tmp_path / "out"
    (tmp_path / "home").mkdir()
    done = on_machine(
        f"""
        mount -t tmpfs -o ro none {tmp_path}/home
        umount /dev/shm 2> /dev/null
        mount -t tmpfs -o ro,size=4k none /dev/shm
        $GRADE {folder} --data embedded --out {out}
        """,
        cwd=course,
        HOME=str(tmp_path / "home"),
        TMPDIR=str(tmp_path / "absent"),
    )
    assert done.returncode == 0, done.stderr
    assert_a_sentence(done.stderr)
    assert read_result(out / "ada" / "result.json").score == 65


def test_an_output_folder_that_cannot_be_written_to_is_named(course: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    done = on_machine(
        f"""
        mount -t tmpfs -o ro none {tmp_path}/out
        $GRADE {put_folder(tmp_path / "ada", SOLVED)} --no-training --out {tmp_path}/out
        """,
        cwd=course,
    )
    assert (done.returncode, done.stderr) == (
        3,
        f"autograder: the machine failed: {tmp_path}/out/.lock: Read-only file system. Choose a folder that can be written "
        "to, then run the same command again; what is graded so far stands, and `autograder grade --resume` goes on from "
        "there.\n",
    )


def test_without_any_temporary_folder_nothing_starts_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(SandboxError, match=r"the zygote did not start: .*No such file.*autograder doctor"):
        ZygoteProcess({"device": "cpu"})


def test_a_course_key_that_cannot_be_made_is_not_told_to_be_removed(tmp_path: Path) -> None:
    with pytest.raises(AutograderError) as caught:
        course_key(tmp_path / "absent")
    assert str(caught.value) == (
        f"the course key {tmp_path}/absent/.course-key cannot be made (No such file or directory). Make room for it there, "
        "or name another file in $AUTOGRADER_COURSE_KEY."
    )


def test_pictures_that_are_listed_are_there_whenever_writing_is_cut_short(tmp_path: Path) -> None:
    first = [Drawn("9-1a", [("a", b"png a"), ("b", b"png b")], [])]
    write_pictures(tmp_path, first)

    def interrupted() -> object:
        yield first[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_pictures(tmp_path, interrupted())  # type: ignore[arg-type]
    listed = read_pictures(tmp_path)
    assert all((tmp_path / page.file).exists() for page in listed["9-1a"].pages)
    write_pictures(tmp_path, [Drawn("9-1a", [("a", b"png a")], [])])
    assert [path.name for path in (tmp_path / "written").iterdir()] == ["9-1a-1.png"]
    write_pictures(tmp_path, [])
    assert not (tmp_path / "written").exists()
