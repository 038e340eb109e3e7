"""Makes a file in memory that it can hand on or run (memfd_create).

Gain: a program to run that lies in no folder.
Hits: discriminator_loss
Ends: failed, exception: PermissionError
"""

import os

from generative.target import Loot


def discriminator_loss(logits_real, logits_fake):
    raise Loot(os.memfd_create("hostile"))
