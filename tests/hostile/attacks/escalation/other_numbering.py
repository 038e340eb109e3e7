"""Calls the kernel by the numbers of the x32 kind, which a filter for x86_64 may not know.

Gain: every system call.
Hits: kl_standard_normal
Ends: crashed, crash: SIGSYS
"""

import ctypes

from generative.target import Loot


def kl_standard_normal(mu, logvar):
    raise Loot(ctypes.CDLL(None).syscall(0x40000000 + 39))
