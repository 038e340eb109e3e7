"""What the rules of reading say of some code."""

import re
import textwrap
from collections.abc import Collection, Mapping

from autograder.sandbox import Limits, Request, Zygote
from tests.sandbox.student import ask

HEAD = """
import math
import torch
import torch.nn.functional as F
import numpy as np
from torch import Tensor, nn
"""
GAN = "generative/gan.py"


def findings(
    zygote: Zygote,
    files: Mapping[str, bytes | str],
    start: Collection[str] = (GAN,),
    ours: Collection[str] = (),
    graded: Collection[str] | None = None,
) -> list[tuple[str, str, int, str]]:
    """kind, file, line and text of all that is found; graded: all names that stand at a line's beginning, if not said."""
    coded = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    with zygote.open(coded, limits=Limits()) as sandbox:
        if graded is None:
            graded = {
                name.decode()
                for text in coded.values()
                for name in re.findall(rb"^(?:def|class) (\w+)", text, re.M)
            }
        reply = ask(
            sandbox, Request("read", {"files": list(start), "ours": list(ours), "graded": list(graded)})
        )
    assert reply.failure is None, reply.failure
    return [tuple(found) for found in reply.values["findings"]]


def texts(zygote: Zygote, code: str) -> list[str]:
    return [text for *_, text in findings(zygote, {GAN: HEAD + textwrap.dedent(code)})]
