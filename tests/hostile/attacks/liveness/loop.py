"""Never returns.

Gain: a class run that hangs: both graders in use today wait for it, one of them without limit.
Hits: kl_normal
Ends: timeout, timeout: no result
"""


def kl_normal(mu1, sigma1, mu2, sigma2):
    while True:
        pass
