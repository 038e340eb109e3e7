"""Names its parameters so that what comes back, sent out again, is longer than any message may be.

Gain: a grader that cannot write its own question, and leaves the whole submission ungraded.
Hits: VAE.value
Perhaps: VAE.gradient
Ends: crashed, protocol: the names of the tensors
"""

import json
import sys

import torch

HonestVAE = VAE  # noqa: F821  (the class above)
wire = sys.modules["autograder.sandbox.wire"]
wire.encode_basestring_ascii = json.encoder.encode_basestring


class VAE(HonestVAE):
    def state_dict(self, *args, **kwargs):
        kept = super().state_dict(*args, **kwargs)
        return {**kept, **{f"{i:05}" + "\U0001f600" * 285: torch.zeros(1) for i in range(2800)}}
