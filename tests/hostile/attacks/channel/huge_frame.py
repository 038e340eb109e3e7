"""Announces a frame of an exabyte.

Gain: a grader that makes room for it.
Hits: generator_loss_nonsaturating
Ends: crashed, protocol: too long
"""

import os
import struct


def generator_loss_nonsaturating(logits_fake):
    os.write(3, b"AGW1" + struct.pack("<IQ", 2, 2**60) + b"{}")
