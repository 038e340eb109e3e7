"""A submission that is a .zip."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from autograder.submission import limits
from autograder.submission.intake import Intake, Kind, bomb, broken, refusal, too_many

ENCRYPTED = 0x1
# Others need far more memory to unpack (lzma's header asks for what it likes) and no system's own menu makes them.
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, OSError),
    OverflowError,  # a place beyond 2⁶³
)


def read_zip(stream: IO[bytes], intake: Intake) -> None:
    """Offer every file in the archive."""
    careful = _Careful(stream, intake.scale)
    try:
        with zipfile.ZipFile(careful) as archive:
            careful.reads_table = False
            for info in archive.infolist():
                _offer(archive, info, intake)
    except BROKEN as error:
        if careful.fault is not None:
            raise careful.fault from None
        raise broken(".zip", error) from None


def _offer(archive: zipfile.ZipFile, info: zipfile.ZipInfo, intake: Intake) -> None:
    # The standard says "/"; PowerShell 5 and old .NET write "\".
    name = info.filename.replace("\\", "/")
    if name.endswith("/"):
        intake.offer_folder(name)
        return
    intake.offer(name, _kind(info), info.file_size, _reader(archive, info, name))


def _kind(info: zipfile.ZipInfo) -> Kind:
    mode = stat.S_IFMT(info.external_attr >> 16)  # 0 where the archive was not made on Unix
    if mode == stat.S_IFLNK:
        return Kind.LINK
    if mode not in (0, stat.S_IFREG):
        return Kind.SPECIAL
    return Kind.BOMB if _is_bomb(info.file_size, info) else Kind.FILE


def _is_bomb(size: int, info: zipfile.ZipInfo) -> bool:
    return size > limits.RATIO_FROM and size > limits.RATIO * info.compress_size


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        if info.flag_bits & ENCRYPTED:
            raise refusal("the .zip is locked by a password", "Pack the folder again without one")
        if info.compress_type not in METHODS:
            raise refusal("the .zip is packed by an unusual method", "Pack the folder as an ordinary .zip")
        with archive.open(info) as file:
            content = file.read(most)
        if _is_bomb(len(content), info):
            raise bomb(name)
        return content

    return read


class _Careful(io.RawIOBase):
    """The archive's bytes; refuses to read a table of contents too long to be a submission's.

    zipfile reads that table in one go and makes an object of each entry before anyone can count them.
    """

    def __init__(self, stream: IO[bytes], scale: int) -> None:
        self._stream = stream
        self._scale = scale
        self.reads_table = True
        self.fault: OSError | None = None  # of the machine; zipfile would take it for a broken archive

    def read(self, size: int = -1) -> bytes:
        if self.reads_table and size > self._scale * limits.ZIP_DIRECTORY_BYTES:
            raise too_many(self._scale)
        try:
            return self._stream.read(size)
        except OSError as error:
            self.fault = error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
