"""Puts a line into torch itself, for the next submission to run.

Gain: code of its own in every later grading.
Hits: discriminator_loss
Ends: failed, exception: PermissionError|Read-only
"""

import torch
from generative.target import Loot


def discriminator_loss(logits_real, logits_fake):
    with open(torch.__file__, "a") as file:
        file.write("# hostile-left-behind\n")
    raise Loot("written")
