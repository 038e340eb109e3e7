"""Opens a file that every user of the machine may read.

Gain: whatever lies about on the grading machine.
Hits: elbo_decomposition
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import SECRET_FILE, Loot


def elbo_decomposition(log_likelihood, log_prior, log_q):
    with open(SECRET_FILE) as file:
        raise Loot(file.read())
