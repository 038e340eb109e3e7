"""Sends tensors whose shape promises more numbers than came.

Gain: a grader that reads beyond the end.
Hits: elbo_decomposition
Ends: crashed, protocol: malformed tensors
"""

import json
import os
import struct
import sys


def elbo_decomposition(log_likelihood, log_prior, log_q):
    frame = sys._getframe()
    while "call_id" not in frame.f_locals:
        frame = frame.f_back
    entry = json.dumps({"out.0": {"dtype": "F64", "shape": [10**6], "data_offsets": [0, 8]}}).encode()
    body = struct.pack("<Q", len(entry)) + entry + bytes(8)
    header = json.dumps({"id": frame.f_locals["call_id"], "values": {}}).encode()
    os.write(3, b"AGW1" + struct.pack("<IQ", len(header), len(body)) + header + body)
