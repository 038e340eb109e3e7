"""The headers of a tar, from front to back.

Python's `tarfile` knows what a block of 512 bytes says, and is asked for that. What may stand before it (a long name, a
pax header) is read here, in time and memory that grow with its length: `tarfile` searches pax headers in quadratic
time (CVE-2024-6232), keeps those that hold for all files, and calls itself for a header before a header.
"""

import tarfile
from typing import IO

from autograder.submission import limits
from autograder.submission.intake import refusal

PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
EXTENSIONS = frozenset(
    {*PAX, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
)  # headers about the header that follows
NUMBER_DIGITS = 20  # 2⁶⁴ has as many
GNU_CONTINUES, GNU_CONTINUES_AGAIN = 482, 504  # where an old map of a sparse file says that it goes on


class Headers:
    """Reads one header after the other; between two calls somebody has to read the file's bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._bytes = 0  # of all extensions
        self._records = 0  # in all pax headers

    def next(self) -> tarfile.TarInfo | None:
        """The next file; none at the end. `tarfile.HeaderError` if it cannot be understood."""
        extended: dict[bytes, bytes] = {}
        while block := self._stream.read(tarfile.BLOCKSIZE):
            if not block.strip(b"\0"):
                return None
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if info.size < 0:
                raise tarfile.HeaderError("negative size")
            if info.type in EXTENSIONS:
                extended = {**self._extension(info), **extended}
            else:
                self._pass_old_map(info, block)
                return _with(info, extended)
        return None

    def _extension(self, info: tarfile.TarInfo) -> dict[bytes, bytes]:
        if info.size > limits.TAR_HEADER_BYTES:
            raise refusal("the .tar.gz has a name that is far too long", "Pack the folder again")
        self._bytes += tarfile.BLOCKSIZE + padded(info.size)
        content = exactly(self._stream, padded(info.size))[: info.size]
        found: list[tuple[bytes, bytes]] = []
        if info.type == tarfile.GNUTYPE_LONGNAME:
            found = [(b"path", content.partition(b"\0")[0])]
        elif info.type in PAX:
            found = _records(content)
        self._records += len(found)
        if self._bytes > limits.TAR_HEADERS_BYTES or self._records > limits.TAR_RECORDS:
            raise refusal(
                "the .tar.gz says too much about its files", "Leave out what is no part of the exercise"
            )
        return dict(found)

    def _pass_old_map(self, info: tarfile.TarInfo, block: bytes) -> None:
        continues = info.type == tarfile.GNUTYPE_SPARSE and block[GNU_CONTINUES]
        while continues:
            continues = exactly(self._stream, tarfile.BLOCKSIZE)[GNU_CONTINUES_AGAIN]


def exactly(stream: IO[bytes], size: int) -> bytes:
    """That many bytes; EOFError if there are fewer."""
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("it ends within a file")
    return content


def padded(size: int) -> int:
    """The bytes that a content of this size takes in a tar."""
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


def _records(content: bytes) -> list[tuple[bytes, bytes]]:
    """The records of a pax header: `27 path=generative/elbo.py` with an end of line, all of it 27 bytes."""
    records = []
    start = 0
    while start < len(content):
        digits = content[start : start + NUMBER_DIGITS + 1].partition(b" ")[0]
        end = start + _number(digits)
        key, equals, value = content[start + len(digits) + 1 : end - 1].partition(b"=")
        if not equals or not start < end <= len(content):
            raise tarfile.HeaderError("bad pax header")
        records.append((key, value))
        start = end
    return records


def _number(digits: bytes) -> int:
    if len(digits) > NUMBER_DIGITS or not digits.isdigit():
        raise tarfile.HeaderError("bad number")
    return int(digits)


def _with(info: tarfile.TarInfo, extended: dict[bytes, bytes]) -> tarfile.TarInfo:
    """The header, with what stood before it about it."""
    name = extended.get(b"GNU.sparse.name", extended.get(b"path"))
    if name is not None:
        info.name = name.decode("utf-8", "surrogateescape")
    if b"size" in extended:
        info.size = _number(extended[b"size"])
    if any(key.startswith(b"GNU.sparse.") for key in extended):
        info.type = tarfile.GNUTYPE_SPARSE
    return info
