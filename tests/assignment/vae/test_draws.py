"""What torch draws, computed without it: torch itself is the oracle."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.assignment.reference import draws

SEEDS = st.integers(0, 2**63 - 1)


@given(SEEDS, st.integers(16, 200), st.integers(1, 5))
def test_the_normal_numbers_are_those_of_torch(seed, rows, columns):
    torch.default_generator.manual_seed(seed)
    torch.testing.assert_close(
        torch.from_numpy(draws.standard_normal(seed, (rows, columns))).float(),
        torch.randn(rows, columns),
        atol=1e-5,
        rtol=1e-5,
    )


@given(SEEDS, st.integers(1, 50), st.integers(1, 5))
def test_the_uniform_numbers_are_those_of_torch(seed, rows, columns):
    torch.default_generator.manual_seed(seed)
    assert (torch.rand(rows, columns).double().numpy() == draws.uniform(seed, (rows, columns))).all()


def test_fewer_than_a_block_are_refused():
    with pytest.raises(ValueError, match="fewer than 16 normal numbers one by one"):
        draws.standard_normal(0, (3, 5))
