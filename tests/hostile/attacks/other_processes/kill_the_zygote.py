"""Kills the process that all sandboxes are forked from.

Gain: an error of the grader instead of a zero.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError|ProcessLookupError
"""

import os
import signal

from generative.target import ZYGOTE, Loot


def kl_standard_normal(mu, logvar):
    os.kill(ZYGOTE, signal.SIGKILL)
    raise Loot("killed")
