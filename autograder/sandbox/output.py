"""What student code prints, and any other text of its making, fit for a person's eyes."""

import unicodedata
from typing import Any

from autograder.sandbox.wire import WireError

# Characters that reorder or hide text: a message must read as it is.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


class Tail:
    """The last bytes of a stream, and how many there were."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._bytes = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        self.total += len(data)
        self._bytes += data
        del self._bytes[: -self._kept or None]

    def text(self) -> str:
        return clean(self._bytes.decode(errors="replace"))


def clean(text: str) -> str:
    """Without control, formatting and reordering characters; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)


DEPTH = 32


def presentable(value: Any, depth: int = DEPTH) -> Any:
    """JSON of a sandbox with every text in it cleaned; WireError for what no program of ours would send.

    That is a number of more than 64 bits, and more than `depth` lists inside each other.
    """
    if depth == 0:
        raise WireError("values that are nested too deeply")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): presentable(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [presentable(item, depth - 1) for item in value]
    if isinstance(value, int) and abs(value) >= 2**64:
        raise WireError("a number of more than 64 bits")
    return value


def one_line(text: str, characters: int) -> str:
    """`text` cleaned, on one line, cut to a length."""
    line = " ".join(clean(text).split())
    return line if len(line) <= characters else line[: characters - 1] + "…"
