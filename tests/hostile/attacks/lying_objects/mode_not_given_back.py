"""Leaves a model with Dropout in eval mode after `sample`, and has it say that it trains whenever the sandbox looks.

Gain: the check that sampling changes nothing for the training after it, where the flag is believed.
Hits: VAE.stability, VAE.value
Ends: failed: leaves the model in eval mode|switches the model from eval to train mode
"""

import sys

from torch import nn

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    def encode(self, x):
        return super().encode(nn.functional.dropout(x, 0.2, self.training))

    def sample(self, n):
        self.eval()
        return super().sample(n)

    @property
    def training(self):
        watched = sys._getframe(1).f_code.co_filename.endswith("inside/module.py")
        return watched or self.__dict__.get("trains", True)

    @training.setter
    def training(self, mode):
        self.__dict__["trains"] = mode
