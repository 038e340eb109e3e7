"""Sends tensors of small numbers under names of its own beside what was asked for.

Gain: a grader that widens and compares them fills 1.4 GB.
Hits: VAE
Ends: crashed, protocol: wrong form
"""

import sys

import torch

handlers = sys.modules["autograder.sandbox.inside.calls"].HANDLERS
honest_call = handlers["module.call"]


def call(request, emit):
    values, tensors = honest_call(request, emit)
    return values, {**tensors, "x": torch.zeros(10_000_000, dtype=torch.int8)}


handlers["module.call"] = call


class VAE(VAE):  # noqa: F821  (the class above)
    pass
