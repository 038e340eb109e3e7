"""Cells of CSV files: text that a spreadsheet program would take for a formula, and scores.

A cell that begins with = + - @ (in full width too, or after blanks), a tab or an end of line may be executed by Excel and
LibreOffice; a leading apostrophe makes it text. `unquoted(quoted(text)) == text` for every text.
Source: OWASP, "CSV Injection".
"""

import re
from decimal import ROUND_HALF_UP, Decimal

_START = r"(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"
_FORMULA = re.compile("'*" + _START)
_QUOTED = re.compile("'+" + _START)


def quoted(text: str) -> str:
    return "'" + text if _FORMULA.match(text) else text


def unquoted(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell


def decimal(value: float | None, places: int = 4) -> str:
    """A score, halves rounded up, without zeros at its end; none is an empty cell, never 0."""
    if value is None:
        return ""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".")
