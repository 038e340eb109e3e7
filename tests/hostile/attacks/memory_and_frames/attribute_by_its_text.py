"""Asks `format` for the globals of a function, by their names in a text, and finds every module there.

Gain: the text of what lies in the grader's program; nothing of it is secret, and a person is called.
Hits: nothing
File: generative/gan.py
Flag: reaches_into_python
"""

SEEN = "{0.__globals__[F].__dict__[torch]}".format(discriminator_loss)  # noqa: F821, UP030, UP032  (the function above; by its text)
