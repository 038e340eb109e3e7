"""A submission that is a .tar.gz."""

import tarfile
import zlib
from typing import IO

from autograder.submission.gunzipped import CHUNK, gunzipped
from autograder.submission.intake import Intake, Kind, broken
from autograder.submission.tarheaders import Headers, exactly, padded

BROKEN = (tarfile.TarError, zlib.error, EOFError)


def read_tar(stream: IO[bytes], intake: Intake) -> None:
    """Offer every file in the archive, reading it once from front to back."""
    unpacked = gunzipped(stream)
    headers = Headers(unpacked)
    try:
        while (member := headers.next()) is not None:
            _offer(unpacked, member, intake)
        while unpacked.read(CHUNK):
            pass  # gzip's checksum stands at the end
    except BROKEN as error:
        raise broken(".tar.gz", error) from None


def _offer(unpacked: IO[bytes], member: tarfile.TarInfo, intake: Intake) -> None:
    """Offer one entry, then read past it, so that what is read next is a header."""
    left = padded(member.size) if _has_bytes(member) else 0

    def read(most: int) -> bytes:
        nonlocal left
        content = exactly(unpacked, min(most, member.size))
        left -= len(content)
        return content

    if member.isdir():
        intake.offer_folder(member.name)
    else:
        intake.offer(member.name, _kind(member), member.size, read)
    while left:
        left -= len(exactly(unpacked, min(left, CHUNK)))


def _has_bytes(member: tarfile.TarInfo) -> bool:
    """A link may tell the size of what it leads to, and a device any number; what nobody knows comes with its bytes."""
    return member.isreg() or member.type not in tarfile.SUPPORTED_TYPES


def _kind(member: tarfile.TarInfo) -> Kind:
    if member.issym() or member.islnk():
        return Kind.LINK
    # A sparse file is mostly holes: it announces what it does not hold.
    return Kind.FILE if member.isreg() and member.type != tarfile.GNUTYPE_SPARSE else Kind.SPECIAL
