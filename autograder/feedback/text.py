"""Text and numbers as a page shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any


def cut(text: str, characters: int) -> str:
    """At most so many characters; says how many are left out."""
    if len(text) <= characters:
        return text
    return f"{text[:characters]}… ({len(text) - characters} more characters)"


def number(value: Any) -> str:
    """A number of a result as text: seven digits, `inf` and `nan` as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.7g}"


def points(value: float | None) -> str:
    """Points as text: at most two decimals, a dash for none."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def signed(value: float) -> str:
    """What is added or taken away: `+2`, `−0.5`, `0`."""
    return ("+" if value > 0 else "−" if value < 0 else "") + points(abs(value))


def shape(sizes: Iterable[Any]) -> str:
    """A shape as torch writes it: `(2, 3)`, `(2,)`."""
    texts = [str(size) for size in sizes]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def moment(time: datetime) -> str:
    """A time as people write it, with its zone."""
    return f"{time.day} {time:%B %Y, %H:%M} {time.tzname()}"
