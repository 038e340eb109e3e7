"""What torch draws on the CPU after `manual_seed`, computed without torch, so that a known ε can be put in its place.

torch's generator on the CPU is MT19937 (Matsumoto and Nishimura 1998), seeded as NumPy's legacy generator is. A float32
in [0, 1) is the lowest 24 bits of a word; sixteen of them make sixteen normal numbers by the transform of Box and Muller
(1958): eight radii √(−2 log(1 − u)), eight angles 2πu. What is drawn here is standard normal whatever torch does: where
its numbers are others (another dtype, another order of draws), they are just not these.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
BLOCK = 16  # normal numbers that are made together; from this many on torch makes them so


def uniform(seed: int, shape: tuple[int, ...]) -> Numbers:
    """`torch.rand(shape)` in float32 after `torch.manual_seed(seed)`."""
    return _words(seed, prod(shape)).reshape(shape)


def standard_normal(seed: int, shape: tuple[int, ...]) -> Numbers:
    """`torch.randn(shape)` in float32 after `torch.manual_seed(seed)`, up to rounding; ValueError below 16 numbers."""
    n = prod(shape)
    if n < BLOCK:
        raise ValueError(f"{n} numbers: torch draws fewer than {BLOCK} normal numbers one by one")
    words = _words(seed, n + BLOCK)
    drawn = np.empty(n)
    whole = n - n % BLOCK
    drawn[:whole] = _box_muller(words[:whole])
    if n > whole:  # the last sixteen are made again from sixteen new words
        drawn[-BLOCK:] = _box_muller(words[n : n + BLOCK])
    return drawn.reshape(shape)


def _words(seed: int, n: int) -> Numbers:
    words = np.random.RandomState(seed % 2**32).randint(0, 2**32, n, dtype=np.uint32)
    return np.asarray((words & 0xFFFFFF) * 2.0**-24)


def _box_muller(words: Numbers) -> Numbers:
    pairs = words.reshape(-1, 2, BLOCK // 2)
    radius, angle = np.sqrt(-2 * np.log1p(-pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)
