"""The IDX reader: exact about every byte, the inverse of the writer."""

import re
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.data.idx import Bytes, read_idx, write_idx

arrays = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5))


@given(arrays)
def test_what_was_written_is_read(array: Bytes) -> None:
    np.testing.assert_array_equal(read_idx(write_idx(array), dimensions=array.ndim), array, strict=True)


@given(arrays)
def test_views_are_written_in_row_major_order(array: Bytes) -> None:
    np.testing.assert_array_equal(read_idx(write_idx(array.T), dimensions=array.ndim), array.T)


@given(st.binary(max_size=40), st.integers(1, 3))
def test_any_bytes_are_read_exactly_or_refused(content: bytes, dimensions: int) -> None:
    try:
        array = read_idx(content, dimensions=dimensions)
    except ValueError:
        return
    assert write_idx(array) == content


def test_the_layout_of_the_format() -> None:
    content = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])
    assert read_idx(content, dimensions=2).tolist() == [[1, 2, 3], [4, 5, 255]]


def test_what_is_read_cannot_be_altered() -> None:
    assert not read_idx(write_idx(np.zeros((2, 2), np.uint8)), dimensions=2).flags.writeable


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "it has 0 bytes, too few for an IDX header"),
        (b"\x89PNG", "it does not begin like an IDX file"),
        (b"\0\0\x0d\x01", "its entries are of type 13, expected 8 (unsigned byte)"),
        (b"\0\0\x08\x03", "it has 3 dimensions, expected 1"),
        (b"\0\0\x08\x01\0", "it has 5 bytes, too few for 1 dimensions"),
        (b"\0\0\x08\x01\0\0\0\x02a", "its header announces 2 entries and 1 are there"),
        (b"\0\0\x08\x01\0\0\0\x02abc", "its header announces 2 entries and 3 are there"),
        (
            b"\0\0\x08\x03" + struct.pack(">III", *[2**32 - 1] * 3),
            f"announces {(2**32 - 1) ** 3} entries and 0",
        ),
    ],
)
def test_every_fault_is_named(content: bytes, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        read_idx(content, dimensions=3 if len(content) == 16 else 1)
