"""Forks.

Gain: a process that goes on when this one is ended.
Hits: discriminator_loss
Ends: failed, exception: PermissionError
"""

import os
import time

from generative.target import Loot


def discriminator_loss(logits_real, logits_fake):
    child = os.fork()
    if child == 0:
        time.sleep(5)
        os._exit(0)
    raise Loot(child)
