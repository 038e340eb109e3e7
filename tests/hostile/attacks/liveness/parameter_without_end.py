"""Tells of a parameter that nobody has memory for, and that no gradient reaches.

Gain: a grader that makes random numbers for all of it.
Hits: VAE
Ends: crashed, protocol: answer of the wrong form
File: generative/vae.py
"""

import sys

programs = sys.modules["autograder.sandbox.inside.calls"].HANDLERS
honest_new, honest_call = programs["module.new"], programs["module.call"]


def new(request, emit):
    values, tensors = honest_new(request, emit)
    return {**values, "parameters": {**values["parameters"], "ghost": [2, 5 * 10**14]}}, tensors


def call(request, emit):
    values, tensors = honest_call(request, emit)
    if "parameter_grads" in values:
        values = {**values, "parameter_grads": {**values["parameter_grads"], "ghost": None}}
    return values, tensors


programs["module.new"], programs["module.call"] = new, call
