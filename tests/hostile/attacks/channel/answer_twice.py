"""Answers its own question twice, the second time as if it were the next one.

Gain: a grader that is one answer behind from then on.
Hits: generator_loss_minimax
Ends: crashed, protocol: not asked|wrong form
"""

import json
import os
import struct
import sys


def generator_loss_minimax(logits_real, logits_fake):
    frame = sys._getframe()
    while "call_id" not in frame.f_locals:
        frame = frame.f_back
    header = json.dumps({"id": frame.f_locals["call_id"], "values": {}}).encode()
    for _ in range(2):
        os.write(3, b"AGW1" + struct.pack("<IQ", len(header), 0) + header)
