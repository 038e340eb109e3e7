"""Spoils the submission of a classmate.

Gain: a zero for somebody else.
Hits: elbo_definition
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

from generative.target import CLASSMATE, Loot


def elbo_definition(log_joint, log_q):
    with open(CLASSMATE, "a") as file:
        file.write("raise SystemExit\n")
    raise Loot("spoilt")
