"""Opens the memory of a classmate's sandbox by /proc.

Gain: a classmate's answers.
Hits: elbo_definition
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import SIBLING, Loot


def elbo_definition(log_joint, log_q):
    with open(f"/proc/{SIBLING}/mem", "rb") as memory:
        raise Loot(memory.fileno())
