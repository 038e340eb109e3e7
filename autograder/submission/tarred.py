"""A submission that is a .tar.gz."""

import gzip
import tarfile
import zlib
from typing import IO, cast

from autograder.submission import limits
from autograder.submission.intake import Intake, Kind, bomb, is_of_the_machine, printable, refusal

BROKEN = (tarfile.TarError, zlib.error, EOFError, ValueError, OSError, RecursionError)
CHUNK = 1 << 16
READS_AT_THE_END = 100
"""An archive asks a few times. tarfile, looking for the end of what announces 2⁶⁰ bytes, would ask for years."""


def read_tar(stream: IO[bytes], intake: Intake) -> None:
    """Offer every file in the archive, reading it once from front to back."""
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            counted = _Counted(unpacked, stream)
            # "r|": a stream. tarfile then never seeks back, which a header with a negative size makes it do for ever.
            with tarfile.open(fileobj=cast("IO[bytes]", counted), mode="r|") as archive:
                for member in archive:
                    archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every header
                    counted.headroom = limits.UNPACKED_BYTES
                    _offer(archive, member, intake)
                    counted.headroom = limits.TAR_HEADER_BYTES
            counted.headroom = limits.UNPACKED_BYTES
            while counted.read(CHUNK):
                pass  # gzip's checksum stands at the end
    except BROKEN as error:
        if is_of_the_machine(error):
            raise
        raise refusal(f"the .tar.gz is broken ({printable(str(error))})", "Pack the folder again") from None


def _offer(archive: tarfile.TarFile, member: tarfile.TarInfo, intake: Intake) -> None:
    """Offer one entry, then read past it, so that what tarfile reads next is a header."""
    kind = _kind(member)
    if member.isdir():
        intake.offer_folder(member.name)
    elif kind is not Kind.FILE:
        intake.offer(member.name, kind, member.size, lambda most: b"")
    else:
        file = archive.extractfile(member)
        assert file is not None  # it is a file
        intake.offer(member.name, kind, member.size, file.read)
        while file.read(CHUNK):
            pass


def _kind(member: tarfile.TarInfo) -> Kind:
    if member.issym() or member.islnk():
        return Kind.LINK
    # A sparse file is mostly holes: it announces what it does not hold.
    return Kind.FILE if member.isfile() and not member.issparse() else Kind.SPECIAL


class _Counted:
    """Unpacked bytes, counted against the packed ones that they came from."""

    def __init__(self, unpacked: gzip.GzipFile, packed: IO[bytes]) -> None:
        self._unpacked, self._packed = unpacked, packed
        self._count = 0
        self._empty = 0
        self.headroom = (
            limits.TAR_HEADER_BYTES
        )  # bytes until the next call from outside; headers are held in memory

    def read(self, size: int) -> bytes:
        content = self._unpacked.read(size)
        self._empty += not content
        if self._empty > READS_AT_THE_END:
            raise EOFError("it ends within a file")
        self._count += len(content)
        self.headroom -= len(content)
        if self._count > limits.UNPACKED_BYTES:
            raise refusal(
                f"it unpacks to more than {limits.UNPACKED_BYTES // limits.MiB} MB",
                "Leave out what is no part of the exercise",
            )
        if self._count > limits.RATIO_FROM and self._count > limits.RATIO * self._packed.tell():
            raise bomb("the .tar.gz")
        if self.headroom < 0:
            raise refusal("the .tar.gz has a name that is far too long", "Pack the folder again")
        return content
