"""Raises an exception whose type has no name to tell and whose text is no text.

Gain: a sandbox that falls over its own message, and a message that blames something else.
Hits: discriminator_loss
Ends: failed, exception: Nameless: what it says
"""


class Meta(type):
    __name__ = property(lambda kind: 1 / 0)


class Text(str):
    __getitem__ = __str__ = __format__ = lambda *args: 1 / 0


class Nameless(Exception, metaclass=Meta):
    __traceback__ = property(lambda error: 1 / 0)

    def __str__(self):
        return Text("what it says")


def discriminator_loss(logits_real, logits_fake):
    raise Nameless
