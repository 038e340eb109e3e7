"""Fills the disk with large files.

Gain: a machine on which no result can be written.
Hits: elbo_definition
Ends: failed, exception: No space left|File too large|PermissionError|Read-only|FileNotFoundError
"""

from generative.target import Loot


def elbo_definition(log_joint, log_q):
    for number in range(4):
        with open(f"/tmp/hostile-left-behind-{number}" if number % 2 else f"{number}", "wb") as file:
            file.write(bytes(2**26))
    raise Loot("256 MiB written")
