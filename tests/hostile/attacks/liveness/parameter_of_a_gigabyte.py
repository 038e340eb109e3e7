"""Tells of a parameter of 400 million numbers, just what a sandbox could hold, which is not there.

Gain: a grader that makes as many random numbers, eight bytes each.
Hits: VAE.gradient
Ends: failed, exception: ghost
File: generative/vae.py
"""

import sys

programs = sys.modules["autograder.sandbox.inside.calls"].HANDLERS
honest_new, honest_call = programs["module.new"], programs["module.call"]


def new(request, emit):
    values, tensors = honest_new(request, emit)
    return {**values, "parameters": {**values["parameters"], "ghost": [20000, 20000]}}, tensors


def call(request, emit):
    values, tensors = honest_call(request, emit)
    if "parameter_grads" in values:
        values = {**values, "parameter_grads": {**values["parameter_grads"], "ghost": None}}
    return values, tensors


programs["module.new"], programs["module.call"] = new, call
