"""Cells of CSV files: text that a spreadsheet program would take for a formula, and scores.

A cell that begins with = + - @ (or tab, carriage return) is executed by Excel and LibreOffice; a leading
apostrophe makes it text. `unquoted(quoted(text)) == text` for every text.
Source: OWASP, "CSV Injection".
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")


def quoted(text: str) -> str:
    return "'" + text if _FORMULA.match(text) else text


def unquoted(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell


def decimal(value: float | None, places: int = 4) -> str:
    """A score, without zeros at its end; none is an empty cell, never 0."""
    return "" if value is None else f"{value:.{places}f}".rstrip("0").rstrip(".")
