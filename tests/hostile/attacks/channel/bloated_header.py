"""Sends answers of four megabytes of empty lists each, which take twenty times as much once they are read.

Gain: a grader that runs out of memory.
Hits: elbo_decomposition
Ends: crashed, (memory|protocol): results of all its calls|wrong form
"""

import sys


def elbo_decomposition(log_likelihood, log_prior, log_q):
    frame = sys._getframe()
    while "call_id" not in frame.f_locals:
        frame = frame.f_back
    serve = sys.modules["autograder.sandbox.inside.serve"]
    encode = serve.encode
    serve.encode = lambda header, body=b"": encode({**header, "x": [[]] * 10**6}, body)
    return log_likelihood, log_prior
