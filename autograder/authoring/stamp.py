"""The version of the exercise sheet in the package that students get."""

import re

from autograder.errors import AuthoringError

SHEET = re.compile(rb'^SHEET = "[^"\n]*"', re.MULTILINE)


def stamp_sheet(content: bytes, path: str, sheet_version: str) -> bytes:
    """`SHEET = "…"` with the given version. Raises AuthoringError unless the line stands there exactly once."""
    if not re.fullmatch(r"[\w.+-]+", sheet_version, re.ASCII):
        raise AuthoringError(
            f'grading.yml: sheet_version {sheet_version!r} must consist of letters, digits and ". + - _". Rename it.'
        )
    stamped, count = SHEET.subn(f'SHEET = "{sheet_version}"'.encode(), content)
    if count != 1:
        raise AuthoringError(f'{path}: {count} lines of the form SHEET = "…". Write exactly one.')
    return stamped
