"""Waits for a lock that it holds.

Gain: a class run that hangs.
Hits: elbo
Ends: timeout, timeout: waiting
"""

import threading


def elbo(log_px_given_z, mu, logvar):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
