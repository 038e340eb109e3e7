"""Leaves work for the end of the process.

Gain: code that runs after the result, without a deadline.
Hits: reparameterize
Ends: failed, exception: ValueError
"""

import atexit
import time


def reparameterize(mu, logvar):
    atexit.register(time.sleep, 1e6)
    raise ValueError("on with it")
