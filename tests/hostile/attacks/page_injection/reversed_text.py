"""Raises text that reads from right to left.

Gain: a message that says the opposite of what it says.
Hits: generator_loss_nonsaturating
Ends: failed, exception: ^[^\u202e\u2066]*dessap[^\u202e\u2066]*$
"""


def generator_loss_nonsaturating(logits_fake):
    raise ValueError("\u202edessap \u2066")
