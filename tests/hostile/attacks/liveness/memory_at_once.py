"""Asks for a terabyte.

Gain: a machine without memory.
Hits: reparameterize
Ends: crashed, memory: memory
"""

import torch


def reparameterize(mu, logvar):
    return torch.zeros(2**40, dtype=torch.uint8)
