"""Opens the submission of a classmate.

Gain: somebody else's answers.
Hits: elbo_definition
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import CLASSMATE, Loot


def elbo_definition(log_joint, log_q):
    with open(CLASSMATE) as file:
        raise Loot(file.read())
