"""Empties the course key.

Gain: seeds that everybody can compute.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

import os

from generative.target import COURSE_KEY, Loot


def kl_standard_normal(mu, logvar):
    os.truncate(COURSE_KEY, 0)
    raise Loot("emptied")
