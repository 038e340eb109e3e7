"""Sends a signal by a handle (pidfd), which no process number can dodge.

Gain: no result for anybody.
Hits: generator_loss_nonsaturating
Ends: failed, exception: PermissionError
"""

import os
import signal

from generative.target import ZYGOTE, Loot


def generator_loss_nonsaturating(logits_fake):
    handle = os.pidfd_open(ZYGOTE)
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    raise Loot("killed")
