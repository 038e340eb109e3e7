"""The second function raises an exception whose text raises again; the others are right."""
# base: right


class Nasty(Exception):
    def __str__(self):
        raise SystemExit(3)

    __repr__ = __str__


def bernoulli_log_likelihood(x, logits):
    raise Nasty
