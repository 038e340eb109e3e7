"""Connects to a socket in the file system, such as that of a container service.

Gain: whatever that service can do, often everything.
Hits: elbo_definition
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import SOCKET, Loot


def elbo_definition(log_joint, log_q):
    socket.socket(socket.AF_UNIX).connect(SOCKET)
    raise Loot("connected")
