"""Text of other people's making, fit to be read: on a page, in a spreadsheet, on a terminal."""

import re
import unicodedata
from typing import Any

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]?)")
# Control characters; what reorders, joins or hides text; halves of characters; private and unknown characters.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS = frozenset({"Zl", "Zp"})  # which some programs put into what people copy
_STACKED = frozenset({"Mn", "Me"})  # accents, and signs around a letter
_STACK = 4  # on one letter: Vietnamese has two, Hebrew of old texts three or four


def clean(text: str) -> str:
    """Text without terminal colours, control characters, marks that reorder or hide what is read, and piles of accents."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    stacked = 0
    for character in _ANSI.sub("", text):
        category = unicodedata.category(character)
        if category in _HIDDEN and character not in "\n\t":
            continue
        stacked = stacked + 1 if category in _STACKED else 0
        if stacked <= _STACK:
            kept.append("\n" if category in _LINE_ENDS else character)
    return "".join(kept)


def clean_line(text: str) -> str:
    """The same on one line, for names."""
    return re.sub(r"[\n\t]", " ", clean(text))


def is_clean_json(line: str) -> bool:
    """Whether `cleaned` would change nothing, told at a glance; False also where that takes a closer look.

    (A backslash may stand for a character that JSON does not show.)
    """
    return (
        line.isprintable() and "\\" not in line and _STACKED.isdisjoint(map(unicodedata.category, set(line)))
    )


def cleaned(value: Any) -> Any:
    """JSON with every text in it clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value
