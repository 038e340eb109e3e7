"""Raises a message of ten megabytes in one line.

Gain: a page that no browser opens.
Hits: elbo_decomposition
Ends: failed, exception: ^.{10,400}$
"""


def elbo_decomposition(log_likelihood, log_prior, log_q):
    raise ValueError("x" * 10**7)
