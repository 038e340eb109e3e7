"""Raises its limit of memory.

Gain: all memory of the machine.
Hits: elbo
Ends: failed, exception: PermissionError|ValueError
"""

import resource

from generative.target import Loot


def elbo(log_px_given_z, mu, logvar):
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    raise Loot((soft, hard))
