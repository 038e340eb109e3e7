"""An endless loop that swallows every exception; the other functions are right."""
# base: right


def bernoulli_log_likelihood(x, logits):
    while True:
        try:
            sum(range(1000))
        except BaseException:
            pass
