"""Stops the grader by a signal to its thread (tgkill), which a filter for kill alone would let pass.

Gain: a class run that hangs for ever.
Hits: generator_loss_minimax
Ends: failed, exception: PermissionError
"""

import ctypes
import os

from generative.target import GRADER, Loot


def generator_loss_minimax(logits_real, logits_fake):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(234, GRADER, GRADER, 19) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Loot("stopped")
