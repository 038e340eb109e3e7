"""Grey pictures as PNG files (ISO/IEC 15948), without a library."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: NDArray[np.uint8]) -> bytes:
    """The PNG file of an array (height, width): 8 bit grey, no filter."""
    height, width = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = np.pad(pixels, ((0, 0), (1, 0))).tobytes()  # every row begins with its filter type, 0
    return (
        SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def grid(images: NDArray[np.float64], columns: int) -> str:
    """Images (N, 28, 28) in [0, 1], row by row, black ink on white, as a PNG file in base64."""
    rows = len(images) // columns
    tiles = images[: rows * columns].reshape(rows, columns, 28, 28).swapaxes(1, 2)
    ink = np.rint(255 * (1 - np.clip(np.nan_to_num(tiles), 0, 1))).astype(np.uint8)
    return base64.b64encode(png(ink.reshape(rows * 28, columns * 28))).decode("ascii")
