"""An endless loop in the second function; the others are right."""
# base: right


def bernoulli_log_likelihood(x, logits):
    while True:
        pass
