"""Pixels as PNG files (ISO/IEC 15948), without a library."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB = 0, 2


def png(pixels: NDArray[np.uint8]) -> bytes:
    """The PNG file of an array (height, width), grey, or (height, width, 3): 8 bit, no filter."""
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8, GREY if pixels.ndim == 2 else RGB, 0, 0, 0)
    # Every row begins with its filter type, 0.
    rows = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0))).tobytes()
    # A higher level makes photos hardly smaller, and takes much longer.
    data = zlib.compress(rows, level=1)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
