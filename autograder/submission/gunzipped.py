"""The bytes inside a .gz, bounded while they are unpacked.

Python's own `gzip` reads the names in a header byte by byte, and passes over empty members without end. zlib knows the
format itself, at the speed at which it unpacks.
"""

from __future__ import annotations

import io
import zlib
from typing import IO, TYPE_CHECKING

from autograder.submission import limits
from autograder.submission.intake import bomb, refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 16
GZIP_FORMAT = zlib.MAX_WBITS | 16


def gunzipped(packed: IO[bytes]) -> io.BufferedReader:
    """What is packed in the stream, to be read once; zlib.error or EOFError while reading if it is broken."""
    return io.BufferedReader(_Gunzipped(packed), CHUNK)


class _Gunzipped(io.RawIOBase):
    """One member after the other; unpacked bytes are counted against the packed ones that they came from."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._file = packed
        self._packed = b""  # read and not unpacked yet
        self._member: zlib._Decompress | None = None
        self._members = self._taken = self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer)
        content = self._some(len(room))
        room[: len(content)] = content
        self._given += len(content)
        if self._given > limits.UNPACKED_BYTES:
            raise refusal(
                f"it unpacks to more than {limits.UNPACKED_BYTES // limits.MiB} MB",
                "Leave out what is no part of the exercise",
            )
        if self._given > limits.RATIO_FROM and self._given > limits.RATIO * self._taken:
            raise bomb("the .tar.gz")
        return len(content)

    def _some(self, most: int) -> bytes:
        """At least a byte; none at the end."""
        while (member := self._member or self._next_member()) is not None:
            is_more = self._fill()
            content = member.decompress(self._packed, most)
            self._packed = member.unused_data if member.eof else member.unconsumed_tail
            self._member = None if member.eof else member
            if content:
                return content
            if not (is_more or member.eof):
                raise EOFError("it ends too early")
        return b""

    def _next_member(self) -> zlib._Decompress | None:
        while self._fill():
            self._packed = self._packed.lstrip(b"\0")  # some tools fill the last block of a file or tape
            if self._packed:
                self._members += 1
                if self._members > limits.GZIP_MEMBERS:
                    raise refusal("the .tar.gz is packed in too many pieces", "Pack the folder again")
                return zlib.decompressobj(GZIP_FORMAT)
        return None

    def _fill(self) -> bool:
        """Whether there are packed bytes."""
        if not self._packed:
            self._packed = self._file.read(CHUNK)
            self._taken += len(self._packed)
        return bool(self._packed)
