"""Becomes another program in the same process.

Gain: a process without our code in it, at the grader's channel.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError|FileNotFoundError
"""

import os

from generative.target import Loot


def kl_standard_normal(mu, logvar):
    os.execv("/bin/sh", ["sh", "-c", "touch /tmp/hostile-left-behind; sleep 5"])
    raise Loot("never reached")
