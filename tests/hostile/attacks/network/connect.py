"""Connects to a port of the machine.

Gain: the hidden inputs, sent to wherever somebody listens.
Hits: kl_normal
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import PORT, Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    socket.create_connection(("127.0.0.1", PORT), timeout=1)
    raise Loot("connected")
