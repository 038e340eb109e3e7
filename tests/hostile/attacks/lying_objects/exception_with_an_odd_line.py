"""Raises a SyntaxError that says it lies in a line of which no number can be sent.

Gain: a sandbox that falls over its own message, and a message that blames something else.
Hits: discriminator_loss
Ends: failed, exception: SyntaxError: what it says
"""


def discriminator_loss(logits_real, logits_fake):
    raise SyntaxError("what it says", ("/submission/generative/gan.py", object(), 1, None))
