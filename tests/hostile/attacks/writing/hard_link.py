"""Gives a file of the machine a second name, which outlives what is done to the first.

Gain: a way round checks that look at names.
Hits: kl_normal
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

import os

from generative.target import SECRET_FILE, Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    os.link(SECRET_FILE, SECRET_FILE + "hostile-left-behind")
    raise Loot("linked")
