"""Kills the grader.

Gain: no result for anybody.
Hits: kl_normal
Ends: failed, exception: PermissionError|ProcessLookupError
"""

import os
import signal

from generative.target import GRADER, Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    os.kill(GRADER, signal.SIGTERM)
    raise Loot("killed")
