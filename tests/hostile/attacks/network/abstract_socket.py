"""Connects to an abstract socket, which no file permission guards.

Gain: services of the desktop, or an accomplice's process.
Hits: elbo_decomposition
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import ABSTRACT, Loot


def elbo_decomposition(log_likelihood, log_prior, log_q):
    socket.socket(socket.AF_UNIX).connect(ABSTRACT)
    raise Loot("connected")
