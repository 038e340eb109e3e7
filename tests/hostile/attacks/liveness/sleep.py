"""Sleeps for a week.

Gain: a class run that hangs, where only computing time is counted.
Hits: elbo_definition
Ends: timeout, timeout: waiting
"""

import time


def elbo_definition(log_joint, log_q):
    time.sleep(604800)
