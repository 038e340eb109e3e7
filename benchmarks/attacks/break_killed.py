"""The second function is killed by SIGKILL, as by the system when memory is short; the others are right."""

# base: right
import os
import signal


def bernoulli_log_likelihood(x, logits):
    os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError("not killed")
