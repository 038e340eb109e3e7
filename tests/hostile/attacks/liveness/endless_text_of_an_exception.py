"""Raises an exception whose text takes for ever.

Gain: a grader that hangs while it reports.
Hits: bernoulli_log_likelihood
Ends: timeout, timeout: no result
"""


class Odd(Exception):
    def __str__(self):
        while True:
            pass


def bernoulli_log_likelihood(x, logits):
    raise Odd
