"""Raises from code that claims to be a file of the grader.

Gain: a message that sends a teaching assistant to the wrong file.
Hits: reparameterize
Ends: failed, exception: ^(?!.*results[.]json)
"""


def reparameterize(mu, logvar):
    exec(compile("raise ValueError('here')", "/submission/../../results.json", "exec"))
