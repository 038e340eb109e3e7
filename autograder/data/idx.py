"""IDX, the format of MNIST's files: a header of big-endian integers, then the entries in row-major order.

    bytes 0–1   0
    byte  2     type of the entries; 8 is unsigned byte, the only one that MNIST uses
    byte  3     number of dimensions D
    4·D bytes   the dimensions, uint32
    the rest    exactly as many entries as the dimensions say

Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", file formats.
"""

import math
import struct

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTE = 8

Bytes = NDArray[np.uint8]


def read_idx(content: bytes, *, dimensions: int) -> Bytes:
    """The array in `content`, read-only and without a copy; ValueError says what is wrong with the bytes."""
    if len(content) < 4:
        raise ValueError(f"it has {len(content)} bytes, too few for an IDX header")
    zeros, kind, found = struct.unpack_from(">HBB", content)
    if zeros != 0:
        raise ValueError("it does not begin like an IDX file")
    if kind != UNSIGNED_BYTE:
        raise ValueError(f"its entries are of type {kind}, expected {UNSIGNED_BYTE} (unsigned byte)")
    if found != dimensions:
        raise ValueError(f"it has {found} dimensions, expected {dimensions}")
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise ValueError(f"it has {len(content)} bytes, too few for {dimensions} dimensions")
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    entries, there = math.prod(shape), len(content) - start
    if there != entries:
        raise ValueError(f"its header announces {entries} entries and {there} are there")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def write_idx(array: Bytes) -> bytes:
    """The bytes of an IDX file that holds `array`."""
    header = struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    return header + array.tobytes()
