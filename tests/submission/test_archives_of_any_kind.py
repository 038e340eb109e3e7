"""Whatever bytes arrive: a submission or a SubmissionError, and what comes out obeys the rules."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError

from .packing import EXERCISE, GIVEN, below, opened, put_folder, put_tar, put_zip

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

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
    try:
        return opened(path).files
    except SubmissionError as error:
        return str(error)


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
