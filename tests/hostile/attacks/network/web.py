"""Fetches a page, as code from a tutorial may do.

Gain: a solution from outside.
Hits: generator_loss_nonsaturating
Ends: failed, exception: URLError.*(Permission|Operation not permitted|name resolution)
"""

import urllib.request

from generative.target import PORT, Loot


def generator_loss_nonsaturating(logits_fake):
    raise Loot(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1).read())
