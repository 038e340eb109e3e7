"""Sends a header of sixty thousand open brackets.

Gain: a grader that runs out of stack.
Hits: elbo_decomposition
Ends: crashed, protocol: malformed header
"""

import os
import struct


def elbo_decomposition(log_likelihood, log_prior, log_q):
    header = b"[" * 60000
    os.write(3, b"AGW1" + struct.pack("<IQ", len(header), 0) + header)
