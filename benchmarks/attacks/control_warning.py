"""No attack: three right functions, one of which warns on stderr."""

# base: right
import warnings

right = kl_standard_normal


def kl_standard_normal(mu, logvar):
    warnings.warn("logvar is large")
    return right(mu, logvar)
