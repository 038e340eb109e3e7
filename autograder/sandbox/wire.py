"""Frames between the grader and a sandbox: a length-capped JSON header and a safetensors body.

The other side may be hostile: whatever the bytes are, decoding gives a frame or a WireError and nothing else.
"""

import json
import math
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import safetensors.numpy

MAGIC = b"AGW1"
PREFIX = struct.Struct("<4sIQ")
HEADER_BYTES = 4 * 1024**2
DTYPES = {"F64", "F32", "I64", "I32", "I16", "I8", "U8", "BOOL"}
NUMPY_DTYPES = {np.dtype(name) for name in ("f8", "f4", "i8", "i4", "i2", "i1", "u1", "?")}


HARMLESS = re.compile(rb"(?:[^\x00-\x1f\x7f-\xff\\0-9]|[0-9]{1,18}(?![0-9]))*+")


class WireError(Exception):
    """The bytes are not a frame, or what should be sent cannot be one."""


@dataclass(frozen=True)
class Frame:
    header: dict[str, Any]
    body: bytes
    harmless: bool = field(
        default=False, compare=False
    )  # nothing in the header needs cleaning: printable, no escapes, no very long number


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
    return PREFIX.pack(MAGIC, len(text), len(body)) + text + body


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
            text = bytes(self._buffer[PREFIX.size : start])
            body = bytes(self._buffer[start:end])
            del self._buffer[:end]
            yield Frame(_json_object(text), body, HARMLESS.fullmatch(text) is not None)


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays as safetensors. Copied first: the encoder stores views and broadcasts wrongly without a word."""
    for name, array in arrays.items():
        if name == "__metadata__" or array.dtype not in NUMPY_DTYPES:
            raise WireError(f"{name!r} of dtype {array.dtype} cannot be sent")
    if not arrays:
        return b""
    return bytes(safetensors.numpy.save({name: np.array(a, order="C") for name, a in arrays.items()}))


def unpack(body: bytes) -> dict[str, np.ndarray]:
    """Inverse of `pack`; every array owns its memory."""
    check_body(body)
    if not body:
        return {}
    try:
        return {name: np.array(array) for name, array in safetensors.numpy.load(body).items()}
    except Exception as error:  # the decoder's own error types are not part of its interface
        raise WireError(f"malformed tensors: {error}") from error


def check_body(body: bytes) -> None:
    """Refuse what the safetensors decoder lets through: duplicate names, and dtypes that we do not send."""
    if not body:
        return
    if len(body) < 8:
        raise WireError("malformed tensors: too short")
    (size,) = struct.unpack_from("<Q", body)
    if size > min(len(body) - 8, HEADER_BYTES):
        raise WireError("malformed tensors: the header is too long")
    for name, entry in _json_object(body[8 : 8 + size]).items():
        if not isinstance(entry, dict) or entry.get("dtype") not in DTYPES:
            raise WireError(f"tensor {name[:80]!r} has a dtype that is not accepted")


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


_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
