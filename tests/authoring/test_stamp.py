"""The package that students get names the sheet that it belongs to."""

import pytest

from autograder.authoring.stamp import stamp_sheet
from autograder.errors import AuthoringError


def test_the_version_replaces_what_stood_there_and_nothing_else_changes() -> None:
    content = b'"""Doc."""\r\n\r\nSHEET = "old"  # stamped\r\nOTHER = "old"\r\n'
    assert stamp_sheet(content, "i.py", "2026.1-b") == content.replace(
        b'SHEET = "old"', b'SHEET = "2026.1-b"'
    )


@pytest.mark.parametrize("content", [b"", b'SHEET = "1"\nSHEET = "2"\n', b"SHEET = None\n"])
def test_the_line_must_stand_there_exactly_once(content: bytes) -> None:
    with pytest.raises(
        AuthoringError, match=r'^i\.py: [02] lines of the form SHEET = "…"\. Write exactly one\.$'
    ):
        stamp_sheet(content, "i.py", "1")


@pytest.mark.parametrize("version", ["", '1"; import os; "', "a\nb", "ü"])
def test_a_version_that_is_no_plain_word_is_refused(version: str) -> None:
    with pytest.raises(AuthoringError, match=r"^grading\.yml: sheet_version .* Rename it\.$"):
        stamp_sheet(b'SHEET = "1"\n', "i.py", version)
