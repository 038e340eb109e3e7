"""Answers the question what a file defines with a list of gradients, which no import has.

Gain: a grader that stumbles, and leaves the whole submission ungraded.
Hits: nothing
File: generative/divergence.py
"""

import sys

programs = sys.modules["autograder.sandbox.inside.calls"].HANDLERS
honest_import = programs["import"]


def import_file(request, emit):
    values, tensors = honest_import(request, emit)
    return {**values, "grads": [1]}, tensors


programs["import"] = import_file
