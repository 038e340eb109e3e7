"""What student code prints, and any other text of its making, fit for a person's eyes."""

import unicodedata

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
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)


def one_line(text: str, characters: int) -> str:
    """`text` cleaned, on one line, cut to a length."""
    line = " ".join(clean(text).split())
    return line if len(line) <= characters else line[: characters - 1] + "…"
