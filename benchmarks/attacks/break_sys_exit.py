"""`sys.exit()` in the second function; the others are right."""

# base: right
import sys


def bernoulli_log_likelihood(x, logits):
    sys.exit(0)
