"""Drift is named by path and kind, with a short look at what differs."""

from autograder.authoring.compare import DIFF_LINES, LINE_WIDTH, Drift, compare


def test_equal_trees_do_not_drift() -> None:
    assert compare({"a": b"1"}, {"a": b"1"}) == []


def test_missing_extra_and_different_files_are_named_in_the_order_of_their_paths() -> None:
    drifts = compare({"b": b"1", "c": b"1\n2\n"}, {"a": b"", "c": b"1\n3\n"}, prefix="release/")
    diff = "--- from source\n+++ found\n@@ -1,3 +1,3 @@\n 1\n-2\n+3\n "
    assert drifts == [
        Drift("release/a", "extra"),
        Drift("release/b", "missing"),
        Drift("release/c", "different", diff),
    ]
    assert [str(drift) for drift in drifts] == [
        "release/a: extra",
        "release/b: missing",
        f"release/c: different\n{diff}",
    ]


def test_other_line_ends_are_visible() -> None:
    (drift,) = compare({"a": b"1\n"}, {"a": b"1\r\n"})
    assert "-1\n+1\\r" in drift.diff


def test_a_binary_file_is_named_without_a_diff() -> None:
    assert compare({"a": b"\xff"}, {"a": b"\xfe"}) == [Drift("a", "different")]


def test_a_long_diff_is_cut() -> None:
    (drift,) = compare({"a": b"\n".join([b"x" * 1000] * 100)}, {"a": b""})
    lines = drift.diff.split("\n")
    assert len(lines) == DIFF_LINES + 1
    assert lines[-1] == "… 84 more lines"
    assert max(map(len, lines)) == LINE_WIDTH
