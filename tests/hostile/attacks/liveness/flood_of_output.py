"""Prints without end.

Gain: a disk full of logs, or a grader that keeps it all in memory.
Hits: discriminator_loss
Ends: crashed, output: printed more than
"""


def discriminator_loss(logits_real, logits_fake):
    while True:
        print("x" * 100000)
