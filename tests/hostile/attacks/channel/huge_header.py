"""Announces a header of four gigabytes.

Gain: a grader that makes room for it.
Hits: elbo_definition
Ends: crashed, protocol: too long
"""

import os
import struct


def elbo_definition(log_joint, log_q):
    os.write(3, b"AGW1" + struct.pack("<IQ", 2**32 - 1, 0))
