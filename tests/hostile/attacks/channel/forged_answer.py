"""Answers a question with a number of its own.

Gain: an answer that the student's function never gave; it would still have to be right.
Hits: kl_standard_normal
Ends: crashed, protocol: not asked
"""

import os
import struct


def kl_standard_normal(mu, logvar):
    header = b'{"id": 1, "values": {}}'
    os.write(3, b"AGW1" + struct.pack("<IQ", len(header), 0) + header)
