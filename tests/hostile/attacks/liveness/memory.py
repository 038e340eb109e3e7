"""Takes all memory.

Gain: a machine that ends some other process, such as the grader.
Hits: elbo
Ends: crashed|timeout, memory|timeout: memory|no result
"""

import torch


def elbo(log_px_given_z, mu, logvar):
    return [torch.ones(2**24) for _ in range(10**6)]
