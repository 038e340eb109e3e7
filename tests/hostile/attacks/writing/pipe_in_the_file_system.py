"""Plants a named pipe, at which a grader that opens it would wait for ever.

Gain: a class run that hangs.
Hits: kl_standard_normal
Ends: failed, exception: PermissionError|Read-only
"""

import os

from generative.target import Loot


def kl_standard_normal(mu, logvar):
    os.mkfifo("/tmp/hostile-left-behind")
    raise Loot("planted")
