"""Text of other people's making, fit to be read: on a page, in a spreadsheet, on a terminal."""

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]?)")
# C0 and C1 but tab and newline; marks that reorder text (bidi); lone surrogates; byte order mark.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def clean(text: str) -> str:
    """Text without terminal colours, control characters and marks that reorder what is read."""
    return _INVISIBLE.sub("", _ANSI.sub("", text))


def clean_line(text: str) -> str:
    """The same on one line, for names."""
    return re.sub(r"[\n\t]", " ", clean(text))
