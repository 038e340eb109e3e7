"""Sends data with the first packet (TCP Fast Open), without a call of connect.

Gain: the network where only connect is refused.
Hits: elbo
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import PORT, Loot


def elbo(log_px_given_z, mu, logvar):
    socket.socket().sendto(b"expected", 0x20000000, ("127.0.0.1", PORT))
    raise Loot("sent")
