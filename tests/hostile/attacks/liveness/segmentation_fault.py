"""Crashes in C.

Gain: no result.
Hits: kl_normal
Ends: crashed, crash: SIGSEGV
"""

import ctypes


def kl_normal(mu1, sigma1, mu2, sigma2):
    ctypes.string_at(0)
