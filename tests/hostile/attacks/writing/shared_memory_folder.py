"""Leaves a file in /dev/shm.

Gain: a message to the next submission of an accomplice.
Hits: bernoulli_log_likelihood
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

from generative.target import Loot


def bernoulli_log_likelihood(x, logits):
    with open("/dev/shm/hostile-left-behind", "w") as file:
        file.write("x")
    raise Loot("written")
