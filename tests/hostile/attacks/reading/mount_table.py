"""Reads the table of mounts, to see how it is confined and what else is there.

Gain: where the course's data lies.
Hits: elbo
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import Loot


def elbo(log_px_given_z, mu, logvar):
    with open("/proc/self/mountinfo") as file:
        raise Loot(file.read())
