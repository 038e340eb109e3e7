"""Loads a program into the kernel (bpf).

Gain: the kernel.
Hits: bernoulli_log_likelihood
Ends: failed, exception: PermissionError
"""

import ctypes
import os

from generative.target import Loot


def bernoulli_log_likelihood(x, logits):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(321, 0, ctypes.create_string_buffer(64), 64) < 0 and ctypes.get_errno() == 1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Loot("bpf answers")
