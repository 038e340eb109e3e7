"""Seeds: secret, the same on every regrade, another one for every submission."""

import stat
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.spec.seeds import KEY_VARIABLE, course_key, seed_id, submission_seed


@pytest.fixture(autouse=True)
def _no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = course_key(tmp_path)
    assert course_key(tmp_path) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / ".course-key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [".course-key"]


def test_another_place_for_the_key_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("ab" * 32)
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    assert course_key(tmp_path / "elsewhere") == b"\xab" * 32


@pytest.mark.parametrize("content", ["", "no hex", "ab"])
def test_an_unusable_key_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / ".course-key").write_text(content)
    with pytest.raises(AutograderError, match="Remove the file to make a new key"):
        course_key(tmp_path)


def test_every_part_changes_the_seed_and_the_id_gives_nothing_away() -> None:
    seeds = {submission_seed(k, s, e) for k in (b"k" * 32, b"l" * 32) for s in ("a", "b") for e in ("x", "y")}
    assert len(seeds) == 8
    assert submission_seed(b"k", "ab", "c") != submission_seed(b"k", "a", "bc")
    for seed in seeds:
        assert seed_id(seed) not in seed.hex()
