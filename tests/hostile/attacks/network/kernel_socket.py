"""Opens a socket to the kernel (netlink), which tells of interfaces and routes.

Gain: a map of the network, and a large surface of the kernel.
Hits: bernoulli_log_likelihood
Ends: failed, exception: PermissionError
"""

import socket

from generative.target import Loot


def bernoulli_log_likelihood(x, logits):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).bind((0, 0))
    raise Loot("bound")
