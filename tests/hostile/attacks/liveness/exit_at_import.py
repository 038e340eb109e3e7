"""Ends Python while its file is imported, so that every function of the file goes with it, and no other.

Gain: no result.
Hits: discriminator_loss, generator_loss_minimax, generator_loss_nonsaturating
Ends: crashed, crash: ended Python
File: generative/gan.py
"""

import os

os._exit(0)
