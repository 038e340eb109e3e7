"""Frames: what is sent arrives, and what is not a frame is a WireError and nothing else."""

import contextlib
import json
import math
import struct
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.wire import (
    HEADER_BYTES,
    MAGIC,
    PREFIX,
    TENSORS,
    Decoder,
    Frame,
    WireError,
    encode,
    pack,
    unpack,
)

CAP = 1 << 20
DTYPES = ["float64", "float32", "int64", "int32", "int16", "int8", "uint8", "bool"]
arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def frames(data: bytes, cap: int = CAP) -> list[Frame]:
    return list(Decoder(cap).feed(data))


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), arrays, max_size=4))
def test_arrays_arrive_as_they_were_sent(sent: dict[str, np.ndarray]) -> None:
    received = unpack(pack(sent))
    assert received.keys() == sent.keys()
    for name, array in sent.items():
        assert received[name].dtype == array.dtype
        assert received[name].shape == array.shape
        assert received[name].tobytes() == array.tobytes()  # bitwise: nan, -0.0


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), arrays, max_size=4))
def test_tensors_are_sent_as_the_safetensors_library_reads_them(sent: dict[str, np.ndarray]) -> None:
    read = safetensors.numpy.load(pack(sent)) if sent else {}
    assert read.keys() == sent.keys()
    for name, array in sent.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert read[name].tobytes() == array.tobytes()


@settings(max_examples=400)
@given(
    st.dictionaries(st.text(min_size=1, max_size=3), arrays, min_size=1, max_size=2),
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(b'0123456789[],:{}"FIUB- ')), max_size=3),
)
def test_what_is_read_of_a_mutated_table_is_what_the_safetensors_library_reads(
    sent: dict[str, np.ndarray], changes: list[tuple[int, int]]
) -> None:
    data = bytearray(pack(sent))
    size = int.from_bytes(data[:8], "little")
    for position, byte in changes:
        data[8 + position % size] = byte
    try:
        received = unpack(bytes(data))
    except WireError:
        return
    read = safetensors.numpy.load(bytes(data))
    assert read.keys() == received.keys()
    for name, array in received.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert read[name].tobytes() == array.tobytes()


@given(arrays, st.randoms(use_true_random=False))
def test_views_arrive_with_the_values_that_they_show(base: np.ndarray, random: Any) -> None:
    axes = list(range(base.ndim))
    random.shuffle(axes)
    views = {
        "transposed": base.transpose(axes),
        "broadcast": np.broadcast_to(base, (3, *base.shape)),
        "reversed": base[::-1] if base.ndim else base,
        "every other": base[..., ::2] if base.ndim else base,
    }
    received = unpack(pack(views))
    for name, view in views.items():
        np.testing.assert_array_equal(received[name], view)
        assert received[name].flags.c_contiguous
        assert received[name].flags.owndata
        assert received[name].flags.writeable


@given(st.dictionaries(st.text(), json_values, max_size=4), st.binary(max_size=50))
def test_headers_arrive_as_they_were_sent(header: dict[str, Any], body: bytes) -> None:
    assert frames(encode(header, body)) == [Frame(header, body)]


def test_numbers_that_are_not_finite_are_sent_as_words() -> None:
    (frame,) = frames(encode({"values": [math.nan, math.inf, -math.inf, {"x": math.nan}]}))
    assert frame.header == {"values": ["nan", "inf", "-inf", {"x": "nan"}]}


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=4), st.data())
def test_frames_may_arrive_in_any_pieces(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(encode({"i": i}, body) for i, body in enumerate(bodies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    decoder = Decoder(CAP)
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    received = [frame for piece in pieces for frame in decoder.feed(piece)]
    assert [frame.body for frame in received] == bodies


@settings(max_examples=400)
@given(
    st.dictionaries(st.text(min_size=1, max_size=3), arrays, max_size=2),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
    st.integers(-20, 20),
)
def test_a_mutated_frame_is_read_or_refused(
    sent: dict[str, np.ndarray], changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(encode({"id": 1, "values": {"x": [1.5, None]}}, pack(sent)))
    for position, byte in changes:
        data[position % len(data)] = byte
    damaged = bytes(data[:length] if length < 0 else data + bytes(length))
    try:
        for frame in frames(damaged):
            unpack(frame.body)
    except WireError:
        pass


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_as_tensors_are_read_or_refused(junk: bytes, with_length: bool) -> None:
    body = struct.pack("<Q", len(junk)) + junk if with_length else junk
    with contextlib.suppress(WireError):
        unpack(body)


def tensors(header: str, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header.encode() + data


ENTRY = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
EMPTY = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(tensors(f'{{"x":{ENTRY},"x":{ENTRY}}}', bytes(4)), id="duplicate names"),
        pytest.param(tensors('{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', bytes(4)), id="half"),
        pytest.param(tensors('{"x":{"dtype":"O","shape":[1],"data_offsets":[0,4]}}', bytes(4)), id="object"),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", "[2]"), bytes(4)), id="shape too large"
        ),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", "[-1]"), bytes(4)), id="negative shape"
        ),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", "[true]"), bytes(4)), id="boolean shape"
        ),
        pytest.param(tensors(ENTRY.join(['{"x":', "}"]), b""), id="no data"),
        pytest.param(tensors(ENTRY.join(['{"x":', "}"]), bytes(9)), id="left-over data"),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[0,4]", "[4,8]"), bytes(8)), id="data that is skipped"
        ),
        pytest.param(tensors(f'{{"x":{ENTRY},"y":{ENTRY}}}', bytes(4)), id="data of two tensors"),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", "[1.0]"), bytes(4)), id="fractional shape"
        ),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", '"1"'), bytes(4)), id="shape in words"
        ),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", f"[0,{2**70}]").replace("[0,4]", "[0,0]")),
            id="huge empty shape",
        ),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", str([1] * 99)), bytes(4)), id="too many axes"
        ),
        pytest.param(
            tensors("{" + ",".join(f'"{i}{"w" * 290}":{EMPTY}' for i in range(1000)) + "}"), id="long names"
        ),
        pytest.param(tensors(ENTRY.join(['{"\\ud800":', "}"]), bytes(4)), id="half a surrogate pair"),
        pytest.param(
            tensors(ENTRY.join(['{"x":', "}"]).replace("[1]", f"[{','.join(['9' * 4000] * 900)}]"), bytes(4)),
            id="a product that would take minutes",
        ),
        pytest.param(tensors('{"x":[]}'), id="an entry without names"),
        pytest.param(tensors('{"x":{"dtype":[],"shape":[0],"data_offsets":[0,0]}}'), id="a list for a dtype"),
        pytest.param(tensors("[" * 60000), id="deep"),
        pytest.param(pack({str(i): np.zeros(1) for i in range(TENSORS + 1)}), id="tensors without end"),
        pytest.param(struct.pack("<Q", 2**60), id="header longer than everything"),
        pytest.param(b"\1\2\3", id="short"),
    ],
)
def test_malformed_tensors_are_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        unpack(body)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"pickled " * 4, id="no frame"),
        pytest.param(PREFIX.pack(MAGIC, 2, 2**60) + b"{}", id="huge body"),
        pytest.param(PREFIX.pack(MAGIC, HEADER_BYTES + 1, 0), id="huge header"),
        pytest.param(PREFIX.pack(MAGIC, 60000, 0) + b"[" * 60000, id="deep header"),
        pytest.param(PREFIX.pack(MAGIC, 60000, 0) + b"1" * 60000, id="long number"),
        pytest.param(PREFIX.pack(MAGIC, 9, 0) + b'{"x":NaN}', id="bare nan"),
        pytest.param(PREFIX.pack(MAGIC, 13, 0) + b'{"x":1,"x":2}', id="duplicate keys"),
        pytest.param(PREFIX.pack(MAGIC, 2, 0) + b"[]", id="not an object"),
        pytest.param(PREFIX.pack(MAGIC, 1, 0) + b"\xff", id="not UTF-8"),
    ],
)
def test_malformed_frames_are_refused_as_soon_as_it_shows(data: bytes) -> None:
    with pytest.raises(WireError):
        frames(data)


@pytest.mark.parametrize("dtype", ["float16", "complex128", "object", "U3", ">f8", "uint64"])
def test_a_dtype_that_is_not_on_the_list_is_not_sent(dtype: str) -> None:
    with pytest.raises(WireError, match="cannot be sent"):
        pack({"x": np.zeros(2, dtype=dtype)})


def test_what_json_cannot_say_is_not_sent() -> None:
    with pytest.raises(WireError, match="not JSON"):
        encode({"x": object()})
    assert json.loads(encode({"x": (1, 2)})[PREFIX.size :]) == {"x": [1, 2]}


@pytest.mark.parametrize(
    ("value", "harmless"),
    [
        ({"kind": "tensor", "shape": [2, 3], "x": -1.5e-7}, True),
        ("two words", True),
        (123456789012345678, True),
        (1234567890123456789, False),
        (0.1234567890123456789012, True),  # a float has at most 17 digits
        ("line\nbreak", False),
        ("\u202eright to left", False),
        ("back\\slash", False),
        ("σ", False),
        ("\x7f", False),
    ],
)
def test_only_plain_printable_text_goes_without_cleaning(value: object, harmless: bool) -> None:
    (frame,) = Decoder(0).feed(encode({"value": value}))
    assert frame.harmless is harmless
