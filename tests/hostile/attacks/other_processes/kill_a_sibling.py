"""Kills a classmate's sandbox.

Gain: a zero for somebody else.
Hits: elbo_definition
Ends: failed, exception: PermissionError|ProcessLookupError
"""

import os
import signal

from generative.target import SIBLING, Loot


def elbo_definition(log_joint, log_q):
    os.kill(SIBLING, signal.SIGKILL)
    raise Loot("killed")
