"""Puts markup where numbers of a prediction are expected.

Gain: code in the browser of a teaching assistant.
Hits: predictions
Ends: failed: .
File: generative/predictions.py
"""

KL_OF_ONE_POINT = "<script>alert(1)</script>"
RHO_OF_UNUSED_COMPONENT = float("nan")
LOG_LIKELIHOOD_OF_A_HIT = 10**30
LOSS_AFTER_COLLAPSE = True
