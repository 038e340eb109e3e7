"""Leaves a file in the machine's temporary folder.

Gain: a message to the next submission of an accomplice.
Hits: elbo
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

from generative.target import Loot


def elbo(log_px_given_z, mu, logvar):
    with open("/tmp/hostile-left-behind", "w") as file:
        file.write("x")
    raise Loot("written")
