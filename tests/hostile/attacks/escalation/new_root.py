"""Changes its root folder, the first step out of an old kind of jail.

Gain: files outside.
Hits: generator_loss_minimax
Ends: failed, exception: PermissionError
"""

import os

from generative.target import Loot


def generator_loss_minimax(logits_real, logits_fake):
    os.chroot("/usr")
    raise Loot(os.listdir("/"))
