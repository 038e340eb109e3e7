"""Becomes root.

Gain: everything.
Hits: generator_loss_nonsaturating
Ends: failed, exception: PermissionError
"""

import os

from generative.target import Loot


def generator_loss_nonsaturating(logits_fake):
    os.setuid(0)
    os.setgid(0)
    raise Loot(os.getresuid())
