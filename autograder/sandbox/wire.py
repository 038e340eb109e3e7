"""Frames between the grader and a sandbox: a length-capped JSON header and a safetensors body.

The other side may be hostile: whatever the bytes are, decoding gives a frame or a WireError and nothing else.
"""

import json
import math
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii
from typing import Any

import numpy as np

MAGIC = b"AGW1"
PREFIX = struct.Struct("<4sIQ")
TABLE = struct.Struct("<Q")
"""Size of the header of a safetensors body."""
HEADER_BYTES = 4 * 1024**2
TENSORS = 4096
NAMES = (
    2**18
)  # characters of all of them, each up to 12 bytes of JSON: trained weights go on, to a sandbox that judges them
AXES = 64
DTYPES = {
    np.dtype(little_endian): name
    for little_endian, name in {
        "<f8": "F64", "<f4": "F32", "<i8": "I64", "<i4": "I32", "<i2": "I16", "i1": "I8", "u1": "U8", "?": "BOOL"
    }.items()
}  # fmt: skip
"""What can be sent, by its name in safetensors."""


FLAT = 32
HARMLESS = re.compile(rb"(?:[^\x00-\x1f\x7f-\xff\\0-9]++|[0-9]{1,18}(?![0-9]))*+")


class WireError(Exception):
    """The bytes are not a frame, or what should be sent cannot be one."""


@dataclass(frozen=True)
class Frame:
    header: dict[str, Any]
    body: bytes
    harmless: bool = field(
        default=False, compare=False
    )  # nothing in the header needs cleaning: printable, no escapes, no very long number, hardly nested
    header_bytes: int = field(default=0, compare=False)


def plain(value: Any) -> Any:
    """`value` as strict JSON: non-finite numbers become the strings nan, inf, -inf."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def encode(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One frame as bytes."""
    try:
        try:
            text = _ENCODER.encode(header).encode()
        except (
            TypeError,
            ValueError,
        ):  # most headers are plain already, and walking them costs more than encoding
            text = _ENCODER.encode(plain(header)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if len(text) > HEADER_BYTES:
        raise WireError(f"a header of {len(text)} bytes is too long")
    return b"".join((PREFIX.pack(MAGIC, len(text), len(body)), text, body))


class Decoder:
    """Cuts a stream of bytes into frames; `body_bytes` caps the body that a frame may announce."""

    def __init__(self, body_bytes: int) -> None:
        self._cap = body_bytes
        self._buffer = bytearray()

    @property
    def within_frame(self) -> bool:
        """Whether the stream stands inside a frame, whose rest is on its way."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes."""
        self._buffer += data
        while len(self._buffer) >= PREFIX.size:
            magic, header_size, body_size = PREFIX.unpack_from(self._buffer)
            if magic != MAGIC:
                raise WireError("not a frame")
            if header_size > HEADER_BYTES or body_size > self._cap:
                raise WireError(f"a frame of {header_size} + {body_size} bytes is too long")
            start, end = PREFIX.size + header_size, PREFIX.size + header_size + body_size
            if len(self._buffer) < end:
                return
            with memoryview(self._buffer) as view:
                text, body = bytes(view[PREFIX.size : start]), bytes(view[start:end])
            del self._buffer[:end]
            harmless = text.count(b"[") + text.count(b"{") <= FLAT and HARMLESS.fullmatch(text) is not None
            yield Frame(_json_object(text), body, harmless, len(text))


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays as safetensors, one after the other, whatever their strides.

    Written here, and not by the library: its encoder stores views and broadcasts wrongly without a word, and for the many
    small replies of a grading run it costs twice as much.
    """
    entries: list[str] = []
    parts: list[bytes] = []
    end = 0
    for name, array in arrays.items():
        dtype = DTYPES.get(array.dtype)
        if name == "__metadata__" or dtype is None:
            raise WireError(f"{name!r} of dtype {array.dtype} cannot be sent")
        parts.append(array.tobytes())
        start, end = end, end + array.nbytes
        shape = ",".join(map(str, array.shape))
        # What the library's encoder of JSON writes, in a third of its time.
        entries.append(
            f'{encode_basestring_ascii(name)}:{{"dtype":"{dtype}","shape":[{shape}],"data_offsets":[{start},{end}]}}'
        )
    if not entries:
        return b""
    header = f"{{{','.join(entries)}}}".encode()
    header += b" " * (-len(header) % 8)  # so that numbers lie at multiples of their size
    return b"".join([TABLE.pack(len(header)), header, *parts])


def unpack(body: bytes) -> dict[str, np.ndarray]:
    """Inverse of `pack`; every array owns its memory.

    Read here, in one pass, and not by the library: that takes duplicate names, dtypes that we do not send and tensors
    without end, and whoever looks for those first reads everything twice.
    """
    if not body:
        return {}
    if len(body) < TABLE.size:
        raise WireError("malformed tensors: too short")
    (size,) = TABLE.unpack_from(body)
    if size > min(len(body) - TABLE.size, HEADER_BYTES):
        raise WireError("malformed tensors: the header is too long")
    entries = _json_object(body[TABLE.size : TABLE.size + size])
    if len(entries) > TENSORS:
        raise WireError(f"{len(entries)} tensors are too many: at most {TENSORS}")
    if sum(map(len, entries)) > NAMES:
        raise WireError(f"the names of the tensors have more than {NAMES} characters")
    arrays: dict[str, np.ndarray] = {}
    position = start = TABLE.size + size
    for name, entry in entries.items():
        try:
            name.encode()  # half a pair of surrogates is JSON, and no text
            dtype, shape, offsets = _ACCEPTED[entry["dtype"]], entry["shape"], entry["data_offsets"]
            sizes = (*shape, *offsets)
            if len(shape) > AXES or not all(type(n) is int and 0 <= n < 2**63 for n in sizes):
                raise ValueError("no sizes that a tensor can have")
            count = math.prod(shape)
            end = position + count * dtype.itemsize
            if offsets != [position - start, end - start] or end > len(body):
                raise ValueError("its data does not follow that of the one before")
            arrays[name] = np.frombuffer(body, dtype, count, position).reshape(shape).copy()
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise WireError(f"malformed tensors: {name[:80]!r}: {str(error)[:200]}") from error
        position = end
    if position != len(body):
        raise WireError("malformed tensors: data that belongs to none")
    return arrays


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(text.decode())
    except (ValueError, RecursionError) as error:
        raise WireError(f"malformed header: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise WireError("malformed header: not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise WireError("malformed header: duplicate names")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_ACCEPTED = {name: dtype for dtype, name in DTYPES.items()}
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
