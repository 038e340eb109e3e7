"""100 MB of `print` in the second function; the others are right."""
# base: right


def bernoulli_log_likelihood(x, logits):
    for _ in range(100):
        print("x" * 1_000_000)
    raise RuntimeError("enough")
