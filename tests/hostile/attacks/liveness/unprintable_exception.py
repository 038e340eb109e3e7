"""Raises an exception that raises another one when it is printed.

Gain: a grader that stumbles over its own report.
Hits: elbo_decomposition
Ends: failed, exception: Odd
"""


class Odd(Exception):
    def __str__(self):
        raise SystemExit("not today")

    __repr__ = __str__


def elbo_decomposition(log_likelihood, log_prior, log_q):
    raise Odd
