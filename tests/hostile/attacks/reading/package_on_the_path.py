"""Puts the folder of the grader's package on the path before it imports the reference.

Gain: the reference formulas, ready to be called.
Hits: discriminator_loss
Ends: failed, exception: ModuleNotFoundError|PermissionError
"""

import os
import sys

from generative.target import PACKAGE, Loot


def discriminator_loss(logits_real, logits_fake):
    sys.path.insert(0, os.path.dirname(PACKAGE))
    sys.path.insert(0, os.path.join(PACKAGE, "assignment"))
    from reference import gan

    raise Loot(gan.__file__)
