"""`os._exit(0)` in the second function; the others are right."""

# base: right
import os


def bernoulli_log_likelihood(x, logits):
    os._exit(0)
