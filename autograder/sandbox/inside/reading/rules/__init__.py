"""What leaves the language of the exercise.

The code of this exercise is written in a small part of Python: arithmetic on tensors, functions, classes of layers. To
reach into the process beside it (frames, modules, the memory behind objects), to change a library, to remember its calls
or to bring numbers along, code must leave that part, and whoever leaves it is named with file and line. Most of the rules
say what is usual; what is not is named, since a question too many costs a glance.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from autograder.sandbox.inside.reading.reached import Unread
from autograder.sandbox.inside.reading.rules import (
    classes,
    data,
    imports,
    libraries,
    machinery,
    memory,
    modes,
    noise,
)
from autograder.sandbox.inside.reading.rules.live import live, named_in
from autograder.sandbox.inside.reading.rules.memory.kept import Kept
from autograder.sandbox.inside.reading.rules.program import Given, Program
from autograder.sandbox.inside.reading.rules.source import Finding, Source

UNREADABLE = "unreadable_code"
WITHIN_THE_LANGUAGE = frozenset((memory.kept.KIND, data.KIND, noise.KIND, modes.BY_MODE, modes.GRADIENTS))
"""Kinds of findings in code that imports nothing in a way of its own."""


def look(
    trees: Mapping[str, ast.Module | Unread | None],
    ours: Mapping[str, bytes],
    files: Collection[str],
    graded: Collection[str],
) -> list[Finding]:
    """What is found in the files that are read, in their order and that of their lines.

    `ours`: the content of the files that are not the student's; `files`: all of the submission; `graded`: the names that
    are asked for.
    """
    found = [
        Finding(UNREADABLE, name, 1, str(tree)) for name, tree in trees.items() if isinstance(tree, Unread)
    ]
    readable = {name: tree for name, tree in trees.items() if isinstance(tree, ast.Module)}
    try:
        given = Given(ours)
        sources = [Source(name, tree) for name, tree in live(readable, graded).items()]
        program = Program(sources, given, graded)
        kept = Kept(program, frozenset(graded))
        tops = [node for source in sources for node in source.tree.body]
        models = [node for node in tops if isinstance(node, ast.ClassDef) and node.name in graded]
        modelled = named_in(tops, models)
    except RecursionError:
        return [*found, *(Finding(UNREADABLE, name, 1, _TOO_DEEP) for name in list(readable)[:1])]
    for one, other in itertools.pairwise(sources):
        if one.module == other.module:
            found.append(other.found(machinery.KIND, other.tree, f"two files for one module, {one.module}"))
    for source in sources:
        try:
            seen = set(_look(source, program, kept, frozenset(files) - ours.keys(), modelled))
        except RecursionError:
            seen = {Finding(UNREADABLE, source.name, 1, _TOO_DEEP)}
        found += _one_for_each_line(sorted(seen, key=lambda f: (f.line, f.text)))
    return [*found, *data.look(sources)]


_TOO_DEEP = "nested too deeply for the reader: please read the file"


def _look(
    source: Source, program: Program, kept: Kept, own: frozenset[str], modelled: frozenset[str]
) -> Iterator[Finding]:
    yield from imports.look(source, own, program)
    yield from libraries.look(source, program)
    yield from machinery.look(source)
    yield from classes.look(source, program)
    yield from memory.look(source, kept)
    yield from noise.look(source, program)
    yield from modes.look(source, program, modelled)


def _one_for_each_line(found: list[Finding]) -> list[Finding]:
    """Of one kind, the first that is said of a line: few are shown."""
    first: dict[tuple[str, int], Finding] = {}
    for finding in found:
        first.setdefault((finding.kind, finding.line), finding)
    return list(first.values())


_SAMPLE = """
import math
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Normal

HALF = 0.5
SIZES = [400, 200]


def loss(mu: Tensor, logvar: Tensor, axis: int = -1) -> Tensor:
    \"\"\"One of them.\"\"\"
    terms = [HALF * (mu**2 + logvar.exp() - 1 - logvar) for _ in range(2)]
    if type(mu) is not Tensor:
        raise TypeError(f"{mu.shape}: not a tensor")
    total = terms[0].sum(dim=axis)
    total += F.softplus(mu).mean() + math.log(2.0)
    return total


class Model(nn.Module):
    def __init__(self, width: int = 20) -> None:
        super().__init__()
        self.width = width
        self.net = nn.Sequential(*[nn.Linear(size, width) for size in SIZES])

    @torch.no_grad()
    def sample(self, n: int) -> Tensor:
        device = next(self.parameters()).device
        return torch.sigmoid(self.forward(torch.randn(n, self.width, device=device)))

    def forward(self, x: Tensor) -> Tensor:
        h = x.flatten(1)
        for layer in self.net:
            h = layer(h)
        self.last = h
        return h + Normal(h, 1.0).rsample() * loss(h, h)
"""


def _get_ready() -> None:
    """Read something before any fork: what Python and this package learn by it, every fork has then.

    What fails here fails where it is asked, too, where it calls a person and ends nothing.
    """
    for _ in range(2):
        with suppress(Exception):
            look({"generative/a.py": ast.parse(_SAMPLE)}, {}, (), ("loss", "Model"))


_get_ready()
