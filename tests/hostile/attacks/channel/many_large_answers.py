"""Returns a large tensor for every question.

Gain: a grader that keeps them all and runs out of memory: this worked before there was a bound for all answers.
Hits: kl_standard_normal
Ends: (failed|crashed), None|memory: results of all its calls|shape|gradient|wrong form
"""

import torch


def kl_standard_normal(mu, logvar):
    return torch.zeros(7 * 2**20, dtype=torch.float64)
