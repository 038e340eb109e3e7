"""Gives other numbers as its predictions where it is asked alone.

Gain: whatever fails is asked again, so that of two guesses the better one counts.
Hits: predictions
Ends: failed: differs
File: generative/predictions.py
"""

import sys

if "generative.divergence" in sys.modules:
    KL_OF_ONE_POINT = 2.0
