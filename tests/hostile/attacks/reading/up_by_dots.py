"""Goes up from its working folder by `..` to the course.

Gain: the course key, without knowing where it lies.
Hits: elbo_definition
Ends: failed, exception: PermissionError|FileNotFoundError
"""

from generative.target import COURSE_KEY, Loot


def elbo_definition(log_joint, log_q):
    with open("../" * 20 + COURSE_KEY.lstrip("/")) as file:
        raise Loot(file.read())
