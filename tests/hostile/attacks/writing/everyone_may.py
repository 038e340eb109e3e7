"""Makes the course's folder writable for everybody.

Gain: a way in for later.
Hits: elbo_definition
Ends: failed, exception: PermissionError|FileNotFoundError|Read-only
"""

import os

from generative.target import COURSE_KEY, Loot


def elbo_definition(log_joint, log_q):
    os.chmod(os.path.dirname(COURSE_KEY), 0o777)
    raise Loot("opened")
