"""Calls itself without end.

Gain: no result.
Hits: kl_standard_normal
Ends: failed, exception: RecursionError
"""


def kl_standard_normal(mu, logvar):
    return kl_standard_normal(mu, logvar)
